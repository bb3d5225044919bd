// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures with closed groups and open bodies, the state of groups, and decorations of closed ones.
#include "tests/support/encodermodel.h"
#include "tests/support/loopmodels.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"
#include "ui/models/aggregatedecor.h"
#include "ui/models/graphpicturebuilder.h"
#include "ui/models/picturetexts.h"

#include <QTest>

#include <algorithm>
#include <numeric>
#include <set>

using namespace lapidary;
using namespace lapidary::test;

namespace {

using Show = GroupState::Show;

AnalysedModelPtr analysed(ModelPtr model) {
    auto result = Engine::analyse(std::move(model));
    return result ? *result : nullptr;
}

/// x -> [a/1 a/2 a/3] -> [b/1 b/2 b/3] -> y, and a/1 also feeds b/3.
AnalysedModelPtr twoScopes() {
    ModelBuilder b;
    b.input("x", {1, 4}).node("Neg", {"x"}, {"a1"}, {}, "a/1").node("Abs", {"a1"}, {"a2"}, {}, "a/2");
    b.node("Exp", {"a2"}, {"a3"}, {}, "a/3").node("Relu", {"a3"}, {"b1"}, {}, "b/1");
    b.node("Tanh", {"b1"}, {"b2"}, {}, "b/2").node("Add", {"b2", "a1"}, {"y"}, {}, "b/3").output("y");
    return analysed(b.build());
}

/// An If whose halves read "r" of the graph around.
AnalysedModelPtr branching() {
    const auto half = [](const char* op) {
        ModelBuilder b;
        b.outer("r").node(op, {"r"}, {"out"}, {}, op).output("out");
        return b.buildGraph();
    };
    ModelBuilder b;
    b.input("x", {1, 4}).input("c", DataType::Bool, {}).node("Relu", {"x"}, {"r"}, {}, "relu");
    b.node("If", {"c"}, {"z"}, {attr("then_branch", half("Neg")), attr("else_branch", half("Abs"))}, "choose");
    return analysed(b.node("Exp", {"z"}, {"y"}, {}, "last").output("y").build());
}

/// y = F(F(x)), F(a) = Relu(Neg(a)).
AnalysedModelPtr calls() {
    ModelBuilder body;
    body.input("a", {1, 4}).node("Neg", {"a"}, {"n"}, {}, "neg").node("Relu", {"n"}, {"b"}, {}, "relu").output("b");
    auto function = std::make_shared<Function>();
    function->name = "F";
    function->domain = "local";
    function->opsets = {{"", 17, {}}};
    function->body = body.buildGraph();
    ModelBuilder b;
    b.opset("local", 1).input("x", {1, 4}).node("F", {"x"}, {"m"}, {}, "one", "local");
    auto model = std::make_shared<Model>(*b.node("F", {"m"}, {"y"}, {}, "two", "local").output("y").build());
    model->functions = {function};
    return analysed(model);
}

/// "once" goes into one node, "shared" into two, "out" out of the graph, and "inside" into the halves of an If.
AnalysedModelPtr constants() {
    const auto half = [](const char* op) {
        ModelBuilder b;
        b.outer("inside").node("Constant", {}, {"own"}, {attr("value_float", 2.0)}, "own");
        return b.node(op, {"inside", "own"}, {"out"}, {}, op).output("out").buildGraph();
    };
    ModelBuilder b;
    b.input("x", {2, 2}).input("c", DataType::Bool, {});
    b.node("Constant", {}, {"once"}, {attr("value_ints", {4, 1})}, "once");
    for (const char* name : {"shared", "kept", "inside"})
        b.node("Constant", {}, {name}, {attr("value_float", 0.5)}, name);
    b.node("Reshape", {"x", "once"}, {"r"}, {}, "a/reshape").node("Mul", {"r", "shared"}, {"m"}, {}, "a/mul");
    b.node("Relu", {"m"}, {"p"}, {}, "a/relu").node("Add", {"p", "shared"}, {"s"}, {}, "add");
    b.node("If", {"c"}, {"z"}, {attr("then_branch", half("Sub")), attr("else_branch", half("Div"))}, "choose");
    return analysed(b.node("Add", {"s", "z"}, {"y"}, {}, "last").output("y").output("kept").build());
}

QString nameOf(const GraphPicture& picture, std::uint32_t index) {
    const auto& node = picture.nodes[index];
    const auto text = QString::fromStdString(node.members > 0 ? "[" + node.title + "]" : node.name);
    const auto frame =
        node.group < 0 ? QString() : QString::fromStdString(picture.groups[std::size_t(node.group)].title);
    return frame.isEmpty() ? text : frame + QStringLiteral("/") + text;
}

QStringList edgesOf(const GraphPicture& picture) {
    QStringList lines;
    for (const auto& edge : picture.edges)
        lines.append(nameOf(picture, edge.from) + (edge.dashed ? QStringLiteral(" --> ") : QStringLiteral(" -> ")) +
                     nameOf(picture, edge.to));
    lines.sort();
    return lines;
}

std::int32_t groupCalled(const GraphHierarchy& hierarchy, const std::string& label) {
    for (std::size_t i = 0; i < hierarchy.groups().size(); ++i)
        if (hierarchy.groups()[i].label == label)
            return std::int32_t(i);
    return -1;
}

NodeId id(const AnalysedModel& model, const char* name) {
    return model.model->graph->findNode(name)->id;
}

PictureIdsPtr idsOf(const AnalysedModel& model) {
    return std::make_shared<PictureIds>(GraphHierarchy::build(*model.model));
}

const NodeDecor* decorOf(const GraphDecor& decor, std::uint32_t id) {
    const auto it = std::find_if(decor.nodes.begin(), decor.nodes.end(), [&](const auto& n) { return n.id == id; });
    return it == decor.nodes.end() ? nullptr : &*it;
}

/// Every node of the picture has an id of its own, which leads back to what it is.
QString wrongIds(const GraphScene& scene) {
    std::set<std::uint32_t> seen;
    for (const auto& node : scene.picture.nodes) {
        if (!seen.insert(node.id).second)
            return QStringLiteral("%1 twice").arg(QString::fromStdString(node.title));
        const auto ref = scene.ids->find(node.id);
        if (!ref)
            return QStringLiteral("%1 unknown").arg(QString::fromStdString(node.title));
        if (ref->kind == SceneRef::Kind::Node && scene.shown(ref->instance, ref->node) != node.id)
            return QStringLiteral("%1 elsewhere").arg(QString::fromStdString(node.title));
    }
    return {};
}

} // namespace

