// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/hierarchy/graphlinks.h"
#include "analysis/hierarchy/repeats.h"
#include "analysis/hierarchy/scopenames.h"
#include "tests/core/analysis/hierarchychecks.h"
#include "tests/support/encodermodel.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <algorithm>
#include <functional>
#include <map>
#include <numeric>
#include <set>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// x -> Neg -> Abs -> ... with the given names; a name may be empty.
ModelPtr chain(const std::vector<std::string>& names, const std::vector<std::string>& ops = {"Neg", "Abs", "Exp"}) {
    ModelBuilder b;
    b.input("x", {1, 4});
    std::string last = "x";
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto next = "t" + std::to_string(i);
        b.node(ops[i % ops.size()], {last}, {next}, {}, names[i].empty() ? "n" + std::to_string(i) : names[i]);
        last = next;
    }
    return b.output(last).build();
}

std::vector<RepeatItem> sequence(const char* text) {
    std::vector<RepeatItem> items;
    for (const char* c = text; *c != 0; ++c) // capitals are blocks in themselves
        items.push_back({std::uint64_t(*c), *c < 'a' ? 5u : 1u, *c != 'r', *c < 'a'});
    return items;
}

/// `depth` calls of functions in each other, each body calling the next function `calls` times.
ModelPtr callTree(int depth, int calls) {
    auto model = std::make_shared<Model>();
    for (int level = 0; level < depth; ++level) {
        ModelBuilder body;
        body.input("a", {1, 4});
        std::string last = "a";
        for (int i = 0; i < (level + 1 < depth ? calls : 1); ++i) {
            const auto next = "b" + std::to_string(i);
            if (level + 1 < depth)
                body.node("F" + std::to_string(level + 1), {last}, {next}, {}, {}, "local");
            else
                body.node("Relu", {last}, {next});
            last = next;
        }
        auto function = std::make_shared<Function>();
        function->name = "F" + std::to_string(level);
        function->domain = "local";
        function->body = body.output(last).buildGraph();
        model->functions.push_back(function);
    }
    ModelBuilder b;
    b.opset("local", 1).input("x", {1, 4}).node("F0", {"x"}, {"y"}, {}, "call", "local").output("y");
    const auto main = b.build();
    model->opsets = main->opsets;
    model->graph = main->graph;
    return model;
}

} // namespace

class TestGraphHierarchy : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void scopeParts_data();
    void scopeParts();
    void scopesNest();
    void scopesSayingNothingAreLeftOut();
    void scopesOnACycleAreSplit();
    void scatteredScopesGiveWay();
    void repeats_data();
    void repeats();
    void unnamedBlocks();
    void blocksNeedAConnection();
    void bodiesNest();
    void functionsPerCall();
    void recursionEnds();
    void callsThatMultiplyEnd();
    void pathsSurviveEdits();
};

void TestGraphHierarchy::scopeParts_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QStringList>("parts");
    QTest::newRow("slashes") << "/layer3/layer3.2/conv1/Conv" << QStringList{"layer3", "layer3.2", "conv1"};
    QTest::newRow("dots") << "layer3.2.conv1" << QStringList{"layer3", "2"};
    QTest::newRow("tensorflow") << "block_1/expand/Conv2D" << QStringList{"block_1", "expand"};
    QTest::newRow("doubled") << "a//b/c" << QStringList{"a", "b"};
    QTest::newRow("plain") << "Conv_12" << QStringList{};
    QTest::newRow("only separators") << "///" << QStringList{};
    QTest::newRow("hostile") << QString("x/").repeated(5000) << QStringList(24, "x");
}

void TestGraphHierarchy::scopeParts() {
    QFETCH(QString, name);
    QFETCH(QStringList, parts);
    const auto model = chain({name.toStdString()});
    QStringList found;
    for (const auto part : lapidary::scopeParts(*model->graph, *model->graph->nodes().front()))
        found.append(QString::fromUtf8(part.data(), qsizetype(part.size())));
    QCOMPARE(found, parts);
}

