// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/onnxshapes.h"
#include "onnx/onnxwriter.h"
#include "passbench.h"
#include "tensor/float16.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <cmath>
#include <limits>

using namespace lapidary;
using namespace lapidary::test;

namespace {

ModelPtr convNet(std::int64_t opset = 17) {
    ModelBuilder b(opset);
    b.input("x", {1, 3, 8, 8})
        .init("w", {8, 3, 3, 3}, 1)
        .init("b", {8}, 2)
        .node("Conv", {"x", "w", "b"}, {"c"}, {}, "conv");
    b.node("Relu", {"c"}, {"r"}, {}, "relu").node("Flatten", {"r"}, {"f"}).init("v", {288, 4}, 3);
    return b.node("MatMul", {"f", "v"}, {"m"}, {}, "head")
        .node("Softmax", {"m"}, {"y"}, {}, "softmax")
        .output("y")
        .build();
}

DataType typeOf(const Model& model, const std::string& value) {
    const auto shapes = inferOnnxShapes(model);
    const auto* found = model.graph->findValue(value);
    return shapes && found ? shapes->type(found->id) : DataType::Undefined;
}

void comparable(const Model& before, const Model& after, double limit) {
    const auto inputs = randomInputs(before, 3);
    const auto a = runModel(before, inputs), b = runModel(after, inputs);
    LAPIDARY_VERIFY_OK(a);
    LAPIDARY_VERIFY_OK(b);
    const double error = relativeError(*a, *b);
    QVERIFY2(error < limit, std::to_string(error).c_str());
}

} // namespace

class TestHalfPrecision : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void keepsInputAndOutputTypes();
    void changesInputAndOutputTypes();
    void roundsLikeTheStandard();
    void clampsAndCounts();
    void blockedOperatorsStay();
    void noCastPairs();
    void floatPortsStay();
    void castsAndConstantsFollow();
    void controlFlowIsFenced();
    void weightsOnly();
    void weightsOnlyThenFull();
    void scopeIsRespected();
    void oldOpsetIsRefused();
    void sharedWeightKeepsBothForms();
    void overflowOnDataStaysFloat32();
    void whatGrowsStaysFloat32();
    void bfloat16Weights();
};

void TestHalfPrecision::overflowOnDataStaysFloat32() {
    ModelBuilder b;
    b.input("x", {1, 8}).init("big", makeScalar(60000.0f)).init("small", makeScalar(1e-4f)).init("w", {8, 4}, 1);
    b.node("Mul", {"x", "big"}, {"large"}, {}, "grow").node("Mul", {"large", "small"}, {"back"}, {}, "shrink");
    const auto model = b.node("MatMul", {"back", "w"}, {"y"}, {}, "head").output("y").build();
    const auto report = applyPass(model, "quantize.float16");
    LAPIDARY_VERIFY_OK(report);
    const auto& step = report->steps[0];
    QCOMPARE(step.fenced.size(), std::size_t(2));
    QCOMPARE(step.fenced[0].first, std::string("grow"));
    QCOMPARE(step.fenced[1].first, std::string("shrink"));
    QVERIFY2(step.fenced[0].second.find("float16 ends at 65504") != std::string::npos, step.fenced[0].second.c_str());
    QCOMPARE(step.notes[0].code, std::string("float16.data_overflow"));
    QVERIFY(typeOf(*report->model, "large") == DataType::Float);
    QVERIFY(typeOf(*report->model, "w") == DataType::Float16);
    comparable(*model, *report->model, 5e-3);
    const auto unlooked = applyPass(model, "quantize.float16", {{"check_data", false}});
    LAPIDARY_VERIFY_OK(unlooked);
    QVERIFY(unlooked->steps[0].fenced.empty());
    QVERIFY(typeOf(*unlooked->model, "large") == DataType::Float16);
}

void TestHalfPrecision::whatGrowsStaysFloat32() {
    ModelBuilder b;
    b.input("x", {1, 8}).init("w", {8, 8}, 1).init("s", {8}, 2).node("MatMul", {"x", "w"}, {"m"}, {}, "product");
    b.node("LayerNormalization", {"m", "s"}, {"n"}, {}, "norm").node("Exp", {"n"}, {"e"}, {}, "power");
    const auto model = b.node("Softmax", {"e"}, {"y"}, {}, "share").output("y").build();
    const auto report = applyPass(model, "quantize.float16");
    LAPIDARY_VERIFY_OK(report);
    std::vector<std::string> kept;
    for (const auto& [node, reason] : report->steps[0].fenced)
        kept.push_back(node);
    QCOMPARE(kept, (std::vector<std::string>{"norm", "power"}));
    const auto all = applyPass(model, "quantize.float16", {{"op_block_list", ""}});
    LAPIDARY_VERIFY_OK(all);
    QVERIFY(all->steps[0].fenced.empty());
}