class TestGraphScene : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void closedGroupsMergeEdges();
    void openGroupsAreFramesOrNothing();
    void bodiesOpen();
    void oneBodyOfTwoCloses();
    void functionsOpenInline();
    void constantsStandInTheirReaders();
    void constantsOfClosedGroups();
    void dequantizedWeightsStandInTheirReaders();
    void loopsOpen();
    void scansOpen();
    void idsAreOfPaths();
    void statesOfTheEncoder();
    void stateIsCarriedOver();
    void scaleIsOfWhatIsShown();
    void decorOfMembers();
};

void TestGraphScene::closedGroupsMergeEdges() {
    const auto model = twoScopes();
    QVERIFY(model);
    const auto ids = idsOf(*model);
    GroupState state;
    const auto scene = buildGraphScene(*model, ids, state);
    QCOMPARE(wrongIds(scene), QString());
    QCOMPARE(edgesOf(scene.picture), (QStringList{"[a] -> [b]", "[b] -> y", "x -> [a]"}));
    QCOMPARE(scene.picture.edges[1].label, std::string("2 tensors"));
    const auto& closed = scene.picture.nodes[1];
    QCOMPARE(closed.members, 3u);
    QCOMPARE(closed.id, ids->group(groupCalled(ids->hierarchy(), "a")));
    QCOMPARE(scene.mainNodes(closed.id),
             (std::vector<NodeId>{id(*model, "a/1"), id(*model, "a/2"), id(*model, "a/3")}));
    QCOMPARE(scene.expandable(closed.id), groupCalled(ids->hierarchy(), "a"));
    QCOMPARE(scene.hiddenBy(id(*model, "a/2").number), groupCalled(ids->hierarchy(), "a"));
    QCOMPARE(scene.collapsible(closed.id), -1);
}

