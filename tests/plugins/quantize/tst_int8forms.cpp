// SPDX-License-Identifier: GPL-3.0-or-later
// Every way to write a quantized model, and every operator that has an 8-bit kernel.
#include "int8fixture.h"

using namespace lapidary;
using namespace lapidary::test::int8;
using test::attr;
using test::ModelBuilder;

namespace {

/// One operator between two convolutions.
struct Between {
    const char* name;
    std::function<void(ModelBuilder&)> build; ///< from "a" [1, 8, 6, 6] to "b" of rank 4 with `channels` on axis 1
    const char* kernel;                       ///< that has to run, and to give 8 bits
    int channels = 8;
};

const std::vector<Between>& operators() {
    static const std::vector<Between> list = {
        {"Add",
         [](ModelBuilder& b) {
             b.node("Add", {"a", "a2"}, {"b"});
         },
         "QLinearAdd"},
        {"Mul",
         [](ModelBuilder& b) {
             b.node("Mul", {"a", "a2"}, {"b"});
         },
         "QLinearMul"},
        {"Concat",
         [](ModelBuilder& b) {
             b.node("Concat", {"a", "a2"}, {"b"}, {attr("axis", 1)});
         },
         "QLinearConcat", 16},
        {"MaxPool",
         [](ModelBuilder& b) {
             b.node("MaxPool", {"a"}, {"b"}, {attr("kernel_shape", {2, 2})});
         },
         "NhwcMaxPool"},
        {"AveragePool",
         [](ModelBuilder& b) {
             b.node("AveragePool", {"a"}, {"b"}, {attr("kernel_shape", {2, 2})});
         },
         "QLinearAveragePool"},
        {"GlobalAveragePool", [](ModelBuilder& b) { b.node("GlobalAveragePool", {"a"}, {"b"}); },
         "QLinearGlobalAveragePool"},
        {"Resize",
         [](ModelBuilder& b) {
             b.init("s", {4}, std::vector<float>{1, 1, 2, 2});
             b.node("Resize", {"a", "", "s"}, {"b"}, {attr("mode", "nearest")});
         },
         "Resize"},
        {"Sigmoid", [](ModelBuilder& b) { b.node("Sigmoid", {"a"}, {"b"}); }, "QLinearSigmoid"},
        {"Softmax", [](ModelBuilder& b) { b.node("Softmax", {"a"}, {"b"}, {attr("axis", 1)}); }, "QLinearSoftmax"},
        {"LeakyRelu", [](ModelBuilder& b) { b.node("LeakyRelu", {"a"}, {"b"}, {attr("alpha", 0.1)}); },
         "QLinearLeakyRelu"},
        {"Transpose",
         [](ModelBuilder& b) {
             b.node("Transpose", {"a"}, {"b"}, {attr("perm", {0, 1, 3, 2})});
         },
         "Transpose"},
        {"Reshape",
         [](ModelBuilder& b) {
             b.init("s", {4}, std::vector<std::int64_t>{1, 8, 9, 4});
             b.node("Reshape", {"a", "s"}, {"b"});
         },
         "Reshape"},
        {"Squeeze and Unsqueeze",
         [](ModelBuilder& b) {
             b.init("s", {1}, std::vector<std::int64_t>{0}).node("Squeeze", {"a", "s"}, {"q"});
             b.node("Unsqueeze", {"q", "s"}, {"b"});
         },
         "Unsqueeze"},
        {"Split",
         [](ModelBuilder& b) {
             b.init("s", {2}, std::vector<std::int64_t>{4, 4}).node("Split", {"a", "s"}, {"l", "r"}, {attr("axis", 1)});
             b.node("Concat", {"r", "l"}, {"b"}, {attr("axis", 1)});
         },
         "Split"},
        {"Slice",
         [](ModelBuilder& b) {
             b.init("from", {2}, std::vector<std::int64_t>{0, 1}).init("to", {2}, std::vector<std::int64_t>{5, 6});
             b.init("axes", {2}, std::vector<std::int64_t>{2, 3}).node("Slice", {"a", "from", "to", "axes"}, {"b"});
         },
         "Slice"},
        {"Gather",
         [](ModelBuilder& b) {
             b.init("i", {4}, std::vector<std::int64_t>{7, 1, 3, 3})
                 .node("Gather", {"a", "i"}, {"b"}, {attr("axis", 1)});
         },
         "Gather", 4},
        {"Pad",
         [](ModelBuilder& b) {
             b.init("p", {8}, std::vector<std::int64_t>{0, 2, 1, 0, 0, 2, 0, 1}).init("zero", makeScalar(0.0f));
             b.node("Pad", {"a", "p", "zero"}, {"b"});
         },
         "Pad", 12},
        {"Pad without a number",
         [](ModelBuilder& b) {
             b.init("p", {8}, std::vector<std::int64_t>{0, 0, 1, 1, 0, 0, 1, 1});
             b.node("Pad", {"a", "p"}, {"b"});
         },
         "Pad"},
        {"Tile",
         [](ModelBuilder& b) {
             b.init("t", {4}, std::vector<std::int64_t>{1, 1, 2, 1}).node("Tile", {"a", "t"}, {"b"});
         },
         "Tile"},
        {"Expand",
         [](ModelBuilder& b) {
             b.node("GlobalAveragePool", {"a"}, {"g"}).init("s", {4}, std::vector<std::int64_t>{1, 8, 3, 3});
             b.node("Expand", {"g", "s"}, {"b"});
         },
         "Expand"},
        {"DepthToSpace", [](ModelBuilder& b) { b.node("DepthToSpace", {"a"}, {"b"}, {attr("blocksize", 2)}); },
         "DepthToSpace", 2},
        {"ReduceMax",
         [](ModelBuilder& b) {
             b.node("ReduceMax", {"a"}, {"b"}, {attr("axes", {2}), attr("keepdims", 1)});
         },
         "ReduceMax"},
        {"MatMul of activations",
         [](ModelBuilder& b) {
             b.node("MatMul", {"a", "a2"}, {"b"});
         },
         "QLinearMatMul"},
        {"Where",
         [](ModelBuilder& b) {
             b.init("half", makeScalar(0.5f)).node("Greater", {"x", "half"}, {"g"});
             b.init("i", {8}, std::vector<std::int64_t>{0, 1, 2, 0, 1, 2, 0, 1});
             b.node("Gather", {"g", "i"}, {"c"}, {attr("axis", 1)}).node("Where", {"c", "a", "a2"}, {"b"});
         },
         "QLinearWhere"},
    };
    return list;
}

const Shape smallShape = {1, 3, 6, 6};

ModelPtr modelWith(const Between& between) {
    ModelBuilder b(13);
    b.input("x", smallShape).init("w1", {8, 3, 1, 1}, 1).init("w2", {8, 3, 1, 1}, 2);
    b.node("Conv", {"x", "w1"}, {"a"}, {}, "one").node("Conv", {"x", "w2"}, {"a2"}, {}, "two");
    between.build(b);
    b.init("w3", {4, between.channels, 1, 1}, 3).node("Conv", {"b", "w3"}, {"y"}, {}, "three").output("y");
    b.init("w4", {2, 8, 1, 1}, 4).node("Conv", {"a2", "w4"}, {"z"}, {}, "four").output("z");
    return b.build();
}

const LayerReport* rowOf(const PassOutcome& outcome, const std::string& node) {
    for (const LayerReport& row : outcome.layers)
        if (row.node == node)
            return &row;
    return nullptr;
}

} // namespace

