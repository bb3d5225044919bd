// SPDX-License-Identifier: GPL-3.0-or-later
// Normalizations, scales, biases and paddings that become part of a layer: what is folded, what must not be, and that
// the results agree in ONNX Runtime.
#include "passbench.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <limits>

using namespace lapidary;
using namespace lapidary::test;

namespace {

struct Case {
    std::string name;
    ModelPtr model;
    std::string gone; ///< operator that disappears; empty: nothing may change
    std::size_t nodes = 0;
};

ModelBuilder& batchNorm(ModelBuilder& b, const std::string& in, const std::string& out, std::int64_t channels) {
    b.init("g_" + out, {channels}, 21).init("s_" + out, {channels}, 22).init("m_" + out, {channels}, 23);
    auto variance = randomFloats(std::size_t(channels), 24);
    for (auto& value : variance)
        value = value * value + 0.1f;
    b.init("v_" + out, {channels}, std::move(variance));
    return b.node("BatchNormalization", {in, "g_" + out, "s_" + out, "m_" + out, "v_" + out}, {out},
                  {attr("epsilon", 0.001)});
}

Case convThenBatchNorm(bool transposed, int group, bool bias) {
    ModelBuilder b;
    b.input("x", {1, 6, 7, 7}).init("w", transposed ? Shape{6, 8 / group, 3, 3} : Shape{8, 6 / group, 3, 3}, 1);
    if (bias)
        b.init("b", {8}, 2);
    b.node(transposed ? "ConvTranspose" : "Conv",
           bias ? std::vector<std::string>{"x", "w", "b"} : std::vector<std::string>{"x", "w"}, {"c"},
           {attr("group", group), attr("pads", {1, 1, 1, 1})});
    batchNorm(b, "c", "y", 8).output("y");
    return {(transposed ? "ConvTranspose" : "Conv") + std::string(" group ") + std::to_string(group) +
                (bias ? " bias" : ""),
            b.build(), "BatchNormalization", 1};
}

Case gemmThenBatchNorm(bool transB, bool asMatMul) {
    ModelBuilder b;
    b.input("x", {3, 5}).init("w", transB ? Shape{4, 5} : Shape{5, 4}, 1).init("b", {1, 4}, 2);
    if (asMatMul)
        b.node("MatMul", {"x", "w"}, {"c"});
    else
        b.node("Gemm", {"x", "w", "b"}, {"c"}, {attr("transB", int(transB)), attr("alpha", 0.5), attr("beta", 2.0)});
    batchNorm(b, "c", "y", 4).output("y");
    return {asMatMul ? "MatMul" : transB ? "Gemm transB" : "Gemm", b.build(), "BatchNormalization", 1};
}

Case batchNormAhead(bool padded, int group) {
    ModelBuilder b;
    b.input("x", {1, 6, 7, 7}).init("w", {8, 6 / group, 3, 3}, 1).init("b", {8}, 2);
    batchNorm(b, "x", "n", 6)
        .node("Conv", {"n", "w", "b"}, {"y"},
              {attr("group", group), attr("pads", std::vector<std::int64_t>(4, padded ? 1 : 0))});
    b.output("y");
    if (padded) // the zeros of the padding are not normalized
        return {"ahead of a padded Conv", b.build(), "", 2};
    return {"ahead of Conv group " + std::to_string(group), b.build(), "BatchNormalization", 1};
}

Case sharedConv() {
    ModelBuilder b;
    b.input("x", {1, 6, 7, 7}).init("w", {8, 6, 1, 1}, 1).node("Conv", {"x", "w"}, {"c"});
    batchNorm(b, "c", "n", 8).node("Add", {"n", "c"}, {"y"}).output("y");
    return {"Conv used twice", b.build(), "", 3};
}

Case sharedWeight() {
    ModelBuilder b;
    b.input("x", {1, 6, 7, 7}).init("w", {6, 6, 1, 1}, 1).node("Conv", {"x", "w"}, {"c"});
    batchNorm(b, "c", "n", 6).node("Conv", {"n", "w"}, {"y"}).output("y");
    return {"weight used twice", b.build(), "BatchNormalization", 2};
}

Case scaled(const std::string& op, const Shape& shape, bool constantFirst, bool folds) {
    ModelBuilder b;
    b.input("x", {1, 6, 7, 7}).init("w", {8, 6, 3, 3}, 1).init("k", shape, 3).node("Conv", {"x", "w"}, {"c"});
    b.node(op, constantFirst ? std::vector<std::string>{"k", "c"} : std::vector<std::string>{"c", "k"}, {"y"})
        .output("y");
    return {op + " " + shapeText(shape) + (constantFirst ? " first" : ""), b.build(), folds ? op : "", folds ? 1u : 2u};
}

Case biasAfterMatMul(std::int64_t rank) {
    ModelBuilder b;
    b.input("x", rank == 2 ? Shape{3, 5} : Shape{2, 3, 5}).init("w", {5, 4}, 1).init("k", {4}, 2);
    b.node("MatMul", {"x", "w"}, {"c"}).node("Add", {"c", "k"}, {"y"}).output("y");
    return {"bias after MatMul of rank " + std::to_string(rank), b.build(), rank == 2 ? "Add" : "",
            rank == 2 ? 1u : 2u};
}

Case padded(const std::string& op, bool relu, float value, std::int64_t channelPad) {
    ModelBuilder b;
    b.input("x", {1, 4, 7, 7}).init("value", makeScalar(value));
    b.init("p", Shape{8}, std::vector<std::int64_t>{0, 0, 1, 2, 0, channelPad, 0, 1});
    b.node(relu ? "Relu" : "Tanh", {"x"}, {"r"}).node("Pad", {"r", "p", "value"}, {"q"});
    if (op == "Conv")
        b.init("w", {4, 4 + channelPad, 3, 3}, 1).node("Conv", {"q", "w"}, {"y"}, {attr("pads", {1, 0, 0, 1})});
    else
        b.node(op, {"q"}, {"y"}, {attr("kernel_shape", {3, 3}), attr("strides", {2, 2})});
    const bool folds = value == 0 && channelPad == 0 && (op != "MaxPool" || relu);
    return {op + (relu ? " after Relu" : "") + " value " + std::to_string(value) + " channels " +
                std::to_string(channelPad),
            b.output("y").build(), folds ? "Pad" : "", folds ? 2u : 3u};
}

std::vector<Case> cases() {
    return {convThenBatchNorm(false, 1, false),
            convThenBatchNorm(false, 1, true),
            convThenBatchNorm(false, 2, true),
            convThenBatchNorm(true, 1, true),
            convThenBatchNorm(true, 2, false),
            gemmThenBatchNorm(false, false),
            gemmThenBatchNorm(true, false),
            gemmThenBatchNorm(false, true),
            batchNormAhead(false, 1),
            batchNormAhead(false, 2),
            batchNormAhead(true, 1),
            sharedConv(),
            sharedWeight(),
            scaled("Mul", {8, 1, 1}, false, true),
            scaled("Mul", {1, 8, 1, 1}, true, true),
            scaled("Add", {8, 1, 1}, false, true),
            scaled("Sub", {8, 1, 1}, false, true),
            scaled("Sub", {8, 1, 1}, true, true),
            scaled("Div", {8, 1, 1}, false, true),
            scaled("Div", {8, 1, 1}, true, false),
            scaled("Mul", {}, false, true),
            scaled("Mul", {5}, false, false),
            scaled("Mul", {1, 1, 1, 1, 1}, false, false),
            scaled("Add", {5, 5}, false, false),
            biasAfterMatMul(2),
            biasAfterMatMul(3),
            padded("Conv", false, 0, 0),
            padded("Conv", false, 1, 0),
            padded("Conv", false, 0, 1),
            padded("AveragePool", false, 0, 0),
            padded("MaxPool", true, 0, 0),
            padded("MaxPool", false, 0, 0)};
}

} // namespace