void TestHalfPrecision::bfloat16Weights() {
    const auto model = convNet();
    const auto report = applyPass(model, "quantize.float16", {{"mode", "weights_only"}, {"type", "bfloat16"}});
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(typeOf(*report->model, "w_bfloat16") == DataType::BFloat16);
    const auto was = *toFloats(*model->graph->findValue("w")->initializer);
    const auto is = *toFloats(*report->model->graph->findValue("w_bfloat16")->initializer);
    for (std::size_t i = 0; i < was.size(); ++i) // eight significant bits, to nearest
        QVERIFY(std::abs(was[i] - is[i]) <= std::ldexp(1.0f, std::ilogb(was[i]) - 7) / 2);
    comparable(*model, *report->model, 2e-2);
    const auto refused = applyPass(model, "quantize.float16", {{"type", "bfloat16"}});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, std::string("float16.type"));
    QVERIFY(!refused.error().hint.empty());
    const auto old = applyPass(convNet(11), "quantize.float16", {{"mode", "weights_only"}, {"type", "bfloat16"}});
    QVERIFY(!old);
    QCOMPARE(old.error().code, std::string("float16.opset"));
}

void TestHalfPrecision::keepsInputAndOutputTypes() {
    const auto model = convNet();
    const auto report = applyPass(model, "quantize.float16");
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(countOps(*report->model, "Cast"), std::size_t(2));
    QVERIFY(typeOf(*report->model, "x") == DataType::Float);
    QVERIFY(typeOf(*report->model, "y") == DataType::Float);
    QVERIFY(typeOf(*report->model, "w") == DataType::Float16);
    QVERIFY(typeOf(*report->model, "r") == DataType::Float16);
    QCOMPARE(report->steps[0].after.bytes * 2, report->steps[0].before.bytes);
    QCOMPARE(report->steps[0].after.macs, report->steps[0].before.macs);
    comparable(*model, *report->model, 5e-3);
}

void TestHalfPrecision::changesInputAndOutputTypes() {
    const auto model = convNet();
    const auto report = applyPass(model, "quantize.float16", {{"keep_io_types", false}});
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(countOps(*report->model, "Cast"), std::size_t(0));
    const auto& graph = *report->model->graph;
    QVERIFY(graph.findValue("x")->type->elementType == DataType::Float16);
    QVERIFY(graph.findValue("y")->type->elementType == DataType::Float16);
    const auto result = runModel(*report->model, randomInputs(*report->model, 3));
    LAPIDARY_VERIFY_OK(result);
    QVERIFY(result->at(0)->type == DataType::Float16);
}

void TestHalfPrecision::roundsLikeTheStandard() {
    const auto model = convNet();
    const auto report = applyPass(model, "quantize.float16");
    LAPIDARY_VERIFY_OK(report);
    const auto was = *toFloats(*model->graph->findValue("w")->initializer);
    const auto is = *toFloats(*report->model->graph->findValue("w")->initializer);
    for (std::size_t i = 0; i < was.size(); ++i) {
        // Eleven significant bits, to nearest.
        const float step = std::ldexp(1.0f, std::max(std::ilogb(was[i]), -14) - 10);
        QVERIFY(std::abs(was[i] - is[i]) <= step / 2);
    }
}

void TestHalfPrecision::clampsAndCounts() {
    ModelBuilder b;
    const float inf = std::numeric_limits<float>::infinity();
    b.input("x", {1, 6}).init("k", {6}, std::vector<float>{1e6f, -3e38f, 1e-9f, -inf, 1.5f, 0.0f});
    const auto model = b.node("Add", {"x", "k"}, {"y"}, {}, "add").output("y").build();
    const auto report = applyPass(model, "quantize.float16", {{"check_data", false}});
    LAPIDARY_VERIFY_OK(report);
    const auto values = *toFloats(*report->model->graph->findValue("k")->initializer);
    QVERIFY(values == (std::vector<float>{65504, -65504, 0, -inf, 1.5f, 0}));
    const auto& step = report->steps[0];
    QCOMPARE(step.layers.size(), std::size_t(1));
    QCOMPARE(step.layers[0].node, std::string("add"));
    QCOMPARE(step.layers[0].numbers.at("overflows"), 2.0);
    QCOMPARE(step.layers[0].numbers.at("underflows"), 1.0);
    QCOMPARE(step.notes.size(), std::size_t(2));
    QCOMPARE(step.notes[0].code, std::string("float16.overflow"));
    QVERIFY(step.notes[0].severity == Severity::Warning);
}