class TestInt8Forms : public test::TestCase {
    Q_OBJECT

    void exactTotals(const PassInput& input, const PassOutcome& outcome) {
        auto preview = Int8Pass().preview(input);
        LAPIDARY_VERIFY_OK(preview);
        const ModelTotals real = totalsOf(*outcome.model, *inferOnnxShapes(*outcome.model));
        QCOMPARE(preview->after.bytes, real.bytes);
        QCOMPARE(preview->after.parameters, real.parameters);
    }

private Q_SLOTS:
    void operatorsRunOnIntegers_data() {
        QTest::addColumn<int>("index");
        QTest::addColumn<QString>("format");
        for (std::size_t i = 0; i < operators().size(); ++i)
            for (const char* format : {"qdq", "qoperator"})
                QTest::addRow("%s %s", operators()[i].name, format) << int(i) << format;
    }
    void operatorsRunOnIntegers() {
        QFETCH(int, index);
        QFETCH(QString, format);
        const Between& between = operators()[std::size_t(index)];
        const ModelPtr model = modelWith(between);
        const PassInput input =
            inputFor(model, {{"format", format.toStdString()}, {"nonlinear", true}, {"reduce_range", "off"}});
        auto outcome = quantize(input, images(smallShape));
        LAPIDARY_VERIFY_OK(outcome);
        std::string rows;
        for (const LayerReport& row : outcome->layers) {
            rows += row.node + " (" + row.opType + "): " + row.what + "\n";
            QVERIFY2(row.what.starts_with("ran int8") || row.what.ends_with("no kernel of its own") ||
                         row.opType == "Greater",
                     rows.c_str());
        }
        QCOMPARE(outcome->fenced.size(), std::size_t(0));
        auto counts = kernels(*outcome->model, *images(smallShape));
        QVERIFY2(counts[between.kernel] >= 1, rows.c_str());
        QCOMPARE(counts["Conv"] + counts["FusedConv"], 0);
        const double db = sqnr(*outcome->model, *model, *images(smallShape));
        QVERIFY2(db > 22, std::to_string(db).c_str());
        exactTotals(input, *outcome);
    }

    void indicesOfTheLargest() {
        ModelBuilder b(13);
        b.input("x", smallShape).init("w", {8, 3, 1, 1}, 1).node("Conv", {"x", "w"}, {"c"});
        b.node("ArgMax", {"c"}, {"y"}, {attr("axis", 1)}, "which").output("y", DataType::Int64);
        const auto model = b.build();
        auto outcome = quantize(inputFor(model), images(smallShape));
        LAPIDARY_VERIFY_OK(outcome);
        QVERIFY(rowOf(*outcome, "which"));
        auto counts = kernels(*outcome->model, *images(smallShape));
        QCOMPARE(counts["QLinearConv"], 1);
        QCOMPARE(counts["DequantizeLinear"], 0);
    }

