// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/onnxreader.h"
#include "onnx/onnxshapes.h"
#include "samplemodels.h"
#include "tests/support/loopmodels.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QElapsedTimer>
#include <QTest>

using namespace lapidary;
using test::attr;
using test::ModelBuilder;

namespace {

std::string shapeOf(const Model& model, const ShapeTable& table, const char* name) {
    const auto* value = model.graph->findValue(name);
    const auto shape = value ? table.shape(value->id) : std::nullopt;
    return shape ? shapeText(*shape) : "unknown";
}

} // namespace

class TestOnnxShapes : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void knownNetwork();
    void batchFollowsTheSymbol();
    void computedShapes();
    void optionAShortcut();
    void newerOpsets_data();
    void newerOpsets();
    void uncertainIsUnknown();
    void quantizedTypes();
    void staleDeclarationsLose();
    void unknownOperatorsKeepDeclarations();
    void subgraphsAndFunctions();
    void bodiesOfLoops();
    void bodiesOfScans();
    void realModels();
    void tenThousandNodes();
};

void TestOnnxShapes::knownNetwork() {
    const auto model = test::convolutionModel();
    const auto table = inferOnnxShapes(*model);
    LAPIDARY_VERIFY_OK(table);
    QCOMPARE(shapeOf(*model, *table, "image"), std::string("1x3x16x16"));
    QCOMPARE(shapeOf(*model, *table, "c1"), std::string("1x8x8x8"));
    QCOMPARE(shapeOf(*model, *table, "p1"), std::string("1x8x1x1"));
    QCOMPARE(shapeOf(*model, *table, "f1"), std::string("1x8"));
    QCOMPARE(shapeOf(*model, *table, "logits"), std::string("1x10"));
    QCOMPARE(shapeOf(*model, *table, "w2"), std::string("10x8"));
    QVERIFY(table->type(model->graph->findValue("r1")->id) == DataType::Float);
}

void TestOnnxShapes::batchFollowsTheSymbol() {
    const auto model = test::convolutionModel();
    QCOMPARE(shapeOf(*model, *inferOnnxShapes(*model, {8}), "c1"), std::string("8x8x8x8"));
    QCOMPARE(shapeOf(*model, *inferOnnxShapes(*model, {0}), "c1"), std::string("?x8x8x8"));
    ModelBuilder b;
    b.symbolicInput("a", DataType::Float, {"N", "T"}).symbolicInput("b", DataType::Float, {"2", "N"});
    b.node("MatMul", {"b", "a"}, {"c"}).output("c");
    const auto two = b.build();
    QCOMPARE(shapeOf(*two, *inferOnnxShapes(*two, {4}), "b"), std::string("2x4"));
    QCOMPARE(shapeOf(*two, *inferOnnxShapes(*two, {4}), "c"), std::string("2x?"));
}

void TestOnnxShapes::computedShapes() {
    // What exporters write for x.view(x.size(0), -1): Shape, Gather, Unsqueeze, Concat, Reshape.
    ModelBuilder b(13);
    b.symbolicInput("x", DataType::Float, {"N", "4", "5"});
    b.init("zero", {}, std::vector<std::int64_t>{0}).init("axis", {1}, std::vector<std::int64_t>{0});
    b.init("rest", {1}, std::vector<std::int64_t>{-1}).init("scale", {}, std::vector<std::int64_t>{2});
    b.node("Shape", {"x"}, {"s"}).node("Gather", {"s", "zero"}, {"n"}).node("Unsqueeze", {"n", "axis"}, {"n1"});
    b.node("Concat", {"n1", "rest"}, {"target"}, {attr("axis", 0)}).node("Reshape", {"x", "target"}, {"flat"});
    b.node("Mul", {"n", "scale"}, {"n2"}).node("Unsqueeze", {"n2", "axis"}, {"n3"});
    b.node("Concat", {"n3", "rest"}, {"target2"}, {attr("axis", 0)}).node("Reshape", {"x", "target2"}, {"split"});
    b.node("Where", {"condition", "target", "target2"}, {"chosen"}).node("Reshape", {"x", "chosen"}, {"mixed"});
    b.node("Equal", {"target", "rest"}, {"condition"}).output("flat").output("split").output("mixed");
    const auto model = b.build();
    const auto table = inferOnnxShapes(*model, {3});
    LAPIDARY_VERIFY_OK(table);
    QCOMPARE(shapeOf(*model, *table, "flat"), std::string("3x20"));
    QCOMPARE(shapeOf(*model, *table, "split"), std::string("6x10"));
    QCOMPARE(shapeOf(*model, *table, "mixed"), std::string("6x10")); // condition is {false, true}
}

