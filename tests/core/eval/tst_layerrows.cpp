// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/evaluator.h"
#include "eval/gram.h"
#include "modelbuilder.h"
#include "onnx/onnxshapes.h"
#include "testsupport.h"

#include <QTest>

#include <cmath>
#include <numeric>

using namespace lapidary;
using test::attr;
using test::ModelBuilder;

namespace {

struct Case {
    ModelPtr model;
    TensorPtr input, output; // by ONNX Runtime
    LayerRows layer;
};

Case caseOf(const char* op, const Shape& input, const Shape& weight, std::vector<Attribute> attributes) {
    ModelBuilder b;
    b.input("x", input).init("w", weight, 3).node(op, {"x", "w"}, {"y"}, std::move(attributes), "layer").output("y");
    Case c;
    c.model = b.build();
    c.input = makeTensor<float>(input, test::randomFloats(std::size_t(*elementCount(input)), 5));
    auto session = openSession(*c.model, {});
    if (!session)
        throw std::runtime_error(session.error().toString());
    c.output = (*(*session)->run({c.input}))[0];
    auto layer = LayerRows::of(*c.model->graph, *inferOnnxShapes(*c.model), *c.model->graph->findNode("layer"));
    if (!layer)
        throw std::runtime_error(layer.error().toString());
    c.layer = *layer;
    return c;
}

std::vector<double> naiveProduct(const std::vector<double>& a, const std::vector<double>& b, std::size_t n,
                                 std::size_t k, std::size_t m) {
    std::vector<double> c(n * m, 0);
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t l = 0; l < k; ++l)
            for (std::size_t j = 0; j < m; ++j)
                c[i * m + j] += a[i * k + l] * b[l * m + j];
    return c;
}

/// One entry of rowsᵀ rows.
double naiveGram(std::span<const float> rows, std::size_t width, std::size_t a, std::size_t b) {
    double sum = 0;
    for (std::size_t r = 0; r < rows.size() / width; ++r)
        sum += double(rows[r * width + a]) * double(rows[r * width + b]);
    return sum;
}

} // namespace