void TestGraphScene::openGroupsAreFramesOrNothing() {
    const auto model = twoScopes();
    const auto ids = idsOf(*model);
    const auto& hierarchy = ids->hierarchy();
    GroupState state;
    state.set(hierarchy.group(groupCalled(hierarchy, "a")), Show::Framed);
    state.set(hierarchy.group(groupCalled(hierarchy, "b")), Show::Open);
    const auto scene = buildGraphScene(*model, ids, state);
    QCOMPARE(wrongIds(scene), QString());
    QCOMPARE(scene.picture.groups.size(), std::size_t(1));
    QCOMPARE(scene.picture.groups[0].id, ids->group(groupCalled(hierarchy, "a")));
    QCOMPARE(edgesOf(scene.picture), (QStringList{"a/a/1 -> a/a/2", "a/a/1 -> b/3", "a/a/2 -> a/a/3", "a/a/3 -> b/1",
                                                  "b/1 -> b/2", "b/2 -> b/3", "b/3 -> y", "x -> a/a/1"}));
    QCOMPARE(scene.collapsible(id(*model, "b/2").number), groupCalled(hierarchy, "b"));
}

void TestGraphScene::bodiesOpen() {
    const auto model = branching();
    QVERIFY(model);
    const auto ids = idsOf(*model);
    const auto closed = buildGraphScene(*model, ids, {});
    QCOMPARE(edgesOf(closed.picture), edgesOf(buildGraphPicture(*model)));
    QCOMPARE(closed.expandable(id(*model, "choose").number), groupCalled(ids->hierarchy(), "If"));

    const auto scene = buildGraphScene(*model, ids, GroupState::allOpen(ids->hierarchy()));
    QCOMPARE(wrongIds(scene), QString());
    QStringList frames;
    for (const auto& frame : scene.picture.groups)
        frames.append(QString::fromStdString(frame.title));
    QCOMPARE(frames, (QStringList{"If: choose", "then_branch", "else_branch"}));
    QCOMPARE(scene.picture.groups[0].id, id(*model, "choose").number); // the closed node and the frame are one
    QCOMPARE(edgesOf(scene.picture),
             (QStringList{"c -> If: choose/choose", "else_branch/Abs -> else_branch/out", "else_branch/out -> last",
                          "last -> y", "relu --> else_branch/Abs", "relu --> then_branch/Neg",
                          "then_branch/Neg -> then_branch/out", "then_branch/out -> last", "x -> relu"}));
    for (const auto& node : scene.picture.nodes)
        if (node.name == "Neg") {
            const auto ref = scene.ids->find(node.id);
            QCOMPARE(ids->hierarchy().instance(ref->instance).role, std::string("then_branch"));
            QCOMPARE(ids->hierarchy().instance(ref->instance).graph->node(ref->node)->opType, std::string("Neg"));
            QCOMPARE(scene.mainNodes(node.id), std::vector<NodeId>{id(*model, "choose")});
        }
}

void TestGraphScene::oneBodyOfTwoCloses() {
    const auto model = branching();
    const auto ids = idsOf(*model);
    auto state = GroupState::allOpen(ids->hierarchy());
    state.set(ids->hierarchy().group(groupCalled(ids->hierarchy(), "then_branch")), Show::Closed);
    const auto scene = buildGraphScene(*model, ids, state);
    QCOMPARE(wrongIds(scene), QString());
    const auto edges = edgesOf(scene.picture);
    QVERIFY2(edges.contains("relu --> If: choose/[then_branch]"), qPrintable(edges.join(u'\n')));
    QVERIFY(edges.contains("If: choose/[then_branch] -> last"));
    QVERIFY(edges.contains("else_branch/out -> last"));
}

void TestGraphScene::functionsOpenInline() {
    const auto model = calls();
    QVERIFY(model);
    const auto ids = idsOf(*model);
    QCOMPARE(edgesOf(buildGraphScene(*model, ids, {}).picture), (QStringList{"one -> two", "two -> y", "x -> one"}));
    const auto scene = buildGraphScene(*model, ids, GroupState::allOpen(ids->hierarchy()));
    QCOMPARE(wrongIds(scene), QString());
    QCOMPARE(edgesOf(scene.picture), (QStringList{"F: one/neg -> F: one/relu", "F: one/relu -> F: two/neg",
                                                  "F: two/neg -> F: two/relu", "F: two/relu -> y", "x -> F: one/neg"}));
}