void TestHalfPrecision::blockedOperatorsStay() {
    const auto model = convNet();
    const auto report = applyPass(model, "quantize.float16", {{"op_block_list", "MatMul, Softmax"}});
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(typeOf(*report->model, "v") == DataType::Float);
    QVERIFY(typeOf(*report->model, "m") == DataType::Float);
    QVERIFY(typeOf(*report->model, "f") == DataType::Float16);
    QCOMPARE(countOps(*report->model, "Cast"), std::size_t(2)); // in, and before the head; none at the output
    QCOMPARE(report->steps[0].fenced.size(), std::size_t(2));
    comparable(*model, *report->model, 5e-3);
}

void TestHalfPrecision::noCastPairs() {
    // Two blocked neighbours share float32, and several users share one Cast.
    ModelBuilder b;
    b.input("x", {2, 8}).node("Relu", {"x"}, {"a"}).node("Exp", {"a"}, {"e"}).node("Log", {"e"}, {"l"});
    b.node("Sigmoid", {"l"}, {"s"})
        .node("Tanh", {"l"}, {"t"})
        .node("Exp", {"a"}, {"e2"})
        .node("Add", {"s", "t"}, {"u"});
    const auto model = b.node("Add", {"u", "e2"}, {"y"}).output("y").build();
    const auto report = applyPass(model, "quantize.float16", {{"op_block_list", "Exp,Log"}});
    LAPIDARY_VERIFY_OK(report);
    const auto& graph = *report->model->graph;
    for (const auto& node : graph.nodes())
        if (node->is("Cast")) {
            const Node* maker = graph.producer(node->input(0));
            QVERIFY(!maker || !maker->is("Cast"));
        }
    QCOMPARE(countOps(*report->model, "Cast"), std::size_t(5)); // x, a -> float32, l and e2 -> float16, y
    comparable(*model, *report->model, 5e-3);
}

void TestHalfPrecision::floatPortsStay() {
    ModelBuilder b;
    b.input("x", {1, 4, 6, 6}).init("scales", {4}, std::vector<float>{1, 1, 2, 2});
    b.init("g", {4}, 1)
        .init("h", {4}, 2)
        .init("mean", {4}, 3)
        .init("variance", {4}, std::vector<float>{1, 2, 3, 1e-7f});
    b.node("BatchNormalization", {"x", "g", "h", "mean", "variance"}, {"n"});
    const auto model = b.node("Resize", {"n", "", "scales"}, {"y"}, {attr("mode", "linear")}).output("y").build();
    const auto report = applyPass(model, "quantize.float16");
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(typeOf(*report->model, "scales") == DataType::Float);
    QVERIFY(typeOf(*report->model, "variance") == DataType::Float);
    QVERIFY(typeOf(*report->model, "g") == DataType::Float16);
    QVERIFY(typeOf(*report->model, "n") == DataType::Float16);
    comparable(*model, *report->model, 5e-3);
}

void TestHalfPrecision::castsAndConstantsFollow() {
    ModelBuilder b;
    b.input("x", {4}).input("i", DataType::Int64, {4}).node("Cast", {"i"}, {"f"}, {attr("to", 1)});
    b.node("Constant", {}, {"k"}, {attr("value", makeTensor<float>({4}, {1, 2, 3, 4}))});
    b.node("Constant", {}, {"k2"}, {attr("value_float", 0.5)}).init("n", Shape{1}, std::vector<std::int64_t>{4});
    b.node("ConstantOfShape", {"n"}, {"z"}).node("Sum", {"x", "f", "k", "z"}, {"s"}).node("Mul", {"s", "k2"}, {"h"});
    b.node("Cast", {"h"}, {"o"}, {attr("to", 7)}).node("Cast", {"h"}, {"d"}, {attr("to", 11)});
    const auto model = b.output("o", DataType::Int64).output("d", DataType::Double).build();
    const auto report = applyPass(model, "quantize.float16");
    LAPIDARY_VERIFY_OK(report);
    for (const char* name : {"f", "k", "k2", "z", "s", "h"})
        QVERIFY2(typeOf(*report->model, name) == DataType::Float16, name);
    QCOMPARE(countOps(*report->model, "Cast"), std::size_t(4)); // the three there were, and the input's
    comparable(*model, *report->model, 5e-3);
}