class TestLayerRows : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void rowsTimesMatrixIsTheOutput_data() {
        QTest::addColumn<QString>("op");
        QTest::addColumn<QList<int>>("input");
        QTest::addColumn<QList<int>>("weight");
        QTest::addColumn<int>("kind");
        QTest::newRow("conv") << "Conv" << QList<int>{2, 3, 7, 6} << QList<int>{4, 3, 3, 3} << 0;
        QTest::newRow("strided") << "Conv" << QList<int>{2, 3, 9, 8} << QList<int>{4, 3, 3, 2} << 1;
        QTest::newRow("dilated, same") << "Conv" << QList<int>{1, 2, 9, 9} << QList<int>{3, 2, 3, 3} << 2;
        QTest::newRow("grouped") << "Conv" << QList<int>{2, 6, 5, 5} << QList<int>{4, 3, 3, 3} << 3;
        QTest::newRow("depthwise") << "Conv" << QList<int>{2, 4, 5, 5} << QList<int>{4, 1, 3, 3} << 4;
        QTest::newRow("one axis") << "Conv" << QList<int>{2, 3, 11} << QList<int>{5, 3, 4} << 5;
        QTest::newRow("transposed") << "ConvTranspose" << QList<int>{2, 3, 5, 4} << QList<int>{3, 4, 3, 3} << 1;
        QTest::newRow("transposed grouped") << "ConvTranspose" << QList<int>{1, 4, 5, 5} << QList<int>{4, 3, 2, 2} << 3;
        QTest::newRow("Gemm") << "Gemm" << QList<int>{3, 5} << QList<int>{4, 5} << 6;
        QTest::newRow("MatMul") << "MatMul" << QList<int>{2, 3, 5} << QList<int>{5, 4} << 0;
    }

    void rowsTimesMatrixIsTheOutput() {
        QFETCH(QString, op);
        QFETCH(QList<int>, input);
        QFETCH(QList<int>, weight);
        QFETCH(int, kind);
        const std::vector<std::vector<Attribute>> attributes{
            {},
            {attr("strides", {2, 1}), attr("pads", {1, 0, 1, 1})},
            {attr("dilations", {2, 1}), attr("strides", {2, 2}), attr("auto_pad", "SAME_UPPER")},
            {attr("group", 2), attr("pads", {1, 1, 1, 1})},
            {attr("group", 4), attr("pads", {1, 1, 1, 1}), attr("strides", {2, 2})},
            {attr("pads", {2, 1}), attr("strides", {3})},
            {attr("transB", 1)}};
        auto used = attributes[std::size_t(kind)];
        if (kind == 2) // ONNX allows no dilation with automatic padding in its shape inference
            used = {attr("strides", {2, 2}), attr("auto_pad", "SAME_LOWER")};
        const Case c =
            caseOf(qPrintable(op), Shape(input.begin(), input.end()), Shape(weight.begin(), weight.end()), used);
        const LayerRows& layer = c.layer;
        const auto samples = std::size_t(input[0]);
        const auto weights = *toFloats(*c.model->graph->constant(layer.weight));
        const auto matrices = layer.matrices(weights);
        QVERIFY(layer.weightOf(matrices) == weights);
        const std::size_t count = layer.positions(c.output->shape, samples), all = layer.groups * layer.outputs;
        std::vector<std::uint32_t> positions(count);
        std::iota(positions.begin(), positions.end(), 0u);
        std::vector<float> rows(count * layer.features()), expected(count * all);
        for (std::size_t s = 0; s < samples; ++s) {
            layer.gather(c.output->view<float>(), c.output->shape, samples, s, positions, expected.data());
            for (std::size_t g = 0; g < layer.groups; ++g) {
                layer.unfold(c.input->view<float>(), c.input->shape, samples, s, g,
                             layer.sources(c.input->shape, c.output->shape, positions), rows.data());
                for (std::size_t r = 0; r < count; ++r)
                    for (std::size_t o = 0; o < layer.outputs; ++o) {
                        double sum = 0;
                        for (std::size_t f = 0; f < layer.features(); ++f)
                            sum += double(rows[r * layer.features() + f]) *
                                   double(matrices[(g * layer.outputs + o) * layer.features() + f]);
                        QVERIFY(std::fabs(sum - double(expected[r * all + g * layer.outputs + o])) < 1e-4);
                    }
            }
        }
    }

    void sumsAreThoseOfANaiveLoop() {
        const Case c = caseOf("Conv", {3, 4, 6, 6}, {6, 2, 3, 3}, {attr("group", 2), attr("pads", {1, 1, 1, 1})});
        GramSums byThreads[2];
        for (int i = 0; i < 2; ++i) {
            GramCollector collector(c.layer, {7, 11, i == 0 ? 1 : 4, true});
            const auto targets = [&](std::size_t sample, std::span<const std::uint32_t> positions, float* rows) {
                c.layer.gather(c.output->view<float>(), c.output->shape, 3, sample, positions, rows);
                return Status();
            };
            const Status added = collector.add(*c.input, c.output->shape, 0, 3, targets);
            LAPIDARY_VERIFY_OK(added);
            byThreads[i] = collector.take();
        }
        GramSums& sums = byThreads[0];
        QVERIFY(sums.gram == byThreads[1].gram && sums.cross == byThreads[1].cross);
        QCOMPARE(sums.rows, std::uint64_t(21));
        // Outputs are a linear function of the inputs, so the moments satisfy G w = c, and so do the centred ones.
        const auto matrices = c.layer.matrices(*toFloats(*c.model->graph->constant(c.layer.weight)));
        for (int centred = 0; centred < 2; ++centred) {
            if (centred == 1)
                sums.center();
            for (std::size_t g = 0; g < 2; ++g) {
                std::vector<double> w(sums.features * sums.outputs);
                for (std::size_t o = 0; o < sums.outputs; ++o)
                    for (std::size_t f = 0; f < sums.features; ++f)
                        w[f * sums.outputs + o] = double(matrices[(g * sums.outputs + o) * sums.features + f]);
                const auto product = naiveProduct(sums.gram[g], w, sums.features, sums.features, sums.outputs);
                for (std::size_t i = 0; i < product.size(); ++i)
                    QVERIFY(std::fabs(product[i] - sums.cross[g][i]) < 1e-3);
            }
        }
    }

    void solvesAndInverts() {
        for (const std::size_t n : {1u, 5u, 300u, 530u}) { // below, around and over the block size
            const auto random = test::randomFloats(n * (n + 3), n);
            std::vector<double> lower(packedCount(n), 0);
            addGram(random.data(), n + 3, n, lower.data(), 2);
            std::vector<double> a = unpacked(lower, n), original;
            for (std::size_t d = 0; d < n; ++d)
                QVERIFY(std::fabs(a[d * n] - naiveGram(random, n, d, 0)) < 1e-3 && a[d] == a[d * n]);
            for (std::size_t d = 0; d < n; ++d)
                a[d * n + d] += 1;
            original = a;
            const auto right = test::randomFloats(n * 7, 4);
            std::vector<double> b(right.begin(), right.end()), inverse = a;
            const Status solved = solvePositive(a, b, n, 7, 2);
            LAPIDARY_VERIFY_OK(solved);
            const auto back = naiveProduct(original, b, n, n, 7);
            for (std::size_t i = 0; i < back.size(); ++i)
                QVERIFY(std::fabs(back[i] - double(right[i])) < 1e-6);
            const Status inverted = invertPositive(inverse, n, 2);
            LAPIDARY_VERIFY_OK(inverted);
            const auto unit = naiveProduct(original, inverse, n, n, n);
            for (std::size_t i = 0; i < unit.size(); ++i)
                QVERIFY(std::fabs(unit[i] - (i % (n + 1) == 0 ? 1 : 0)) < 1e-6);
        }
        std::vector<double> indefinite{1, 2, 2, 1}, b{1, 1};
        QCOMPARE(QString::fromStdString(solvePositive(indefinite, b, 2, 1, 1).error().code),
                 QStringLiteral("eval.singular"));
    }

    void positionsAreSpreadAndDistinct() {
        const auto some = samplePositions(3, 8, 100, 10);
        QCOMPARE(some.size(), std::size_t(10));
        for (std::size_t i = 0; i < some.size(); ++i)
            QVERIFY(some[i] >= 10 * i && some[i] < 10 * (i + 1));
        QVERIFY(some == samplePositions(3, 8, 100, 10));
        QVERIFY(some != samplePositions(4, 8, 100, 10));
        QCOMPARE(samplePositions(1, 1, 4, 9).size(), std::size_t(4));
    }

    void refusesWhatIsUnusual() {
        ModelBuilder b;
        b.input("x", {2, 3}).input("v", {3, 4}).node("MatMul", {"x", "v"}, {"y"}, {}, "layer").output("y");
        const auto model = b.build();
        const auto layer = LayerRows::of(*model->graph, *inferOnnxShapes(*model), *model->graph->findNode("layer"));
        QVERIFY(!layer);
        QCOMPARE(QString::fromStdString(layer.error().code), QStringLiteral("calibration.layer"));
    }
};

QTEST_GUILESS_MAIN(TestLayerRows)
#include "tst_layerrows.moc"
