// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/grapheditor.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

using namespace lapidary;
using test::attr;
using test::ModelBuilder;

namespace {

/// x → a → b → c → y with a weight on b, and a dead branch d.
GraphPtr chain() {
    ModelBuilder b;
    b.input("x", {4}).init("w", {4}, 1).init("unused", {2}, 2);
    b.node("Relu", {"x"}, {"ra"}, {}, "a")
        .node("Add", {"ra", "w"}, {"rb"}, {}, "b")
        .node("Neg", {"rb"}, {"y"}, {}, "c");
    b.node("Abs", {"ra"}, {"rd"}, {}, "d").output("y");
    return b.buildGraph();
}

std::string order(const Graph& graph) {
    std::string out;
    for (const auto& node : graph.nodes())
        out += node->name + " ";
    return out;
}

ValueId valueId(const Graph& graph, const char* name) {
    return graph.findValue(name)->id;
}

} // namespace

class TestGraphEditor : public lapidary::test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void tellsProducersAndUses();
    void keepsIdsAndSharesTheRest();
    void idsAreNotUsedAgain();
    void insertedNodesFindTheirPlace();
    void replaceUsesMovesConsumers();
    void removeUnusedCleansUp();
    void cycleIsRefused();
    void undefinedIsRefused();
    void twoProducersAreRefused();
    void capturedNamesCount();
    void namesStayUnique();
    void constants();
    void initializersAndInputs();
    void attributesAreReplaced();
};

void TestGraphEditor::tellsProducersAndUses() {
    const auto graph = chain();
    QCOMPARE(order(*graph), std::string("a b c d "));
    const auto ra = valueId(*graph, "ra");
    QCOMPARE(graph->producer(ra)->name, std::string("a"));
    QCOMPARE(graph->uses(ra).size(), std::size_t(2));
    QCOMPARE(graph->node(graph->uses(ra)[0].node)->name, std::string("b"));
    QCOMPARE(graph->uses(ra)[0].input, 0);
    QCOMPARE(graph->uses(valueId(*graph, "w"))[0].input, 1);
    QVERIFY(!graph->producer(valueId(*graph, "x")) && graph->uses(valueId(*graph, "y")).empty());
    QVERIFY(graph->isInput(valueId(*graph, "x")) && graph->isOutput(valueId(*graph, "y")));
    QCOMPARE(graph->position(graph->findNode("c")->id), std::size_t(2));
    QVERIFY(!graph->node(NodeId()) && !graph->value(ValueId()) && !graph->findValue("nothing"));
}

void TestGraphEditor::keepsIdsAndSharesTheRest() {
    const auto before = chain();
    GraphEditor editor(before);
    editor.setAttribute(before->findNode("b")->id, attr("extra", 1));
    const auto after = editor.finish().value();
    for (const auto& node : before->nodes()) {
        const auto* same = after->node(node->id);
        QVERIFY(same && same->name == node->name);
        QCOMPARE(same == node.get(), node->name != "b");
    }
    for (const auto id : before->valueIds())
        QVERIFY(after->value(id) == before->value(id));
    QVERIFY(!before->findNode("b")->attribute("extra")); // the old graph did not change
}

void TestGraphEditor::idsAreNotUsedAgain() {
    const auto before = chain();
    GraphEditor editor(before);
    const auto gone = before->findNode("d")->id;
    editor.removeNode(gone);
    const auto middle = editor.finish().value();
    QVERIFY(!middle->node(gone));
    GraphEditor again(middle);
    const auto fresh = again.addNode("Abs", "e", {valueId(*middle, "ra")}, {"re"});
    QVERIFY(fresh != gone && !before->node(fresh));
    const auto after = again.finish().value();
    QVERIFY(!after->node(gone) && after->node(fresh)->name == "e");
}

void TestGraphEditor::insertedNodesFindTheirPlace() {
    const auto before = chain();
    GraphEditor editor(before);
    const auto rb = valueId(*before, "rb");
    const auto node = editor.addNode("Exp", "between", {rb}, {"re"});
    editor.setInput(before->findNode("c")->id, 0, editor.node(node)->outputs[0]);
    const auto after = editor.finish().value();
    const auto text = order(*after);
    QVERIFY2(text.find("b between c") != std::string::npos, text.c_str());
}

void TestGraphEditor::replaceUsesMovesConsumers() {
    const auto before = chain();
    GraphEditor editor(before);
    QVERIFY(editor.replaceUses(valueId(*before, "rb"), valueId(*before, "x")));
    QVERIFY(editor.replaceUses(valueId(*before, "y"), valueId(*before, "ra"), true));
    const auto after = editor.finish().value();
    QVERIFY(after->findNode("c")->inputs[0] == valueId(*before, "x"));
    QVERIFY(after->outputs() == std::vector<ValueId>{valueId(*before, "ra")});
}

void TestGraphEditor::removeUnusedCleansUp() {
    const auto before = chain();
    GraphEditor editor(before);
    QCOMPARE(editor.removeUnused(), std::size_t(1));
    const auto once = editor.finish().value();
    QCOMPARE(order(*once), std::string("a b c "));
    QVERIFY(!once->findValue("unused") && !once->findValue("rd"));
    QCOMPARE(once->initializers().size(), std::size_t(1));
    GraphEditor cut(once);
    cut.setOutputs({valueId(*once, "x")});
    QCOMPARE(cut.removeUnused(), std::size_t(3));
    QCOMPARE(cut.finish().value()->nodeCount(), std::size_t(0));
}

void TestGraphEditor::cycleIsRefused() {
    const auto before = chain();
    GraphEditor editor(before);
    editor.setInput(before->findNode("a")->id, 0, valueId(*before, "rb"));
    const auto result = editor.finish();
    QVERIFY(!result.ok());
    QCOMPARE(result.error().code, std::string("graph.cycle"));
}