void TestGraphScene::constantsStandInTheirReaders() {
    const auto model = constants();
    QVERIFY(model);
    const auto ids = idsOf(*model);
    const auto open = GroupState::allOpen(ids->hierarchy());
    const auto plain = edgesOf(buildGraphScene(*model, ids, open).picture);
    QVERIFY(plain.contains("once -> a/reshape"));
    auto scene = buildGraphScene(*model, ids, open, LayoutDirection::TopDown, ConstantNodes::Folded);
    QCOMPARE(wrongIds(scene), QString());
    auto wanted = plain;
    for (const char* gone : {"once -> a/reshape", "shared -> a/mul", "shared -> add"})
        QCOMPARE(wanted.removeAll(QString::fromLatin1(gone)), 1);
    wanted.removeIf([](const QString& edge) { return edge.contains(QStringLiteral("branch/own")); });
    QCOMPARE(wanted.size(), plain.size() - 5);
    QCOMPARE(edgesOf(scene.picture), wanted);
    QCOMPARE(scene.shown(0, id(*model, "once")), id(*model, "a/reshape").number);
    QCOMPARE(scene.shown(0, id(*model, "shared")), id(*model, "a/mul").number);
    QCOMPARE(scene.shown(0, id(*model, "kept")), id(*model, "kept").number);
    QCOMPARE(scene.shown(0, id(*model, "inside")), id(*model, "inside").number);
    writePictureTexts(scene, *model, {});
    for (const auto& node : scene.picture.nodes) {
        if (node.name == "a/reshape")
            QCOMPARE(node.lines, std::vector<std::string>{"shape [4, 1]"});
        if (node.name == "add")
            QCOMPARE(node.lines, std::vector<std::string>{"0.5"});
        if (node.name == "Div")
            QCOMPARE(node.lines, (std::vector<std::string>{"0.5", "2"}));
    }
}

void TestGraphScene::constantsOfClosedGroups() {
    const auto model = constants();
    const auto ids = idsOf(*model);
    const auto scene = buildGraphScene(*model, ids, {}, LayoutDirection::TopDown, ConstantNodes::Folded);
    QCOMPARE(wrongIds(scene), QString());
    const auto group = ids->group(groupCalled(ids->hierarchy(), "a"));
    QCOMPARE(scene.shown(0, id(*model, "a/mul")), group);
    QCOMPARE(scene.shown(0, id(*model, "shared")), group);
    // A closed If shows itself and reads what its halves read.
    QVERIFY(edgesOf(scene.picture).contains("inside --> choose"));
    GraphDecor decor;
    for (const char* name : {"shared", "add"}) {
        NodeDecor own;
        own.id = id(*model, name).number;
        own.badges = {name};
        decor.nodes.push_back(own);
    }
    const auto told = aggregateDecor(decor, scene, {});
    QCOMPARE(told.nodes.size(), std::size_t(1));
    QCOMPARE(told.nodes.front().id, id(*model, "add").number);
}

void TestGraphScene::dequantizedWeightsStandInTheirReaders() {
    ModelBuilder b;
    b.input("x", {1, 3, 8, 8}).init("w", makeTensor<std::int8_t>({4, 3, 1, 1}, std::vector<std::int8_t>(12, 1)));
    b.init("b", makeTensor<std::int32_t>({4}, {1, 2, 3, 4})).init("s", makeScalar<float>(0.25f));
    b.node("Constant", {}, {"scale"}, {attr("value_float", 0.5)}, "scale");
    b.node("DequantizeLinear", {"w", "scale"}, {"wf"}, {}, "weight")
        .node("DequantizeLinear", {"b", "s"}, {"bf"}, {}, "bias");
    b.node("QuantizeLinear", {"x", "s"}, {"q"}, {}, "quantize")
        .node("DequantizeLinear", {"q", "s"}, {"xf"}, {}, "data");
    b.node("Conv", {"xf", "wf", "bf"}, {"y"}, {}, "conv").output("y");
    const auto model = analysed(b.build());
    QVERIFY(model);
    const auto ids = idsOf(*model);
    auto scene = buildGraphScene(*model, ids, GroupState::allOpen(ids->hierarchy()), LayoutDirection::TopDown,
                                 ConstantNodes::Folded);
    QCOMPARE(wrongIds(scene), QString());
    QCOMPARE(edgesOf(scene.picture), (QStringList{"conv -> y", "data -> conv", "quantize -> data", "x -> quantize"}));
    for (const char* name : {"weight", "bias", "scale"})
        QCOMPARE(scene.shown(0, id(*model, name)), id(*model, "conv").number);
    writePictureTexts(scene, *model, {});
    for (const auto& node : scene.picture.nodes)
        if (node.name == "conv")
            QCOMPARE(node.lines, (std::vector<std::string>{"W int8 4x3x1x1", "B int32 4"}));
}