class TestSimplifyFolding : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void folds_data();
    void folds();
    void canBeSwitchedOff();
    void refusesInfiniteWeights();
    void staysInScope();
    void reportsPerLayer();
    void oldModelsListTheirWeights();
};

void TestSimplifyFolding::folds_data() {
    QTest::addColumn<int>("index");
    int index = 0;
    for (const auto& one : cases())
        QTest::newRow(one.name.c_str()) << index++;
}

void TestSimplifyFolding::folds() {
    QFETCH(int, index);
    const auto one = cases()[std::size_t(index)];
    const auto report = applyPass(one.model, "simplify.graph");
    LAPIDARY_VERIFY_OK(report);
    QCOMPARE(report->model->graph->nodeCount(), one.nodes);
    if (one.gone.empty())
        QVERIFY(modelsEqual(*one.model, *report->model));
    else
        QCOMPARE(countOps(*report->model, one.gone), std::size_t(0));
    const auto inputs = randomInputs(*one.model, 9);
    const auto before = runModel(*one.model, inputs), after = runModel(*report->model, inputs);
    LAPIDARY_VERIFY_OK(before);
    LAPIDARY_VERIFY_OK(after);
    const double error = relativeError(*before, *after);
    QVERIFY2(error < 5e-6, std::to_string(error).c_str());
}