void TestHalfPrecision::controlFlowIsFenced() {
    const auto branch = [](const std::string& op, const std::string& out) {
        ModelBuilder inner(17, out);
        inner.outer("r").outer("k").node(op, {"r", "k"}, {out});
        return inner.output(out).buildGraph();
    };
    ModelBuilder b;
    b.input("x", {1, 4}).input("flag", DataType::Bool, {}).init("k", {4}, 1).node("Sigmoid", {"x"}, {"r"});
    b.node("If", {"flag"}, {"m"}, {attr("then_branch", branch("Add", "a")), attr("else_branch", branch("Mul", "c"))},
           "if");
    b.node("Mul", {"r", "k"}, {"t"}).node("Add", {"m", "t"}, {"y"}).output("y");
    const auto model = b.build();
    const auto report = applyPass(model, "quantize.float16");
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(report->steps[0].fenced.size(), std::size_t(1));
    QCOMPARE(report->steps[0].fenced[0].first, std::string("if"));
    QVERIFY(typeOf(*report->model, "r") == DataType::Float);
    QVERIFY(typeOf(*report->model, "k") == DataType::Float);
    QVERIFY(typeOf(*report->model, "t") == DataType::Float16);
    comparable(*model, *report->model, 5e-3);
}

void TestHalfPrecision::weightsOnly() {
    const auto model = convNet();
    const auto report = applyPass(model, "quantize.float16", {{"mode", "weights_only"}});
    LAPIDARY_VERIFY_OK(report);
    const auto& graph = *report->model->graph;
    QVERIFY(typeOf(*report->model, "w") == DataType::Float);
    QVERIFY(graph.producer(graph.findValue("w")->id)->is("Cast"));
    QVERIFY(graph.findValue("b")->initializer->type == DataType::Float); // too small to be worth a Cast
    QCOMPARE(countOps(*report->model, "Cast"), std::size_t(2));
    QCOMPARE(report->steps[0].layers.size(), std::size_t(2));
    comparable(*model, *report->model, 2e-3);
}

void TestHalfPrecision::weightsOnlyThenFull() {
    const auto model = convNet();
    const auto first = applyPass(model, "quantize.float16", {{"mode", "weights_only"}});
    LAPIDARY_VERIFY_OK(first);
    const auto second = applyPass(first->model, "quantize.float16");
    LAPIDARY_VERIFY_OK(second);
    // The widening Casts are bypassed, so the result is what "full" alone gives.
    QCOMPARE(countOps(*second->model, "Cast"), std::size_t(2));
    const auto direct = applyPass(model, "quantize.float16");
    const auto inputs = randomInputs(*model, 3);
    const auto a = runModel(*second->model, inputs), b = runModel(*direct->model, inputs);
    LAPIDARY_VERIFY_OK(a);
    LAPIDARY_VERIFY_OK(b);
    QCOMPARE(relativeError(*a, *b), 0.0);
}

void TestHalfPrecision::scopeIsRespected() {
    const auto model = convNet();
    const auto report = applyPass(model, "quantize.float16", {}, {"head"});
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(typeOf(*report->model, "w") == DataType::Float);
    QVERIFY(typeOf(*report->model, "v") == DataType::Float16);
    QCOMPARE(countOps(*report->model, "Cast"), std::size_t(2));
    comparable(*model, *report->model, 5e-3);
}

void TestHalfPrecision::oldOpsetIsRefused() {
    ModelBuilder b(5);
    const auto model = b.input("x", {4}).node("Relu", {"x"}, {"y"}).output("y").build();
    const auto report = applyPass(model, "quantize.float16");
    QVERIFY(!report);
    QCOMPARE(report.error().code, std::string("float16.opset"));
}

void TestHalfPrecision::sharedWeightKeepsBothForms() {
    ModelBuilder b;
    b.input("x", {2, 8}).init("w", {8, 8}, 1).node("MatMul", {"x", "w"}, {"a"}).node("Exp", {"w"}, {"e"});
    const auto model = b.node("MatMul", {"a", "e"}, {"y"}).output("y").build();
    const auto report = applyPass(model, "quantize.float16", {{"op_block_list", "Exp"}});
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(typeOf(*report->model, "w") == DataType::Float);
    QVERIFY(typeOf(*report->model, "w_float16") == DataType::Float16);
    comparable(*model, *report->model, 5e-3);
}

QTEST_GUILESS_MAIN(TestHalfPrecision)
#include "tst_halfprecision.moc"