void TestGraphHierarchy::scopesNest() {
    const auto model =
        chain({"in", "m/a/x/1", "m/a/x/2", "m/a/x/3", "m/a/y", "m/b.0/p", "m/b.0/q", "m/b.0/r", "m/7/p", "m/7/q",
               "m/7/r", "out"},
              {"Neg", "Abs", "Exp", "Relu", "Tanh", "Sin", "Cos", "Sqrt", "Ceil", "Floor", "Sign", "Erf"});
    const auto hierarchy = GraphHierarchy::build(*model);
    QCOMPARE(outline(*hierarchy), (QStringList{"model (12)", "  scope m (10)", "    scope a (4)", "      scope x (3)",
                                               "    scope b.0 (3)", "    scope m.7 (3)"}));
    QCOMPARE(hierarchy->group(3).name, std::string("m/a/x"));
    VERIFY_SOUND(*hierarchy);
}

void TestGraphHierarchy::scopesSayingNothingAreLeftOut() {
    // Everything in one scope, scopes of one and two nodes.
    const auto model = chain({"net/a/1", "net/b/1", "net/b/2", "net/c/1"}, {"Neg", "Abs", "Exp", "Relu"});
    QCOMPARE(outline(*GraphHierarchy::build(*model)), QStringList{"model (4)"});
}

void TestGraphHierarchy::scopesOnACycleAreSplit() {
    // a -> b -> a -> b: neither may be closed as a whole.
    const auto model = chain(
        {"a/1", "a/2", "a/3", "a/4", "b/1", "b/2", "b/3", "a/5", "a/6", "a/7", "b/4", "b/5", "b/6", "b/7"},
        {"Neg", "Abs", "Exp", "Relu", "Tanh", "Sin", "Cos", "Sqrt", "Ceil", "Floor", "Sign", "Erf", "Log", "Not"});
    const auto hierarchy = GraphHierarchy::build(*model);
    QCOMPARE(outline(*hierarchy),
             (QStringList{"model (14)", "  scope a (4)", "  scope b (3)", "  scope a (3)", "  scope b (4)"}));
    VERIFY_SOUND(*hierarchy);
}

void TestGraphHierarchy::scatteredScopesGiveWay() {
    // Names by operator say nothing about structure.
    std::vector<std::string> names;
    for (int i = 0; i < 30; ++i)
        names.push_back("p2o." + std::string(i % 3 == 0 ? "Neg." : i % 3 == 1 ? "Abs." : "Exp.") + std::to_string(i));
    const auto hierarchy = GraphHierarchy::build(*chain(names));
    QCOMPARE(count(*hierarchy, GroupKind::Scope), 0);
    QCOMPARE(outline(*hierarchy).value(1), QString("  run of 10 Neg+Abs+Exp (30)"));
    VERIFY_SOUND(*hierarchy);
}

void TestGraphHierarchy::repeats_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("found"); // begin:period*count
    QTest::newRow("none") << "abcdef"
                          << "";
    QTest::newRow("too light") << "abababab"
                               << "";
    QTest::newRow("plain") << "xabcabcabcy"
                           << "1:3*3";
    QTest::newRow("shortest period") << "abcabcabcabc"
                                     << "0:3*4";
    QTest::newRow("phase: big first") << "crBrBrBrp"
                                      << "2:2*3";
    QTest::newRow("phase: not an activation") << "yrcdrcdrcdrz"
                                              << "2:3*3";
    QTest::newRow("phase: as many as possible") << "yrcdrcdrcdz"
                                                << "1:3*3";
    QTest::newRow("runs side by side") << "BBBBCDDDDD"
                                       << "0:1*4 5:1*5";
    QTest::newRow("pairs of bigs by chance") << "ABBABB"
                                             << "1:1*2 4:1*2";
    QTest::newRow("layers of two bigs") << "sABABABAB"
                                        << "1:2*4";
    QTest::newRow("empty") << ""
                           << "";
}