void TestSimplifyFolding::canBeSwitchedOff() {
    const auto one = convThenBatchNorm(false, 1, false);
    const auto report = applyPass(one.model, "simplify.graph", {{"fold_batch_norm", false}});
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(report->model == one.model);
}

void TestSimplifyFolding::refusesInfiniteWeights() {
    ModelBuilder b;
    b.input("x", {1, 2, 3, 3})
        .init("w", {2, 2, 1, 1}, std::vector<float>(4, 3e38f))
        .init("k", {2, 1, 1}, std::vector<float>(2, 10.0f));
    b.node("Conv", {"x", "w"}, {"c"}).node("Mul", {"c", "k"}, {"y"}).output("y");
    const auto model = b.build();
    const auto report = applyPass(model, "simplify.graph");
    LAPIDARY_VERIFY_OK(report);
    QVERIFY(report->model == model);
}

void TestSimplifyFolding::staysInScope() {
    ModelBuilder b;
    b.input("x", {1, 6, 7, 7}).init("w", {6, 6, 1, 1}, 1).node("Conv", {"x", "w"}, {"c"}, {}, "first");
    batchNorm(b, "c", "n", 6).node("Conv", {"n", "w"}, {"d"}, {}, "second");
    const auto model = batchNorm(b, "d", "y", 6).output("y").build();
    const auto nothing = applyPass(model, "simplify.graph", {}, {"first"});
    LAPIDARY_VERIFY_OK(nothing);
    QVERIFY(nothing->model == model);
    const auto one = applyPass(model, "simplify.graph", {}, {"second", displayName(*model->graph->nodes()[3])});
    LAPIDARY_VERIFY_OK(one);
    QCOMPARE(countOps(*one->model, "BatchNormalization"), std::size_t(1));
    QCOMPARE(one->model->graph->producer(one->model->graph->outputs()[0])->name, std::string("second"));
}

void TestSimplifyFolding::reportsPerLayer() {
    const auto report = applyPass(convThenBatchNorm(false, 1, false).model, "simplify.graph");
    LAPIDARY_VERIFY_OK(report);
    const auto& step = report->steps[0];
    QCOMPARE(step.layers.size(), std::size_t(1));
    QCOMPARE(step.layers[0].opType, std::string("Conv"));
    QCOMPARE(step.layers[0].what, std::string("BatchNorm folded"));
    QCOMPARE(step.notes.size(), std::size_t(1));
    QCOMPARE(step.notes[0].code, std::string("simplify.fold_batch_norm"));
    QCOMPARE(step.after.parameters, step.before.parameters - 4 * 8 + 8);
}

void TestSimplifyFolding::oldModelsListTheirWeights() {
    // Before IR version 4 initializers are inputs as well: they are constants all the same, and the list has to follow.
    const auto modern = convThenBatchNorm(false, 1, false).model;
    GraphEditor editor(modern->graph);
    for (const auto id : modern->graph->initializers()) {
        const auto& tensor = *modern->graph->value(id)->initializer;
        editor.setType(id, TypeInfo::tensor(tensor.type, tensor.shape));
        editor.addInput(id);
    }
    auto old = *withGraph(*modern, *editor.finish());
    old.irVersion = 3;
    const auto report = applyPass(std::make_shared<Model>(old), "simplify.graph");
    LAPIDARY_VERIFY_OK(report);
    const auto& graph = *report->model->graph;
    QCOMPARE(graph.nodeCount(), std::size_t(1));
    QCOMPARE(graph.inputs().size(), std::size_t(3)); // data, weight, bias
    for (const auto id : graph.initializers())
        QVERIFY(graph.isInput(id));
    const auto inputs = randomInputs(*modern, 9);
    const auto before = runModel(*modern, inputs), after = runModel(*report->model, inputs);
    LAPIDARY_VERIFY_OK(after);
    QVERIFY(relativeError(*before, *after) < 5e-6);
    // A newer model says by the same list that callers may replace the weight: nothing is folded.
    old.irVersion = 8;
    const auto open = applyPass(std::make_shared<Model>(old), "simplify.graph");
    LAPIDARY_VERIFY_OK(open);
    QCOMPARE(open->model->graph->nodeCount(), std::size_t(2));
}

QTEST_GUILESS_MAIN(TestSimplifyFolding)
#include "tst_simplifyfolding.moc"
