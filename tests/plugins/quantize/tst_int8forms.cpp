// SPDX-License-Identifier: GPL-3.0-or-later
// Every way to write a quantized model. Operators by themselves: tst_int8operators.
#include "int8fixture.h"

using namespace lapidary;
using namespace lapidary::test::int8;
using test::attr;
using test::ModelBuilder;

namespace {

const Shape smallShape = {1, 3, 6, 6};

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
    void indicesOfTheLargest() {
        ModelBuilder b(13);
        b.input("x", smallShape).init("w", {8, 3, 1, 1}, 1).node("Conv", {"x", "w"}, {"c"});
        b.node("ArgMax", {"c"}, {"y"}, {attr("axis", 1)}, "which").output("y", DataType::Int64);
        const auto model = b.build();
        auto outcome = quantize(inputFor(model), images(smallShape));
        LAPIDARY_VERIFY_OK(outcome);
        const LayerReport* row = rowOf(*outcome, "which");
        QVERIFY(row);
        QCOMPARE(row->what, std::string("ran int8 (ArgMax)"));
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