void TestGraphEditor::undefinedIsRefused() {
    const auto before = chain();
    GraphEditor editor(before);
    editor.removeNode(before->findNode("a")->id);
    const auto result = editor.finish();
    QCOMPARE(result.error().code, std::string("graph.undefined_value"));
    QCOMPARE(result.error().place.tensor, std::string("ra"));
}

void TestGraphEditor::twoProducersAreRefused() {
    const auto before = chain();
    GraphEditor editor(before);
    Node spec;
    spec.opType = "Relu";
    spec.inputs = {valueId(*before, "x")};
    spec.outputs = {valueId(*before, "rb")};
    editor.addNode(spec);
    QCOMPARE(editor.finish().error().code, std::string("graph.two_producers"));
}

void TestGraphEditor::capturedNamesCount() {
    ModelBuilder branch;
    branch.outer("captured").node("Neg", {"captured"}, {"n"}).output("n");
    const auto body = branch.buildGraph();
    QVERIFY((outerNames(*body) == std::vector<std::string>{"captured"}));
    ModelBuilder b;
    // The If stands before the maker of what its branches capture: the order must still be found.
    b.input("flag", DataType::Bool, {}).input("x", {2}).output("captured");
    b.node("If", {"flag"}, {"y"}, {attr("then_branch", body), attr("else_branch", body)}, "choice");
    b.node("Relu", {"x"}, {"captured"}, {}, "maker").output("y");
    const auto graph = b.buildGraph();
    QCOMPARE(order(*graph), std::string("maker choice "));
    const auto uses = graph->uses(valueId(*graph, "captured"));
    QVERIFY(!uses.empty() && uses[0].input == -1);
    GraphEditor editor(graph);
    QVERIFY(!editor.replaceUses(valueId(*graph, "captured"), valueId(*graph, "x")));
    QCOMPARE(editor.removeUnused(), std::size_t(0));

    // The same when the captured value comes into being after the node that captures it.
    GraphEditor late;
    late.addInput(late.addValue("x"));
    late.addInput(late.addValue("flag"));
    const auto choice = late.addNode("If", "choice", {late.findValue("flag")}, {"y"},
                                     {attr("then_branch", body), attr("else_branch", body)});
    late.addNode("Relu", "maker", {late.findValue("x")}, {"captured"});
    late.addOutput(late.findValue("y"));
    QCOMPARE(late.uses(late.findValue("captured")).size(), std::size_t(1));
    QVERIFY(!late.replaceUses(late.findValue("captured"), late.findValue("x")));
    QCOMPARE(late.removeUnused(), std::size_t(0));
    late.removeNode(choice);
    QVERIFY(late.uses(late.findValue("captured")).empty());
}

void TestGraphEditor::namesStayUnique() {
    GraphEditor editor;
    const auto first = editor.addValue("v"), second = editor.addValue("v"), third = editor.addValue("v");
    QCOMPARE(editor.value(second)->name, std::string("v_1"));
    QCOMPARE(editor.value(third)->name, std::string("v_2"));
    editor.renameValue(first, "other");
    QVERIFY(!editor.findValue("v").valid() && editor.findValue("other") == first);
}

void TestGraphEditor::constants() {
    ModelBuilder b;
    b.init("w", {2}, std::vector<float>{1, 2});
    b.node("Constant", {}, {"t"}, {attr("value", makeScalar<std::int64_t>(7))});
    b.node("Constant", {}, {"f"}, {attr("value_float", 0.5)})
        .node("Constant", {}, {"is"}, {attr("value_ints", {3, 4})});
    b.node("Relu", {"w"}, {"y"}).output("y").output("t").output("f").output("is");
    const auto graph = b.buildGraph();
    QCOMPARE(toIntegers(*graph->constant(valueId(*graph, "t"))).value()[0], std::int64_t(7));
    QCOMPARE(toFloats(*graph->constant(valueId(*graph, "f"))).value()[0], 0.5f);
    QVERIFY((graph->constant(valueId(*graph, "is"))->shape == Shape{2}));
    QVERIFY(graph->constant(valueId(*graph, "w")) && !graph->constant(valueId(*graph, "y")));
}

void TestGraphEditor::initializersAndInputs() {
    const auto before = chain();
    GraphEditor editor(before);
    const auto w = valueId(*before, "w");
    editor.addInput(w); // a weight with a default: ONNX before IR version 4 lists all of them
    const auto both = editor.finish().value();
    QVERIFY(both->requiredInputs() == std::vector<ValueId>{valueId(*before, "x")});
    GraphEditor release(both);
    release.setInitializer(w, nullptr);
    const auto after = release.finish().value();
    QCOMPARE(after->requiredInputs().size(), std::size_t(2));
    QCOMPARE(after->initializers().size(), std::size_t(1));
}

void TestGraphEditor::attributesAreReplaced() {
    const auto before = chain();
    GraphEditor editor(before);
    const auto id = before->findNode("a")->id;
    editor.setAttribute(id, attr("k", 1));
    editor.setAttribute(id, attr("k", {1, 2}));
    QCOMPARE(editor.node(id)->attributes.size(), std::size_t(1));
    QCOMPARE(editor.node(id)->intsAttribute("k").size(), std::size_t(2));
    QCOMPARE(editor.node(id)->intAttribute("k", -1), std::int64_t(-1)); // another kind
    editor.removeAttribute(id, "k");
    QVERIFY(editor.node(id)->attributes.empty());
}

QTEST_APPLESS_MAIN(TestGraphEditor)
#include "tst_grapheditor.moc"