void TestGraphHierarchy::repeats() {
    QFETCH(QString, text);
    QFETCH(QString, found);
    QStringList lines;
    for (const auto& repeat : findRepeats(sequence(text.toLatin1().constData()), 3))
        lines.append(QStringLiteral("%1:%2*%3").arg(repeat.begin).arg(repeat.period).arg(repeat.count));
    QCOMPARE(lines.join(u' '), found);
}

void TestGraphHierarchy::unnamedBlocks() {
    // Residual blocks, the second with another stride: it stands alone, its Relu as in the others.
    ModelBuilder b;
    b.input("x", {1, 4, 32, 32});
    std::string last = "x";
    for (int i = 0; i < 6; ++i) {
        const auto n = std::to_string(i);
        const std::int64_t stride = i == 1 ? 2 : 1;
        b.init("w" + n, {4, 4, 3, 3}, i).init("v" + n, {4, 4, 1, 1}, i);
        b.node("Conv", {last, "w" + n}, {"a" + n}, {attr("pads", {1, 1, 1, 1}), attr("strides", {stride, stride})});
        b.node("Conv", {last, "v" + n}, {"s" + n}, {attr("strides", {stride, stride})});
        b.node("Sigmoid", {"a" + n}, {"r" + n}).node("Add", {"r" + n, "s" + n}, {"d" + n});
        b.node("Relu", {"d" + n}, {"o" + n});
        last = "o" + n;
    }
    const auto hierarchy = GraphHierarchy::build(*b.node("Flatten", {last}, {"y"}).output("y").build());
    QStringList expected{"model (31)", "  block Conv+Sigmoid+Add+Relu (5)", "  block Conv+Sigmoid+Add+Relu (5)",
                         "  run of 4 Conv+Sigmoid+Add+Relu (20)"};
    for (int i = 1; i <= 4; ++i)
        expected.append(QStringLiteral("    block %1 of 4 Conv+Sigmoid+Add+Relu (5)").arg(i));
    QCOMPARE(outline(*hierarchy), expected);
    VERIFY_SOUND(*hierarchy);
}

void TestGraphHierarchy::blocksNeedAConnection() {
    ModelBuilder b;
    b.input("x", {1, 4});
    std::vector<std::string> outputs;
    for (int i = 0; i < 700; ++i) {
        outputs.push_back("t" + std::to_string(i));
        b.node("Relu", {"x"}, {outputs.back()});
    }
    const auto hierarchy = GraphHierarchy::build(*b.node("Sum", outputs, {"y"}).output("y").build());
    QCOMPARE(count(*hierarchy, GroupKind::Run), 0);
    QVERIFY(count(*hierarchy, GroupKind::Part) > 10); // too many to show at once
    QVERIFY(hierarchy->group(0).children.size() < 100);
    VERIFY_SOUND(*hierarchy);
}

void TestGraphHierarchy::bodiesNest() {
    const auto inner = [](const char* op) {
        ModelBuilder b;
        b.outer("x").node(op, {"x"}, {"out"}, {}, "leaf").output("out");
        return b.buildGraph();
    };
    ModelBuilder then;
    then.outer("x").outer("c");
    then.node("If", {"c"}, {"inner"}, {attr("then_branch", inner("Neg")), attr("else_branch", inner("Abs"))}, "again");
    const auto thenGraph = then.output("inner").buildGraph();
    ModelBuilder b;
    b.input("x", {1, 4}).input("c", DataType::Bool, {});
    b.node("If", {"c"}, {"y"}, {attr("then_branch", thenGraph), attr("else_branch", inner("Exp"))}, "choose");
    const auto model = b.output("y").build();
    const auto hierarchy = GraphHierarchy::build(*model);
    QCOMPARE(outline(*hierarchy),
             (QStringList{"model (5)", "  control If (5)", "    body then_branch (3)", "      control If (3)",
                          "        body then_branch (1)", "        body else_branch (1)", "    body else_branch (1)"}));
    QCOMPARE(hierarchy->instances().size(), std::size_t(5));
    const auto choose = model->graph->findNode("choose")->id;
    QCOMPARE(hierarchy->groupOf(0, choose), 1);
    QCOMPARE(hierarchy->group(1).owner, choose);
    for (std::int32_t group = 1; group < 7; ++group)
        QCOMPARE(hierarchy->mainNodes(group), std::vector<NodeId>{choose});
    QVERIFY(!hierarchy->incomplete());
    VERIFY_SOUND(*hierarchy);
}