void TestGraphScene::loopsOpen() {
    const auto model = analysed(loopModel());
    QVERIFY(model);
    const auto ids = idsOf(*model);
    const auto scene = buildGraphScene(*model, ids, GroupState::allOpen(ids->hierarchy()));
    QCOMPARE(wrongIds(scene), QString());
    QStringList frames;
    for (const auto& frame : scene.picture.groups)
        frames.append(QString::fromStdString(frame.title));
    QVERIFY(std::any_of(scene.picture.edges.begin(), scene.picture.edges.end(), [&](const PictureEdge& edge) {
        return scene.picture.nodes[edge.from].name == "conv" && edge.label == "1x8x16x16";
    }));
    QCOMPARE(frames, (QStringList{"Loop: refine", "If: settled", "then_branch", "else_branch"}));
    const auto edges = edgesOf(scene.picture);
    // What is carried on goes in at the body's own inputs, what it makes comes out of its last output.
    for (const char* edge : {"stem_relu -> Loop: refine/features", "Loop: refine/features -> Loop: refine/conv",
                             "Loop: refine/refined -> pool", "then_branch/kept -> Loop: refine/refined",
                             "Loop: refine/calm -> If: settled/settled"})
        QVERIFY2(edges.contains(QString::fromLatin1(edge)),
                 qPrintable(QString::fromLatin1(edge) + "\n" + edges.join(u'\n')));
}

void TestGraphScene::scansOpen() {
    const auto model = analysed(scanModel());
    QVERIFY(model);
    const auto ids = idsOf(*model);
    const auto scene = buildGraphScene(*model, ids, GroupState::allOpen(ids->hierarchy()));
    QCOMPARE(wrongIds(scene), QString());
    const auto edges = edgesOf(scene.picture);
    for (const char* edge :
         {"tokens -> Scan: steps/token", "Scan: steps/token -> Scan: steps/from_token", "Scan: steps/next -> head",
          "Scan: steps/seen -> all", "Scan: steps/see -> Scan: steps/seen"})
        QVERIFY2(edges.contains(QString::fromLatin1(edge)),
                 qPrintable(QString::fromLatin1(edge) + "\n" + edges.join(u'\n')));
}

void TestGraphScene::idsAreOfPaths() {
    const auto before = idsOf(*analysed(encoderModel(6, true)));
    const auto after = idsOf(*analysed(encoderModel(9, true))); // layers added: the old ones stay what they are
    int same = 0;
    for (std::size_t i = 1; i < before->hierarchy().groups().size(); ++i) {
        const auto& group = before->hierarchy().groups()[i];
        const auto index = after->hierarchy().find(group.key);
        QVERIFY2(index >= 0, group.path.c_str());
        same += after->group(index) == before->group(std::int32_t(i)) ? 1 : 0;
    }
    QCOMPARE(same, int(before->hierarchy().groups().size()) - 1);
    QVERIFY(!before->find(groupIdBase + 12345));
    QVERIFY(!before->find(innerIdBase + 12345));
    QVERIFY(!before->find(100000));
}

void TestGraphScene::statesOfTheEncoder() {
    // Small: as it is. Large: an overview. Both ways to blocks.
    for (const bool named : {true, false}) {
        const auto small = analysed(encoderModel(4, named));
        const auto ids = idsOf(*small);
        const auto open = buildGraphScene(*small, ids, GroupState::opening(ids->hierarchy()));
        QCOMPARE(open.picture.nodes.size(), small->model->graph->nodeCount() + 3);
        QVERIFY(open.picture.groups.empty());
        const auto blocks = buildGraphScene(*small, ids, GroupState::blocks(ids->hierarchy()));
        QCOMPARE(blocks.picture.nodes.size(), std::size_t(4 + 3));
        const auto large = analysed(encoderModel(300, named));
        const auto largeIds = idsOf(*large);
        const auto overview = buildGraphScene(*large, largeIds, GroupState::opening(largeIds->hierarchy()));
        QCOMPARE(overview.picture.nodes.size(), std::size_t(300 + 3));
        QCOMPARE(overview.picture.nodes[1 + 1].members, std::uint32_t(encoderLayerNodes));
    }
}

