// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/cost.h"
#include "modelbuilder.h"
#include "onnx/onnxreader.h"
#include "onnx/onnxshapes.h"
#include "testsupport.h"

#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

namespace {

struct Measured {
    ModelPtr model;
    CostReport report;
    const NodeCost& of(std::string_view node) const { return report.of(model->graph->findNode(node)->id); }
};

Measured measure(ModelBuilder& builder) {
    const ModelPtr model = builder.build();
    return {model, analyseCost(*model->graph, *inferOnnxShapes(*model))};
}

} // namespace

/// Expected numbers are written as the products a reader can check by hand.
class TestCost : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void convolutions() {
        ModelBuilder b;
        b.input("x", {2, 6, 9, 9});
        b.init("w", {8, 6, 3, 3}, 1).init("b", {8}, 2).init("g", {12, 3, 3, 3}, 3).init("d", {6, 1, 3, 3}, 4);
        b.init("t", {6, 5, 2, 2}, 5).init("tg", {6, 2, 2, 2}, 6);
        b.node("Conv", {"x", "w", "b"}, {"c1"}, {attr("strides", {2, 2}), attr("pads", {1, 1, 1, 1})}, "plain");
        b.node("Conv", {"x", "g"}, {"c2"}, {attr("group", 2)}, "grouped");
        b.node("Conv", {"x", "d"}, {"c3"}, {attr("group", 6)}, "depthwise");
        b.node("ConvTranspose", {"x", "t"}, {"c4"}, {attr("strides", {2, 2})}, "transposed");
        b.node("ConvTranspose", {"x", "tg"}, {"c5"}, {attr("group", 3)}, "transposed grouped");
        for (const char* out : {"c1", "c2", "c3", "c4", "c5"})
            b.output(out);
        const Measured m = measure(b);
        QCOMPARE(m.of("plain").macs, 2ull * 8 * 5 * 5 * 6 * 9);
        QCOMPARE(m.of("plain").operations, 2ull * 8 * 5 * 5);
        QCOMPARE(m.of("plain").parameters, 8ull * 6 * 9 + 8);
        QCOMPARE(m.of("plain").parameterBytes, 4 * (8ull * 6 * 9 + 8));
        QCOMPARE(m.of("plain").activationBytes, 4 * 2ull * 8 * 5 * 5);
        QCOMPARE(m.of("grouped").macs, 2ull * 12 * 7 * 7 * 3 * 9);
        QCOMPARE(m.of("depthwise").macs, 2ull * 6 * 7 * 7 * 9);
        QCOMPARE(m.of("transposed").macs, 2ull * 6 * 9 * 9 * 5 * 4);
        QCOMPARE(m.of("transposed grouped").macs, 2ull * 6 * 9 * 9 * 2 * 4);
    }

    void products() {
        ModelBuilder b;
        b.input("x", {4, 10}).input("q", {2, 3, 5, 7}).input("k", {3, 7, 6}).input("i8", DataType::Int8, {4, 10});
        b.init("w", {10, 8}, 1).init("wt", {8, 10}, 2).init("c", {8}, 3);
        b.init("wi", makeTensor<std::int8_t>({10, 3}, std::vector<std::int8_t>(30, 1)));
        b.node("Gemm", {"x", "w", "c"}, {"o1"}, {}, "gemm");
        b.node("Gemm", {"x", "wt"}, {"o2"}, {attr("transB", 1)}, "gemm transposed");
        b.node("MatMul", {"q", "k"}, {"o3"}, {}, "batched");
        b.node("MatMulInteger", {"i8", "wi"}, {"o4"}, {}, "integer");
        b.node("Einsum", {"q", "k"}, {"o5"}, {attr("equation", "bhmd,hdn->bhmn")}, "einsum");
        for (const char* out : {"o1", "o2", "o3", "o5"})
            b.output(out);
        b.output("o4", DataType::Int32);
        const Measured m = measure(b);
        QCOMPARE(m.of("gemm").macs, 4ull * 10 * 8);
        QCOMPARE(m.of("gemm transposed").macs, 4ull * 10 * 8);
        QCOMPARE(m.of("batched").macs, 2ull * 3 * 5 * 6 * 7);
        QCOMPARE(m.of("integer").macs, 4ull * 10 * 3);
        QCOMPARE(m.of("integer").parameterBytes, 30ull);
        QCOMPARE(m.of("einsum").macs, 2ull * 3 * 5 * 6 * 7);
        QCOMPARE(m.report.unknownNodes, std::size_t(0));
    }

    void recurrence() {
        ModelBuilder b;
        b.input("x", {5, 2, 7}); // steps, batch, inputs
        b.init("w", {2, 4 * 3, 7}, 1).init("r", {2, 4 * 3, 3}, 2).init("gw", {1, 9, 7}, 3).init("gr", {1, 9, 3}, 4);
        b.node("LSTM", {"x", "w", "r"}, {"o1"}, {attr("hidden_size", 3), attr("direction", "bidirectional")}, "lstm");
        b.node("GRU", {"x", "gw", "gr"}, {"o2"}, {attr("hidden_size", 3)}, "gru");
        b.output("o1").output("o2");
        const Measured m = measure(b);
        QCOMPARE(m.of("lstm").macs, 5ull * 2 * 2 * (12 * 7 + 12 * 3));
        QCOMPARE(m.of("gru").macs, 5ull * 2 * (9 * 7 + 9 * 3));
    }

    /// A weight that comes through DequantizeLinear is the same work and one byte per element.
    void quantizedForms() {
        ModelBuilder b;
        b.input("x", {1, 3, 8, 8}).init("s", {}, std::vector<float>{0.1f});
        b.init("wq", makeTensor<std::int8_t>({4, 3, 3, 3}, std::vector<std::int8_t>(108, 3)));
        b.init("bq", makeTensor<std::int32_t>({4}, std::vector<std::int32_t>(4, 3)));
        b.node("DequantizeLinear", {"wq", "s"}, {"w"}, {}, "dq")
            .node("DequantizeLinear", {"bq", "s"}, {"bias"}, {}, "dqb");
        b.node("Conv", {"x", "w", "bias"}, {"y"}, {}, "conv").output("y");
        const Measured m = measure(b);
        QCOMPARE(m.of("conv").macs, 4ull * 6 * 6 * 27);
        QCOMPARE(m.of("dq").parameters, 108ull + 1);
        QCOMPARE(m.of("dqb").parameters, 4ull); // the scale was counted before
        QCOMPARE(m.report.parameterBytes, 108ull + 16 + 4);
    }

    void attention() {
        ModelBuilder b;
        b.opset("com.microsoft", 1);
        b.input("x", {2, 5, 8}).init("w", {8, 24}, 1).init("b", {24}, 2);
        b.node("Attention", {"x", "w", "b"}, {"y"}, {attr("num_heads", 2)}, "att", "com.microsoft");
        b.output("y", DataType::Float, Shape{2, 5, 8});
        const Measured m = measure(b);
        QCOMPARE(m.of("att").macs, 2ull * 5 * 8 * 24 + 2ull * 2 * 5 * 5 * 8);
    }

    void whatIsNotKnownIsSaid() {
        ModelBuilder b;
        b.symbolicInput("x", DataType::Float, {"1", "3", "H", "W"}).init("w", {4, 3, 3, 3}, 1);
        b.node("Conv", {"x", "w"}, {"a"}, {}, "conv").node("Foo", {"a"}, {"y"}, {}, "foo", "com.example").output("y");
        b.opset("com.example", 1);
        const Measured m = measure(b);
        QVERIFY(!m.of("conv").known);
        QVERIFY(!m.of("foo").known);
        QCOMPARE(m.report.unknownNodes, std::size_t(2));
        QCOMPARE(m.report.parameters, 108ull);
    }

    void hugeExtentsSaturate() {
        ModelBuilder b;
        const std::int64_t huge = std::int64_t(1) << 40;
        b.input("x", {huge, huge}).input("w", {huge, huge});
        b.node("MatMul", {"x", "w"}, {"y"}, {}, "mm").output("y");
        QVERIFY(measure(b).of("mm").macs == std::numeric_limits<std::uint64_t>::max());
    }

    void shapesAreNotParameters() {
        ModelBuilder b;
        b.input("x", {1, 12}).init("target", {2}, std::vector<std::int64_t>{3, 4}).init("unused", {7}, 1);
        b.node("Reshape", {"x", "target"}, {"y"}).output("y");
        const Measured m = measure(b);
        QCOMPARE(m.report.parameters, 7ull);
    }

    /// a → b → c with a skip from a to c: while c runs, a, b and c live.
    void peakFollowsLiveTensors() {
        ModelBuilder b;
        b.input("x", {10});
        b.node("Relu", {"x"}, {"a"})
            .node("Relu", {"a"}, {"b"})
            .node("Add", {"a", "b"}, {"c"})
            .node("Relu", {"c"}, {"y"});
        b.output("y");
        QCOMPARE(measure(b).report.peakActivationBytes, 3ull * 40);
    }

    void realModels_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<quint64>("parameters");
        QTest::addColumn<quint64>("macs");
        QTest::newRow("mobilenet_v2") << "mobilenet_v2.onnx" << 3'489'167ull << 300'775'552ull;
        QTest::newRow("mobilenet_v1") << "mobilenet_v1_0.5_160.onnx" << 1'326'687ull << 76'525'312ull;
        QTest::newRow("squeezenet") << "squeezenet1.1.onnx" << 1'235'496ull << 349'151'936ull;
        QTest::newRow("resnet20") << "resnet20_cifar10_unfused_bn.onnx" << 271'098ull << 40'551'040ull;
        QTest::newRow("resnet56") << "resnet56_cifar10_unfused_bn.onnx" << 857'082ull << 125'485'696ull;
        QTest::newRow("resnet50v2") << "resnet50v2_3stages_flowers5.onnx" << 8'572'113ull << 3'277'902'848ull;
    }

    void realModels() {
        LAPIDARY_REQUIRE_ASSETS();
        QFETCH(QString, file);
        QFETCH(quint64, parameters);
        QFETCH(quint64, macs);
        const auto read = readOnnx(assetsFolder() / "models" / file.toStdString());
        LAPIDARY_VERIFY_OK(read);
        const CostReport report = analyseCost(*read->model->graph, *inferOnnxShapes(*read->model));
        QCOMPARE(report.parameters, parameters);
        QCOMPARE(report.macs, macs);
        QCOMPARE(report.unknownNodes, std::size_t(0));
    }
};

QTEST_GUILESS_MAIN(TestCost)
#include "tst_cost.moc"