void TestGraphHierarchy::functionsPerCall() {
    const auto hierarchy = GraphHierarchy::build(*callTree(2, 3));
    // A single body needs no group of its own within the call.
    QCOMPARE(outline(*hierarchy), (QStringList{"model (7)", "  control F0 (7)", "    control F1 (2)",
                                               "    control F1 (2)", "    control F1 (2)"}));
    QCOMPARE(hierarchy->instances().size(), std::size_t(5));
    QCOMPARE(hierarchy->instance(2).graph, hierarchy->instance(3).graph);
    QVERIFY(hierarchy->instance(2).path != hierarchy->instance(3).path);
    QVERIFY(hierarchy->instance(2).function);
    VERIFY_SOUND(*hierarchy);
}

void TestGraphHierarchy::recursionEnds() {
    auto model = std::make_shared<Model>(*callTree(1, 1));
    ModelBuilder body;
    body.input("a", {1, 4}).node("F0", {"a"}, {"b"}, {}, {}, "local").output("b");
    auto function = std::make_shared<Function>(*model->functions.front());
    function->body = body.buildGraph();
    model->functions = {function};
    const auto hierarchy = GraphHierarchy::build(*model);
    QVERIFY(hierarchy->incomplete());
    QCOMPARE(outline(*hierarchy), (QStringList{"model (2)", "  control F0 (2)"}));
    VERIFY_SOUND(*hierarchy);
}

void TestGraphHierarchy::callsThatMultiplyEnd() {
    const auto model = callTree(20, 8); // 8^19 calls
    HierarchyOptions options;
    options.bodyNodes = 5000;
    const auto hierarchy = GraphHierarchy::build(*model, options);
    QVERIFY(hierarchy->incomplete());
    QVERIFY(hierarchy->group(0).nodeCount <= 5001);
    VERIFY_SOUND(*hierarchy);
}

void TestGraphHierarchy::pathsSurviveEdits() {
    const auto model = encoderModel(6, false);
    const auto before = GraphHierarchy::build(*model);
    // Another activation in front: all positions and counts move, the layers stay what they are.
    GraphEditor editor(model->graph);
    const auto first = model->graph->nodes().front();
    const auto value = editor.addValue("front");
    Node front;
    front.opType = "Tanh";
    front.inputs = {model->graph->inputs().front()};
    front.outputs = {value};
    editor.addNode(front);
    for (const auto& node : model->graph->nodes())
        for (std::size_t i = 0; i < node->inputs.size(); ++i)
            if (node->inputs[i] == model->graph->inputs().front())
                editor.setInput(node->id, i, value);
    const auto graph = editor.finish();
    LAPIDARY_VERIFY_OK(graph);
    const auto after = GraphHierarchy::build(*withGraph(*model, *graph));
    QCOMPARE(after->groups().size(), before->groups().size());
    for (const auto& group : before->groups()) {
        const auto index = after->find(group.key);
        QVERIFY2(index >= 0, group.path.c_str());
        QCOMPARE(after->group(index).kind, group.kind);
        QCOMPARE(after->group(index).index, group.index);
    }
}

QTEST_GUILESS_MAIN(TestGraphHierarchy)
#include "tst_graphhierarchy.moc"
