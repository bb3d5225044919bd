// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/cholesky.h"
#include "analysis/symmetriceigen.h"
#include "analysis/weightledger.h"
#include "analysis/weightmatrix.h"
#include "modelbuilder.h"
#include "testsupport.h"

#include <onnx/onnx_pb.h>
#include <zstd.h>

#include <QTest>

#include <Eigen/Eigenvalues>

using namespace lapidary;
using namespace lapidary::test;

namespace {

std::string reasonFor(const WeightMatrices& found, const Graph& graph, const std::string& node) {
    for (const FencedWeight& fence : found.fenced)
        if (displayName(*graph.node(fence.node)) == node)
            return fence.reason;
    return {};
}

Eigen::MatrixXd randomSymmetric(Eigen::Index n, std::uint64_t seed, bool positive) {
    const auto numbers = randomFloats(std::size_t(n * n), seed);
    Eigen::MatrixXd a(n, n);
    for (Eigen::Index i = 0; i < a.size(); ++i)
        a.data()[i] = numbers[std::size_t(i)];
    return positive ? Eigen::MatrixXd(a * a.transpose() + Eigen::MatrixXd::Identity(n, n))
                    : Eigen::MatrixXd(a + a.transpose());
}

} // namespace

class TestWeightMatrix : public TestCase {
    Q_OBJECT
private Q_SLOTS:
    void columnsGoByKernelPosition();
    void groupsAndTransposedLayersKeepTheirAxes();
    void whatIsNoMatrixIsFenced();
    void ledgerCountsWhatProtobufWrites_data();
    void ledgerCountsWhatProtobufWrites();
    void ledgerRefusesWhatHasNoBytes();
    void choleskyAndInverse();
    void eigenvaluesAgreeWithEigen();
};

void TestWeightMatrix::columnsGoByKernelPosition() {
    ModelBuilder b;
    b.input("x", {1, 3, 8, 8}).init("w", {4, 3, 2, 2}, 1).node("Conv", {"x", "w"}, {"c"}, {}, "conv");
    b.node("Flatten", {"c"}, {"f"}).init("g", {196, 5}, 2).node("Gemm", {"f", "g"}, {"y"}, {}, "gemm");
    const auto model = b.output("y").build();
    const auto found = findWeightMatrices(*model->graph);
    QCOMPARE(found.matrices.size(), std::size_t(2));
    const WeightMatrix& conv = found.matrices[0];
    QCOMPARE(conv.rows, std::size_t(4));
    QCOMPARE(conv.columns(), std::size_t(12));
    const auto elements = *toFloats(*model->graph->constant(conv.weight));
    const auto ordered = matrixOrder(conv, elements);
    for (std::size_t o = 0; o < 4; ++o)
        for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t k = 0; k < 4; ++k)
                QCOMPARE(ordered[o * 12 + k * 3 + i], elements[(o * 3 + i) * 4 + k]);
    QVERIFY(tensorOrder(conv, ordered) == elements);
    const WeightMatrix& gemm = found.matrices[1];
    QCOMPARE(gemm.rows, std::size_t(5));
    const auto wide = *toFloats(*model->graph->constant(gemm.weight));
    const auto turned = matrixOrder(gemm, wide);
    QCOMPARE(turned[3 * 196 + 100], wide[100 * 5 + 3]);
    QVERIFY(tensorOrder(gemm, turned) == wide);
}

void TestWeightMatrix::groupsAndTransposedLayersKeepTheirAxes() {
    ModelBuilder b;
    b.input("x", {1, 4, 8, 8}).init("w", {6, 2, 3, 1}, 1);
    b.node("Conv", {"x", "w"}, {"c"}, {attr("group", 2)}, "grouped");
    b.init("d", {6, 2, 2, 2}, 2).node("ConvTranspose", {"c", "d"}, {"y"}, {attr("group", 3)}, "up");
    const auto model = b.output("y").build();
    const auto found = findWeightMatrices(*model->graph);
    QCOMPARE(found.matrices.size(), std::size_t(2));
    QCOMPARE(found.matrices[0].rows, std::size_t(3));
    QCOMPARE(found.matrices[0].element(1, 2, 1 * 2 + 1), std::size_t(((1 * 3 + 2) * 2 + 1) * 3 + 1));
    const WeightMatrix& up = found.matrices[1];
    QVERIFY(up.transposed && !found.matrices[0].transposed);
    QCOMPARE(up.rows, std::size_t(2));   // output channels of a group
    QCOMPARE(up.inputs, std::size_t(2)); // input channels of a group
    // W[input][output of group][kernel]; group 2, output 1, input 1, kernel position 3
    QCOMPARE(up.element(2, 1, 3 * 2 + 1), std::size_t(((2 * 2 + 1) * 2 + 1) * 4 + 3));
}