/// The shortcut of CIFAR ResNets pads channels with amounts computed by ConstantOfShape, Concat, Reshape, Slice,
/// Transpose.
void TestOnnxShapes::optionAShortcut() {
    ModelBuilder b(13);
    b.input("x", {1, 16, 8, 8})
        .init("six", {1}, std::vector<std::int64_t>{4})
        .init("given", {4}, std::vector<std::int64_t>{0, 0, 3, 5});
    b.init("pairs", {2}, std::vector<std::int64_t>{-1, 2}).init("flat", {1}, std::vector<std::int64_t>{-1});
    b.init("start", {1}, std::vector<std::int64_t>{-1}).init("end", {1}, std::vector<std::int64_t>{-1000});
    b.init("axes", {1}, std::vector<std::int64_t>{0}).init("step", {1}, std::vector<std::int64_t>{-1});
    b.node("ConstantOfShape", {"six"}, {"zeros"}, {attr("value", makeTensor<std::int64_t>({1}, {0}))});
    b.node("Concat", {"given", "zeros"}, {"all"}, {attr("axis", 0)}).node("Reshape", {"all", "pairs"}, {"table"});
    b.node("Slice", {"table", "start", "end", "axes", "step"}, {"reversed"});
    b.node("Transpose", {"reversed"}, {"turned"}, {attr("perm", {1, 0})});
    b.node("Reshape", {"turned", "flat"}, {"pads64"}).node("Cast", {"pads64"}, {"pads"}, {attr("to", 7)});
    b.node("Pad", {"x", "pads"}, {"y"}).output("y");
    const auto model = b.build();
    const auto table = inferOnnxShapes(*model);
    LAPIDARY_VERIFY_OK(table);
    // Pairs (begin, end), reversed: (0,0), (0,0), (3,5), (0,0): the third axis gets 3 before and 5 behind.
    QCOMPARE(shapeOf(*model, *table, "y"), std::string("1x16x16x8"));
}

void TestOnnxShapes::newerOpsets_data() {
    QTest::addColumn<QString>("op");
    QTest::addColumn<QString>("expected");
    for (const char* op : {"ReduceMean", "ReduceMax", "ReduceL2", "ReduceLogSumExp"})
        QTest::newRow(op) << op << "2x1x5";
    QTest::newRow("Gelu") << "Gelu"
                          << "2x6x5";
    QTest::newRow("Mish") << "Mish"
                          << "2x6x5";
    QTest::newRow("BitwiseNot") << "BitwiseNot"
                                << "2x6x5";
}

void TestOnnxShapes::newerOpsets() {
    QFETCH(QString, op);
    QFETCH(QString, expected);
    ModelBuilder b(21);
    b.input("x", {2, 6, 5}).init("axes", {1}, std::vector<std::int64_t>{1});
    std::vector<std::string> inputs = {"x"};
    if (op.startsWith("Reduce"))
        inputs.push_back("axes");
    b.node(op.toStdString(), inputs, {"y"}).node("Relu", {"y"}, {"z"}).output("z");
    const auto model = b.build();
    QCOMPARE(shapeOf(*model, *inferOnnxShapes(*model), "z"), expected.toStdString());
}