void TestGraphScene::stateIsCarriedOver() {
    const auto first = GraphHierarchy::build(*encoderModel(6, true));
    const auto second = GraphHierarchy::build(*encoderModel(7, true));
    auto state = GroupState::blocks(*first);
    const auto carried = state.carriedTo(*second);
    for (const auto& group : second->groups())
        if (group.label == "layer.3")
            QVERIFY(!carried.isOpen(group));
        else if (group.label == "layer.6")
            QVERIFY(carried.isOpen(group)); // new: as a model opens
    const auto inner = groupCalled(*first, "gelu");
    QVERIFY(inner > 0);
    state.reveal(*first, inner);
    QCOMPARE(closedBy(*first, state)[std::size_t(inner)], -1);
    QCOMPARE(state.of(first->group(inner)), Show::Framed);
}

void TestGraphScene::scaleIsOfWhatIsShown() {
    const auto model = twoScopes();
    const auto ids = idsOf(*model);
    GroupState state;
    state.set(ids->hierarchy().group(groupCalled(ids->hierarchy(), "b")), Show::Open);
    const auto scene = buildGraphScene(*model, ids, state);
    OverlayValues values;
    values.byNode.resize(model->model->graph->nodeIdLimit());
    for (const auto& [name, value] : {std::pair("a/1", 3.0), {"a/2", 5.0}, {"a/3", 2.0}, {"b/1", 4.0}})
        values.byNode[id(*model, name).number] = value;
    values.scale = [](double value, double largest) { return float(value / largest); };
    values.text = [](double value) { return std::to_string(int(value)); };
    GraphDecor decor;
    decor.legend.title = "MACs";
    for (const auto& node : model->model->graph->nodes())
        if (const auto value = values.byNode[node->id.number]) {
            NodeDecor entry;
            entry.id = node->id.number;
            entry.value = values.scale(*value, 5);
            entry.valueText = values.text(*value);
            decor.nodes.push_back(entry);
        }
    const auto group = ids->group(groupCalled(ids->hierarchy(), "a"));
    values.aggregation = Aggregation::Sum;
    auto shown = aggregateDecor(decor, scene, values);
    QCOMPARE(shown.nodes.size(), std::size_t(2));
    QCOMPARE(decorOf(shown, group)->value, 1.0f);
    QCOMPARE(decorOf(shown, group)->valueText, std::string("10"));
    QCOMPARE(decorOf(shown, id(*model, "b/1").number)->value, 0.4f);
    QCOMPARE(shown.legend.maxText, std::string("10"));
    values.aggregation = Aggregation::Worst;
    shown = aggregateDecor(decor, scene, values);
    QCOMPARE(decorOf(shown, group)->valueText, std::string("5"));
    QCOMPARE(decorOf(shown, id(*model, "b/1").number)->value, 0.8f);
}

void TestGraphScene::decorOfMembers() {
    const auto model = twoScopes();
    const auto ids = idsOf(*model);
    const auto scene = buildGraphScene(*model, ids, {});
    GraphDecor decor;
    for (const char* name : {"a/1", "a/2", "a/3", "b/1"}) {
        NodeDecor entry;
        entry.id = id(*model, name).number;
        entry.fenced = "an output of the graph";
        entry.group = name[0] == 'a' ? 7 : 1;
        if (name[2] == '1') {
            entry.channelsKept = 2;
            entry.removed = {{2, 4}};
        }
        if (name[0] == 'b')
            entry.badges = {"int8"};
        decor.nodes.push_back(entry);
    }
    const auto shown = aggregateDecor(decor, scene, {});
    const auto* a = decorOf(shown, ids->group(groupCalled(ids->hierarchy(), "a")));
    const auto* b = decorOf(shown, ids->group(groupCalled(ids->hierarchy(), "b")));
    QVERIFY(a && b);
    QCOMPARE(a->group, 7);
    QCOMPARE(a->fenced, std::string("an output of the graph"));
    QCOMPARE(b->fenced, std::string()); // two of three are not
    // One of three: the group must not look as if all of it had the badge.
    QCOMPARE(b->badges, (std::vector<std::string>{"1 narrower", "int8 × 1"}));
}

QTEST_GUILESS_MAIN(TestGraphScene)
#include "tst_graphscene.moc"