    void integerOperatorsComputeWhatThePairsDo() {
        const auto model = network().build();
        auto pairs = quantize(inputFor(model, {{"reduce_range", "off"}}));
        const PassInput input = inputFor(model, {{"format", "qoperator"}, {"reduce_range", "off"}});
        auto operators = quantize(input);
        LAPIDARY_VERIFY_OK(pairs);
        LAPIDARY_VERIFY_OK(operators);
        for (const auto& node : operators->model->graph->nodes())
            QVERIFY2(!node->is("Conv") && !node->is("Gemm") && !node->is("Add") && !node->is("Relu"),
                     displayName(*node).c_str());
        QCOMPARE(operators->model->opset("com.microsoft"), std::int64_t(1));
        QVERIFY(sqnr(*operators->model, *pairs->model, *images()) > 35);
        exactTotals(input, *operators);
        QVERIFY(operators->model->graph->findNode("first")->opType == "QLinearConv");
        QCOMPARE(operators->model->graph->findNode("first")->id, model->graph->findNode("first")->id);
    }

    void types_data() {
        QTest::addColumn<QString>("activations");
        QTest::addColumn<QString>("weights");
        QTest::addColumn<QString>("format");
        QTest::addColumn<int>("opset");
        QTest::addColumn<double>("wanted");
        QTest::newRow("u8s8") << "uint8"
                              << "int8"
                              << "qdq" << 13 << 22.0;
        QTest::newRow("u8u8") << "uint8"
                              << "uint8"
                              << "qdq" << 13 << 22.0;
        QTest::newRow("s8s8") << "int8"
                              << "int8"
                              << "qdq" << 13 << 22.0;
        QTest::newRow("u8u8 operators") << "uint8"
                                        << "uint8"
                                        << "qoperator" << 13 << 22.0;
        QTest::newRow("s8s8 operators") << "int8"
                                        << "int8"
                                        << "qoperator" << 13 << 22.0;
        QTest::newRow("u16s8") << "uint16"
                               << "int8"
                               << "qdq" << 13 << 35.0;
        QTest::newRow("s16s8") << "int16"
                               << "int8"
                               << "qdq" << 13 << 35.0;
        QTest::newRow("u16s8 opset 21") << "uint16"
                                        << "int8"
                                        << "qdq" << 21 << 35.0;
    }
    void types() {
        QFETCH(QString, activations);
        QFETCH(QString, weights);
        QFETCH(QString, format);
        QFETCH(int, opset);
        QFETCH(double, wanted);
        const auto model = network(opset).build();
        const PassInput input = inputFor(model, {{"activations", activations.toStdString()},
                                                 {"weights", weights.toStdString()},
                                                 {"format", format.toStdString()},
                                                 {"reduce_range", "off"}});
        auto outcome = quantize(input);
        LAPIDARY_VERIFY_OK(outcome);
        const double db = sqnr(*outcome->model, *model, *images());
        QVERIFY2(db > wanted, std::to_string(db).c_str());
        exactTotals(input, *outcome);
        const bool wide = activations.endsWith("16");
        QVERIFY(
            outcome->layers.front().what.starts_with(wide ? "stayed float: ONNX Runtime has no 16-bit" : "ran int8"));
        QCOMPARE(outcome->model->opset("com.microsoft"), std::int64_t((wide && opset < 21) || format == "qoperator"));
    }

    void impossibleTypes() {
        const auto model = network().build();
        for (const ParamSet& params : {ParamSet{{"activations", "uint16"}, {"format", "qoperator"}},
                                       ParamSet{{"activations", "int8"}, {"weights", "uint8"}}}) {
            auto preview = Int8Pass().preview(inputFor(model, params));
            QVERIFY(!preview.ok());
            QCOMPARE(preview.error().code, std::string("quantize.types"));
            QVERIFY(!preview.error().hint.empty());
        }
    }

    void whatFillsWithSomethingElseStaysFloat() {
        ModelBuilder b(13);
        b.input("x", smallShape).init("w1", {8, 3, 1, 1}, 1).init("w3", {4, 8, 1, 1}, 2);
        b.init("p", {8}, std::vector<std::int64_t>{0, 0, 1, 1, 0, 0, 1, 1}).init("one", makeScalar(1.0f));
        b.node("Conv", {"x", "w1"}, {"a"}).node("Pad", {"a", "p", "one"}, {"b"}, {}, "frame");
        const auto model = b.node("Conv", {"b", "w3"}, {"y"}).output("y").build();
        auto outcome = quantize(inputFor(model), images(smallShape));
        LAPIDARY_VERIFY_OK(outcome);
        QCOMPARE(reasonFor(*outcome, *model, "frame"), std::string("it fills with something else than 0"));
        QVERIFY(sqnr(*outcome->model, *model, *images(smallShape)) > 22);
    }
};

QTEST_GUILESS_MAIN(TestInt8Forms)
#include "tst_int8forms.moc"