void TestOnnxShapes::uncertainIsUnknown() {
    ModelBuilder b(18);
    b.input("x", {2, 7, 5}).input("axes", DataType::Int64, {1}).init("pads", {2}, std::vector<std::int64_t>{1, 2});
    b.init("axis", {1}, std::vector<std::int64_t>{-1});
    b.node("ReduceSum", {"x"}, {"sum"}).node("ReduceMean", {"x", "axes"}, {"mean"});
    b.node("ReduceMean", {"x"}, {"same"}, {attr("noop_with_empty_axes", 1)}).node("ReduceMean", {"x"}, {"all"});
    b.node("Split", {"x"}, {"p", "q", "r"}, {attr("axis", 1), attr("num_outputs", 3)});
    b.node("Pad", {"x", "pads", "", "axis"}, {"padded"});
    b.node("AveragePool", {"x"}, {"pooled"}, {attr("kernel_shape", {3}), attr("dilations", {2})});
    for (const char* name : {"sum", "mean", "same", "all", "p", "q", "r", "padded", "pooled"})
        b.output(name);
    const auto model = b.build();
    const auto table = inferOnnxShapes(*model);
    LAPIDARY_VERIFY_OK(table);
    QCOMPARE(shapeOf(*model, *table, "mean"), std::string("unknown"));
    QCOMPARE(shapeOf(*model, *table, "same"), std::string("2x7x5"));
    QCOMPARE(shapeOf(*model, *table, "all"), std::string("1x1x1"));
    QCOMPARE(shapeOf(*model, *table, "p"), std::string("2x3x5"));
    QCOMPARE(shapeOf(*model, *table, "r"), std::string("2x1x5")); // 7 = 3 + 3 + 1
    QCOMPARE(shapeOf(*model, *table, "padded"), std::string("2x7x8"));
    QCOMPARE(shapeOf(*model, *table, "pooled"), std::string("2x7x1"));
}

void TestOnnxShapes::quantizedTypes() {
    ModelBuilder b(21);
    b.input("x", {4}).init("scale", {}, std::vector<float>{0.5f});
    b.init("zero", makeTensor(DataType::Int8, {}, Blob(std::vector<std::byte>(1))));
    b.node("QuantizeLinear", {"x", "scale", "zero"}, {"q"}).node("DequantizeLinear", {"q", "scale", "zero"}, {"d"});
    b.node("QuantizeLinear", {"x", "scale"}, {"q4"}, {attr("output_dtype", 22)})
        .output("d")
        .output("q4", DataType::Int4);
    const auto model = b.build();
    const auto table = inferOnnxShapes(*model);
    LAPIDARY_VERIFY_OK(table);
    QVERIFY(table->type(model->graph->findValue("q")->id) == DataType::Int8);
    QVERIFY(table->type(model->graph->findValue("d")->id) == DataType::Float);
    QVERIFY(table->type(model->graph->findValue("q4")->id) == DataType::Int4);
    QCOMPARE(shapeOf(*model, *table, "d"), std::string("4"));
}

void TestOnnxShapes::staleDeclarationsLose() {
    ModelBuilder b;
    b.input("x", {1, 3, 8, 8}).init("w", {5, 3, 1, 1}, 1).node("Conv", {"x", "w"}, {"c"}).node("Relu", {"c"}, {"y"});
    b.info("c", DataType::Float, {1, 9, 8, 8}).output("y", DataType::Float, Shape{1, 9, 8, 8});
    const auto model = b.build();
    QCOMPARE(shapeOf(*model, *inferOnnxShapes(*model), "c"), std::string("1x5x8x8"));
    QCOMPARE(shapeOf(*model, *inferOnnxShapes(*model), "y"), std::string("1x5x8x8"));
}

void TestOnnxShapes::unknownOperatorsKeepDeclarations() {
    ModelBuilder b;
    b.opset("custom", 1).input("x", {2, 3}).node("Strange", {"x"}, {"s"}, {}, {}, "custom");
    b.info("s", DataType::Float, {2, 7}).node("Relu", {"s"}, {"y"}).node("Odd", {"y"}, {"z"}, {}, {}, "custom");
    b.output("y").output("z");
    const auto model = b.build();
    const auto table = inferOnnxShapes(*model);
    LAPIDARY_VERIFY_OK(table);
    QCOMPARE(shapeOf(*model, *table, "y"), std::string("2x7"));
    QCOMPARE(shapeOf(*model, *table, "z"), std::string("unknown"));
}