void TestWeightMatrix::whatIsNoMatrixIsFenced() {
    ModelBuilder b;
    b.input("x", {2, 4, 4}).input("z", {2, 4, 4}).init("w", {4, 4}, 1).init("stack", {2, 4, 4}, 2);
    b.node("MatMul", {"x", "z"}, {"a"}, {}, "activations").node("MatMul", {"a", "stack"}, {"s"}, {}, "stacked");
    b.node("MatMul", {"s", "w"}, {"p"}, {}, "first").node("MatMul", {"p", "w"}, {"q"}, {}, "second");
    b.init("e", {4, 4}, 3).node("MatMul", {"q", "e"}, {"r"}, {}, "tied").node("Add", {"r", "e"}, {"y"}, {}, "sum");
    b.init("h", makeTensor<std::int8_t>({4, 4}, std::vector<std::int8_t>(16, 1)));
    const auto model = b.output("y").build();
    const auto found = findWeightMatrices(*model->graph);
    QCOMPARE(found.matrices.size(), std::size_t(1));
    QCOMPARE(found.matrices[0].nodes.size(), std::size_t(2)); // shared by "first" and "second"
    QCOMPARE(reasonFor(found, *model->graph, "activations"), std::string("its weight is not constant"));
    QVERIFY(reasonFor(found, *model->graph, "stacked").find("not one matrix") != std::string::npos);
    QVERIFY(reasonFor(found, *model->graph, "tied").find("'sum'") != std::string::npos);
}

void TestWeightMatrix::ledgerCountsWhatProtobufWrites_data() {
    QTest::addColumn<int>("rows");
    QTest::addColumn<double>("zeros");
    QTest::addRow("dense") << 16 << 0.0;
    QTest::addRow("half") << 16 << 0.5;
    QTest::addRow("most, large positions") << 700 << 0.9;
    QTest::addRow("all") << 16 << 1.0;
}

/// libonnx's own messages, with positions in the raw field and in the typed one.
void TestWeightMatrix::ledgerCountsWhatProtobufWrites() {
    QFETCH(int, rows);
    QFETCH(double, zeros);
    auto values = randomFloats(std::size_t(rows) * 72, 5);
    for (std::size_t i = 0; i < values.size(); ++i)
        if (double(i % 10) < 10 * zeros)
            values[i] = i % 20 == 0 ? -0.0f : 0.0f;
    const std::string name = "layer1.0.conv2.weight";
    const auto tensor = makeTensor<float>({rows, 8, 3, 3}, values);
    const auto ledger = weightLedger(name, *tensor);
    LAPIDARY_VERIFY_OK(ledger);
    for (const bool packed : {false, true}) {
        onnx::GraphProto graph;
        auto* sparse = graph.add_sparse_initializer();
        for (const auto extent : tensor->shape)
            sparse->add_dims(extent);
        std::string raw, positions;
        std::int64_t count = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (values[i] == 0)
                continue;
            ++count;
            raw.append(reinterpret_cast<const char*>(&values[i]), 4);
            const auto position = std::int64_t(i);
            positions.append(reinterpret_cast<const char*>(&position), 8);
            if (packed)
                sparse->mutable_indices()->add_int64_data(position);
        }
        sparse->mutable_values()->add_dims(count);
        sparse->mutable_values()->set_data_type(onnx::TensorProto::FLOAT);
        sparse->mutable_values()->set_name(name);
        sparse->mutable_values()->set_raw_data(raw);
        sparse->mutable_indices()->add_dims(count);
        sparse->mutable_indices()->set_data_type(onnx::TensorProto::INT64);
        if (!packed)
            sparse->mutable_indices()->set_raw_data(positions);
        const auto bytes = std::uint64_t(graph.ByteSizeLong());
        // An empty list of positions leaves its field out when it is a typed one.
        const auto expected = packed ? ledger->sparsePackedFileBytes - (count == 0 ? 2 : 0) : ledger->sparseFileBytes;
        QCOMPARE(bytes, expected);
        QCOMPARE(ledger->zeros, std::uint64_t(values.size()) - std::uint64_t(count));
        QCOMPARE(ledger->bitmaskBytes, (values.size() + 7) / 8 + 4 * std::uint64_t(count));
    }
    onnx::GraphProto dense;
    auto* entry = dense.add_initializer();
    for (const auto extent : tensor->shape)
        entry->add_dims(extent);
    entry->set_data_type(onnx::TensorProto::FLOAT);
    entry->set_name(name);
    entry->set_raw_data(std::string(reinterpret_cast<const char*>(values.data()), values.size() * 4));
    QCOMPARE(std::uint64_t(dense.ByteSizeLong()), ledger->denseFileBytes);
    std::string out(ZSTD_compressBound(values.size() * 4), '\0');
    QCOMPARE(std::uint64_t(ZSTD_compress(out.data(), out.size(), values.data(), values.size() * 4, 3)),
             ledger->zstdBytes);
}

