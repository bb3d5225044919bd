// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/graphdiff.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

using namespace lapidary;
using test::attr;
using test::ModelBuilder;

namespace {

ModelPtr network(std::int64_t channels, std::uint64_t seed, const std::string& activation = "Relu") {
    ModelBuilder b;
    b.input("x", {1, 3, 8, 8}).init("w", {channels, 3, 3, 3}, seed).init("v", {4, channels, 1, 1}, seed + 1);
    b.node("Conv", {"x", "w"}, {"a"}, {attr("pads", {1, 1, 1, 1})}, "first");
    b.node(activation, {"a"}, {"b"}, {}, "act").node("Conv", {"b", "v"}, {"y"}, {}, "second").output("y");
    return b.build();
}

const NodeDiff* find(const GraphDiff& diff, const std::string& name) {
    for (const auto& node : diff.nodes)
        if (node.name == name)
            return &node;
    return nullptr;
}

bool says(const NodeDiff& node, const std::string& text) {
    return std::find(node.changes.begin(), node.changes.end(), text) != node.changes.end();
}

} // namespace

class TestGraphDiff : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void sameIsSame();
    void narrowerWeights();
    void changedValues();
    void changedOperator();
    void lineageFollowsIds();
    void removedStandWhereTheyStood();
    void unnamedNodesMatchByOutputs();
    void attributesAndInputs();
};

void TestGraphDiff::sameIsSame() {
    const auto diff = diffGraphs(*network(8, 1), *network(8, 1));
    QCOMPARE(diff.same, std::size_t(3));
    QCOMPARE(diff.added + diff.removed + diff.changed, std::size_t(0));
    QCOMPARE(find(diff, "first")->bytesA, std::uint64_t(8 * 27 * 4));
}

void TestGraphDiff::narrowerWeights() {
    const auto diff = diffGraphs(*network(8, 1), *network(6, 1));
    QCOMPARE(diff.changed, std::size_t(2));
    const auto* first = find(diff, "first");
    QVERIFY(first->kind == DiffKind::Changed);
    QVERIFY2(says(*first, "weight 8x3x3x3 → 6x3x3x3"), first->changes[0].c_str());
    QCOMPARE(first->bytesB, std::uint64_t(6 * 27 * 4));
    QVERIFY(says(*find(diff, "second"), "weight 4x8x1x1 → 4x6x1x1"));
}

void TestGraphDiff::changedValues() {
    const auto diff = diffGraphs(*network(8, 1), *network(8, 5));
    QVERIFY(says(*find(diff, "first"), "values of weight differ"));
    QVERIFY(find(diff, "act")->kind == DiffKind::Same);
}

void TestGraphDiff::changedOperator() {
    const auto diff = diffGraphs(*network(8, 1), *network(8, 1, "Tanh"));
    QCOMPARE(diff.changed, std::size_t(1));
    QVERIFY(says(*find(diff, "act"), "operator Relu → Tanh"));
}

void TestGraphDiff::lineageFollowsIds() {
    const auto before = network(8, 1);
    GraphEditor editor(before->graph);
    Node renamed = *before->graph->findNode("act");
    renamed.name = "activation";
    renamed.opType = "Tanh";
    editor.replaceNode(renamed);
    const auto added = editor.addNode("Abs", "extra", {before->graph->outputs()[0]}, {"z"});
    editor.addOutput(editor.node(added)->outputs[0]);
    const auto after = withGraph(*before, editor.finish().value());
    const auto diff = diffGraphs(*before, *after, true);
    QCOMPARE(diff.same, std::size_t(2));
    QCOMPARE(diff.added, std::size_t(1));
    const auto* node = find(diff, "activation");
    QVERIFY(node->a == node->b && says(*node, "name act → activation"));
    QVERIFY(!find(diff, "extra")->a.valid() && find(diff, "extra")->b == added);
}

void TestGraphDiff::removedStandWhereTheyStood() {
    const auto before = network(8, 1);
    GraphEditor editor(before->graph);
    const auto* act = before->graph->findNode("act");
    editor.replaceUses(act->outputs[0], act->inputs[0]);
    editor.removeUnused();
    const auto after = withGraph(*before, editor.finish().value());
    const auto diff = diffGraphs(*before, *after);
    QCOMPARE(diff.removed, std::size_t(1));
    QCOMPARE(diff.nodes[1].name, std::string("act"));
    QVERIFY(diff.nodes[1].kind == DiffKind::Removed && !diff.nodes[1].b.valid());
    QVERIFY(says(*find(diff, "second"), "input 0 b → a"));
}

void TestGraphDiff::unnamedNodesMatchByOutputs() {
    const auto unnamed = [](const char* op) {
        GraphEditor editor;
        const auto x = editor.addValue("x");
        editor.addInput(x);
        editor.addNode("Abs", "", {x}, {"other"});
        const auto id = editor.addNode(op, "", {x}, {"y"});
        editor.addOutput(editor.node(id)->outputs[0]);
        Model model;
        model.graph = editor.finish().value();
        return model;
    };
    const auto diff = diffGraphs(unnamed("Relu"), unnamed("Exp"));
    QCOMPARE(diff.same, std::size_t(1));
    QCOMPARE(diff.changed, std::size_t(1));
}

void TestGraphDiff::attributesAndInputs() {
    const auto before = network(8, 1);
    GraphEditor editor(before->graph);
    const auto id = before->graph->findNode("first")->id;
    editor.setAttribute(id, attr("pads", {0, 0, 0, 0}));
    editor.setAttribute(id, attr("group", 2));
    editor.setInput(id, 2, editor.addInitializer("bias", makeTensor<float>({8}, std::vector<float>(8, 0.0f))));
    editor.removeAttribute(before->graph->findNode("second")->id, "none");
    const auto diff = diffGraphs(*before, *withGraph(*before, editor.finish().value()), true);
    const auto& node = *find(diff, "first");
    QVERIFY(says(node, "attribute pads [1, 1, 1, 1] → [0, 0, 0, 0]"));
    QVERIFY(says(node, "attribute group added: 2"));
    QVERIFY(says(node, "bias added: float32 8"));
    QCOMPARE(diff.changed, std::size_t(1));
}

QTEST_APPLESS_MAIN(TestGraphDiff)
#include "tst_graphdiff.moc"