void TestOnnxShapes::subgraphsAndFunctions() {
    const auto branches = test::subgraphModel();
    const auto table = inferOnnxShapes(*branches);
    LAPIDARY_VERIFY_OK(table);
    QCOMPARE(shapeOf(*branches, *table, "y"), std::string("4"));
    const auto calls = test::functionModel();
    const auto called = inferOnnxShapes(*calls);
    LAPIDARY_VERIFY_OK(called);
    // ONNX's inference may give up inside a function; it must not give a wrong shape, and what is declared stays.
    const auto inside = shapeOf(*calls, *called, "b");
    QVERIFY2(inside == "2x3" || inside == "unknown", inside.c_str());
    QCOMPARE(shapeOf(*calls, *called, "c"), std::string("2x3"));
}

/// Shapes of a body's values, by name.
static std::string bodyShape(const Graph& graph, const ShapeTable& table, const char* node, const char* attribute,
                             const char* value) {
    for (const auto& [name, body] : graph.findNode(node)->subgraphs())
        if (name == attribute) {
            const auto* inside = table.body(*body);
            const auto shape = inside ? inside->shape(body->findValue(value)->id) : std::nullopt;
            return shape ? shapeText(*shape) : "unknown";
        }
    return "no such body";
}

void TestOnnxShapes::bodiesOfLoops() {
    const auto model = test::loopModel();
    const auto table = inferOnnxShapes(*model);
    LAPIDARY_VERIFY_OK(table);
    const auto shape = [&](const char* name) { return bodyShape(*model->graph, *table, "refine", "body", name); };
    QCOMPARE(shape("refine.w"), std::string("8x8x3x3")); // of the graph around
    QCOMPARE(shape("features"), std::string("1x8x16x16"));
    QCOMPARE(shape("conv"), std::string("1x8x16x16"));
    QCOMPARE(shape("sum"), std::string("1x8x16x16"));
    QCOMPARE(shape("largest"), std::string("scalar"));
    for (const auto& [name, body] : model->graph->findNode("refine")->subgraphs()) {
        const auto* inside = table->body(*body);
        QVERIFY(inside);
        QCOMPARE(bodyShape(*body, *inside, "settled", "then_branch", "kept"), std::string("1x8x16x16"));
        QCOMPARE(bodyShape(*body, *inside, "settled", "else_branch", "halved"), std::string("1x8x16x16"));
    }
    QCOMPARE(table->body(*model->graph), nullptr);
}

void TestOnnxShapes::bodiesOfScans() {
    const auto model = test::scanModel();
    const auto table = inferOnnxShapes(*model);
    LAPIDARY_VERIFY_OK(table);
    for (const char* name : {"from_token", "from_state", "biased", "next", "seen"})
        QCOMPARE(bodyShape(*model->graph, *table, "steps", "body", name), std::string("8"));
}

void TestOnnxShapes::realModels() {
    LAPIDARY_REQUIRE_ASSETS();
    for (const auto& entry : std::filesystem::directory_iterator(test::assetsFolder() / "models")) {
        if (entry.path().extension() != ".onnx")
            continue;
        const auto read = readOnnx(entry.path());
        LAPIDARY_VERIFY_OK(read);
        const auto& graph = *read->model->graph;
        const auto table = inferOnnxShapes(*read->model);
        LAPIDARY_VERIFY_OK(table);
        for (const auto& node : graph.nodes())
            for (const auto output : node->outputs) {
                const auto shape = table->shape(output);
                QVERIFY2(shape && elementCount(*shape),
                         (entry.path().filename().string() + ": " + displayName(*node)).c_str());
            }
    }
}

void TestOnnxShapes::tenThousandNodes() {
    const auto model = test::chainModel(10000);
    QElapsedTimer timer;
    timer.start();
    const auto table = inferOnnxShapes(*model);
    qInfo("10 000 nodes: shapes in %.0f ms", double(timer.nsecsElapsed()) / 1e6);
    LAPIDARY_VERIFY_OK(table);
    QCOMPARE(shapeText(*table->shape(model->graph->outputs()[0])), std::string("1x4x8x8"));
}

QTEST_APPLESS_MAIN(TestOnnxShapes)
#include "tst_onnxshapes.moc"