void TestWeightMatrix::ledgerRefusesWhatHasNoBytes() {
    const auto four = makeTensor(DataType::Int4, {4}, Blob(std::vector<std::byte>(2)));
    const auto refused = weightLedger("w", *four);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, std::string("tensor.type"));
    const auto half = *fromFloats(DataType::Float16, {4}, std::vector<float>{1, -0.0f, 0, 2});
    QCOMPARE(weightLedger("w", *half)->zeros, std::uint64_t(2));
    Tensor cut = *makeTensor<float>({4}, {1, 2, 3, 4});
    cut.data = cut.data.slice(0, 8);
    QCOMPARE(weightLedger("w", cut).error().code, std::string("tensor.size"));
}

void TestWeightMatrix::choleskyAndInverse() {
    for (const Eigen::Index n : {1, 7, 48, 131}) {
        const Eigen::MatrixXd a = randomSymmetric(n, std::uint64_t(n), true);
        Eigen::MatrixXd factor = a;
        const auto factored = choleskyInPlace(factor, {});
        LAPIDARY_VERIFY_OK(factored);
        QVERIFY((factor * factor.transpose() - a).norm() < 1e-10 * a.norm());
        QVERIFY(factor.isLowerTriangular());
        Eigen::MatrixXd inverse = a;
        const auto inverted = invertPositiveDefinite(inverse, {});
        LAPIDARY_VERIFY_OK(inverted);
        QVERIFY((inverse * a - Eigen::MatrixXd::Identity(n, n)).norm() < 1e-8);
        QVERIFY(inverse == inverse.transpose());
        Eigen::MatrixXd root = a.triangularView<Eigen::Lower>();
        const auto rooted = inverseCholesky(root, {});
        LAPIDARY_VERIFY_OK(rooted);
        QVERIFY((root * root.transpose() - inverse).norm() < 1e-10 * inverse.norm());
        QVERIFY(root.isLowerTriangular());
    }
    Eigen::MatrixXd bad = -Eigen::MatrixXd::Identity(5, 5);
    QCOMPARE(choleskyInPlace(bad, {}).error().code, std::string("math.singular"));
}

void TestWeightMatrix::eigenvaluesAgreeWithEigen() {
    for (const Eigen::Index n : {1, 2, 3, 40, 150}) {
        Eigen::MatrixXd a = randomSymmetric(n, std::uint64_t(n) + 50, false);
        if (n == 40)
            a.bottomRows(20).setZero(), a.rightCols(20).setZero(); // half of the eigenvalues are 0
        const auto found = symmetricEigen(a, {});
        LAPIDARY_VERIFY_OK(found);
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> reference(a);
        QVERIFY((found->values.reverse() - reference.eigenvalues()).cwiseAbs().maxCoeff() < 1e-10 * (1 + a.norm()));
        QVERIFY((a * found->vectors - found->vectors * found->values.asDiagonal()).norm() < 1e-9 * (1 + a.norm()));
        QVERIFY((found->vectors.transpose() * found->vectors - Eigen::MatrixXd::Identity(n, n)).norm() < 1e-10);
    }
    Eigen::MatrixXd bad = Eigen::MatrixXd::Constant(3, 3, std::numeric_limits<double>::quiet_NaN());
    QVERIFY(!symmetricEigen(bad, {}));
    std::stop_source source;
    source.request_stop();
    QVERIFY(isCancelled(symmetricEigen(Eigen::MatrixXd::Identity(9, 9), Work{source.get_token(), {}}).error()));
}

QTEST_GUILESS_MAIN(TestWeightMatrix)
#include "tst_weightmatrix.moc"
