// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/modelbuilder.h"
#include "tests/support/userhome.h"
#include "ui/models/decorbuilder.h"
#include "ui/models/graphpicturebuilder.h"
#include "ui/models/latest.h"
#include "ui/models/nodesearch.h"
#include "ui/models/nodeselection.h"
#include "ui/models/numbertext.h"

#include <QSemaphore>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <cmath>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// x -> Conv "First" -> Relu "relu" -> Conv "second" -> y
AnalysedModelPtr chain() {
    ModelBuilder b;
    b.input("x", {1, 3, 8, 8}).init("w", {4, 3, 3, 3}, 1).init("v", {2, 4, 1, 1}, 2);
    b.node("Conv", {"x", "w"}, {"mid"}, {attr("pads", {1, 1, 1, 1})}, "First").node("Relu", {"mid"}, {"r"}, {}, "relu");
    b.node("Conv", {"r", "v"}, {"y"}, {}, "second").output("y");
    auto model = Engine::analyse(b.build());
    return model ? *model : nullptr;
}

/// A branch whose halves read a value of the enclosing graph.
AnalysedModelPtr branching() {
    const auto half = [](const char* op) {
        ModelBuilder b;
        b.outer("r").node(op, {"r"}, {"out"}).output("out");
        return b.buildGraph();
    };
    ModelBuilder b;
    b.input("x", {1, 4}).input("c", DataType::Bool, {}).node("Relu", {"x"}, {"r"}, {}, "relu");
    b.node("If", {"c"}, {"y"}, {attr("then_branch", half("Neg")), attr("else_branch", half("Abs"))}, "choose")
        .output("y");
    auto model = Engine::analyse(b.build());
    return model ? *model : nullptr;
}

NodeId id(const AnalysedModel& model, const char* name) {
    const auto* node = model.model->graph->findNode(name);
    return node ? node->id : NodeId();
}

const PictureNode* titled(const GraphPicture& picture, const std::string& name) {
    const auto it =
        std::find_if(picture.nodes.begin(), picture.nodes.end(), [&](const auto& n) { return n.name == name; });
    return it == picture.nodes.end() ? nullptr : &*it;
}

const NodeDecor* decorOf(const GraphDecor& decor, NodeId id) {
    const auto it =
        std::find_if(decor.nodes.begin(), decor.nodes.end(), [&](const auto& n) { return n.id == id.number; });
    return it == decor.nodes.end() ? nullptr : &*it;
}

QStringList edgesOf(const GraphPicture& picture) {
    QStringList lines;
    for (const auto& edge : picture.edges)
        lines.append(QString::fromStdString(picture.nodes[edge.from].name + (edge.dashed ? " --> " : " -> ") +
                                            picture.nodes[edge.to].name));
    lines.sort();
    return lines;
}

} // namespace

class TestGraphModels : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void selectionTellsOnlyChanges();
    void selectionKeepsTheCurrentNode();
    void searchFinds_data();
    void searchFinds();
    void pictureShowsTheGraph();
    void pictureDashesCaptures();
    void overlayScales();
    void precisionHasALegend();
    void previewBecomesDecor();
    void latestDropsStaleResults();
    void latestCancels();
    void latestEndsWithItsOwner();
    void numbers();
};

void TestGraphModels::selectionTellsOnlyChanges() {
    NodeSelection selection;
    QSignalSpy changed(&selection, &NodeSelection::changed);
    selection.clear();
    QCOMPARE(changed.count(), 0);
    selection.set({NodeId{3}, NodeId{1}}, NodeId{3});
    QCOMPARE(changed.count(), 1);
    selection.set({NodeId{1}, NodeId{3}}, NodeId{3});
    QCOMPARE(changed.count(), 1);
    selection.set({NodeId{1}, NodeId{3}}, NodeId{1});
    QCOMPARE(changed.count(), 2);
    selection.clear();
    QCOMPARE(changed.count(), 3);
    QVERIFY(!selection.current().valid());
}

void TestGraphModels::selectionKeepsTheCurrentNode() {
    NodeSelection selection;
    selection.set({NodeId{3}, NodeId{5}}, NodeId{5});
    selection.set({NodeId{1}, NodeId{3}, NodeId{5}}); // one more: the inspector stays where it is
    QCOMPARE(selection.current(), NodeId{5});
    selection.set({NodeId{1}, NodeId{3}});
    QCOMPARE(selection.current(), NodeId{1});
    selection.set({NodeId{1}, NodeId{3}}, NodeId{77}); // not in the set
    QVERIFY(selection.nodes().count(selection.current()) > 0);
}

void TestGraphModels::searchFinds_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("names");
    const QStringList all{QStringLiteral("First"), QStringLiteral("relu"), QStringLiteral("second")};
    QTest::newRow("operator") << QStringLiteral("conv") << QStringList{all[0], all[2]};
    QTest::newRow("name in any case") << QStringLiteral("fIRst") << QStringList{all[0]};
    QTest::newRow("tensor, maker and readers") << QStringLiteral("mid") << QStringList{all[0], all[1]};
    QTest::newRow("operator alone") << QStringLiteral("op:RELU") << QStringList{all[1]};
    QTest::newRow("operator alone, name given") << QStringLiteral("op:first") << QStringList{};
    QTest::newRow("nothing") << QStringLiteral("zzz") << QStringList{};
}

void TestGraphModels::searchFinds() {
    QFETCH(QString, text);
    QFETCH(QStringList, names);
    const auto model = chain();
    QVERIFY(model);
    const auto& graph = *model->model->graph;
    const auto hits = searchModel(*model, text.toStdString(), {});
    QVERIFY(!hits.problem);
    QStringList found;
    for (const auto node : hits.nodes)
        found.append(QString::fromStdString(graph.node(node)->name));
    QCOMPARE(found, names);
}

void TestGraphModels::pictureShowsTheGraph() {
    const auto model = chain();
    QVERIFY(model);
    const auto picture = buildGraphPicture(*model, LayoutDirection::LeftRight);
    QCOMPARE(picture.direction, LayoutDirection::LeftRight);
    QCOMPARE(picture.nodes.size(), std::size_t(5)); // three nodes, an input, an output
    std::set<std::uint32_t> ids;
    for (const auto& node : picture.nodes)
        ids.insert(node.id);
    QCOMPARE(ids.size(), picture.nodes.size());
    const auto* first = titled(picture, "First");
    QVERIFY(first);
    QCOMPARE(first->id, id(*model, "First").number);
    QCOMPARE(first->title, std::string("Conv"));
    QCOMPARE(first->category, NodeCategory::Layer);
    QCOMPARE(first->channels, 4u);
    QCOMPARE(first->lines, std::vector<std::string>{shapeText(Shape{4, 3, 3, 3})});
    QCOMPARE(titled(picture, "relu")->channels, 0u);
    const auto* input = titled(picture, "x");
    const auto* output = titled(picture, "y");
    QVERIFY(input && output);
    QCOMPARE(input->category, NodeCategory::Input);
    QCOMPARE(output->category, NodeCategory::Output);
    QVERIFY(input->id >= ioIdBase && output->id >= ioIdBase);
    QCOMPARE(edgesOf(picture), (QStringList{QStringLiteral("First -> relu"), QStringLiteral("relu -> second"),
                                            QStringLiteral("second -> y"), QStringLiteral("x -> First")}));
    QCOMPARE(picture.edges.front().label, shapeText(Shape{1, 3, 8, 8}));
}

void TestGraphModels::pictureDashesCaptures() {
    const auto model = branching();
    QVERIFY(model);
    const auto edges = edgesOf(buildGraphPicture(*model));
    QVERIFY2(edges.contains(QStringLiteral("relu --> choose")), qPrintable(edges.join(u'\n')));
    QVERIFY(edges.contains(QStringLiteral("c -> choose")));
    QVERIFY(!edges.contains(QStringLiteral("relu -> choose")));
    const auto picture = buildGraphPicture(*model);
    QCOMPARE(titled(picture, "choose")->category, NodeCategory::Control);
    QCOMPARE(titled(picture, "choose")->lines.size(), std::size_t(2)); // its branches
}

void TestGraphModels::overlayScales() {
    DecorInput input;
    input.model = chain();
    QVERIFY(input.model);
    const auto first = id(*input.model, "First");
    const auto relu = id(*input.model, "relu");
    const auto second = id(*input.model, "second");
    input.overlay = Overlay::Macs;
    input.values = nodeMetric(*input.model, NodeMetric::Macs, nullptr, {});
    input.threshold = 0.4;
    auto decor = DecorBuilder::build(input);
    QVERIFY(decor.hasOverlay());
    QCOMPARE(decor.threshold, 0.4f);
    QCOMPARE(decorOf(decor, first)->value, 1.0f); // 6912 MACs, the largest
    const float expected = 512.0f / 6912.0f;
    QVERIFY(std::abs(decorOf(decor, second)->value - expected) < 1e-6f);
    QVERIFY(!decorOf(decor, relu)); // it has none
    QCOMPARE(QString::fromStdString(decorOf(decor, second)->valueText), countText(512));
    QCOMPARE(QString::fromStdString(decor.legend.maxText), countText(6912));

    Profile profile;
    profile.nodes = {{"First", "Conv", 0.1, 0.2, "", "", false}, {"second", "Conv", 0.4, 0.8, "", "", false}};
    input.overlay = Overlay::Time;
    input.values = nodeMetric(*input.model, NodeMetric::Time, &profile, {});
    decor = DecorBuilder::build(input);
    QVERIFY(std::abs(decorOf(decor, first)->value - 0.25f) < 1e-6f);
    QCOMPARE(decorOf(decor, second)->value, 1.0f);

    // Sparsity is a share already: half zeros are the middle of the scale, however sparse the rest.
    input.overlay = Overlay::Sparsity;
    input.values.assign(input.model->model->graph->nodeIdLimit(), std::nullopt);
    input.values[first.number] = 0.5;
    decor = DecorBuilder::build(input);
    QCOMPARE(decorOf(decor, first)->value, 0.5f);

    input.overlay = Overlay::Operator;
    decor = DecorBuilder::build(input);
    QVERIFY(!decor.hasOverlay());
    QVERIFY(decor.nodes.empty());
}

void TestGraphModels::precisionHasALegend() {
    ModelBuilder b;
    b.input("x", {1, 4}).init("s", {}, std::vector<float>{0.1f});
    b.init("w8", makeTensor<std::int8_t>({4, 2}, {1, 2, 3, 4, 5, 6, 7, 8}));
    b.init("z", makeTensor<std::int8_t>({}, {0})).init("v", {2, 2}, 1);
    b.node("DequantizeLinear", {"w8", "s", "z"}, {"w"}, {}, "dequantize")
        .node("MatMul", {"x", "w"}, {"m"}, {}, "eight");
    b.node("MatMul", {"m", "v"}, {"y"}, {}, "full").output("y");
    const auto model = Engine::analyse(b.build());
    LAPIDARY_VERIFY_OK(model);
    DecorInput input;
    input.model = *model;
    input.overlay = Overlay::Precision;
    const auto decor = DecorBuilder::build(input);
    QStringList entries;
    for (const auto& entry : decor.legend.entries)
        entries.append(QString::fromStdString(entry.text));
    QCOMPARE(entries, (QStringList{QStringLiteral("float32"), QStringLiteral("int8")}));
    QCOMPARE(QString::fromStdString(decorOf(decor, id(**model, "eight"))->valueText), QStringLiteral("int8"));
    QCOMPARE(QString::fromStdString(decorOf(decor, id(**model, "full"))->valueText), QStringLiteral("float32"));
    QCOMPARE(decorOf(decor, id(**model, "full"))->value, decor.legend.entries[0].value);
    QVERIFY(decor.legend.entries[0].value != decor.legend.entries[1].value);
}

void TestGraphModels::previewBecomesDecor() {
    DecorInput input;
    input.model = chain();
    QVERIFY(input.model);
    const auto first = id(*input.model, "First");
    const auto second = id(*input.model, "second");
    NodePlan plan;
    plan.node = first;
    plan.channels = 8;
    plan.removed = {0, 1, 2, 5, 7};
    plan.group = 4;
    plan.precision = "int8";
    input.preview.emplace();
    input.preview->nodes = {plan};
    input.preview->fenced = {{second, "an output of the graph"}};
    const auto decor = DecorBuilder::build(input);
    const auto* shown = decorOf(decor, first);
    QVERIFY(shown);
    QCOMPARE(shown->channelsKept, 3);
    std::vector<std::pair<unsigned, unsigned>> ranges;
    for (const auto& range : shown->removed)
        ranges.emplace_back(range.begin, range.end);
    QCOMPARE(ranges, (std::vector<std::pair<unsigned, unsigned>>{{0, 3}, {5, 6}, {7, 8}}));
    QCOMPARE(shown->group, 4);
    QCOMPARE(shown->badges, std::vector<std::string>{"int8"});
    QVERIFY(!shown->hasValue());
    QCOMPARE(decorOf(decor, second)->fenced, std::string("an output of the graph"));
    QCOMPARE(decorOf(decor, second)->channelsKept, -1);
}

void TestGraphModels::latestDropsStaleResults() {
    QObject receiver;
    QSemaphore gate;
    QSemaphore started;
    std::atomic<int> stopped = 0;
    std::vector<int> results;
    {
        Latest<int> latest(&receiver);
        latest.start(
            [&](const Work& work) {
                started.release();
                gate.acquire();
                stopped = work.stopRequested() ? 1 : 0;
                return 1;
            },
            [&](int value) { results.push_back(value); });
        started.acquire();
        // The second never gets to run: the third takes its place while the first still works.
        std::atomic<bool> secondRan = false;
        latest.start(
            [&](const Work&) {
                secondRan = true;
                return 2;
            },
            [&](int value) { results.push_back(value); });
        latest.start([&](const Work&) { return 3; }, [&](int value) { results.push_back(value); });
        gate.release();
        QTRY_COMPARE(results.size(), std::size_t(1));
        QTest::qWait(50);
        QVERIFY(!secondRan);
    }
    QCOMPARE(results, std::vector<int>{3});
    QCOMPARE(stopped.load(), 1);
}

void TestGraphModels::latestCancels() {
    QObject receiver;
    Latest<int> latest(&receiver);
    std::atomic<bool> ended = false;
    int results = 0;
    latest.start(
        [&](const Work&) {
            ended = true;
            return 1;
        },
        [&](int) { ++results; });
    QVERIFY(waitUntil([&] { return true; }));
    while (!ended)
        QThread::msleep(1);
    QThread::msleep(20); // the result is on its way to this thread now, and must not arrive
    latest.cancel();
    const int before = results;
    QTest::qWait(50);
    QCOMPARE(results, before);
}

void TestGraphModels::latestEndsWithItsOwner() {
    QSemaphore started;
    bool delivered = false;
    std::atomic<bool> left = false;
    auto receiver = std::make_unique<QObject>();
    auto latest = std::make_unique<Latest<int>>(receiver.get());
    latest->start(
        [&](const Work& work) {
            started.release();
            while (!work.stopRequested())
                QThread::msleep(1);
            left = true;
            return 1;
        },
        [&](int) { delivered = true; });
    started.acquire();
    latest.reset(); // asks to stop, and waits
    QVERIFY(left);
    receiver.reset();
    QTest::qWait(20);
    QVERIFY(!delivered);
}

void TestGraphModels::numbers() {
    QLocale::setDefault(QLocale::c());
    QCOMPARE(bytesText(0), QStringLiteral("0 B"));
    QCOMPARE(bytesText(1023), QStringLiteral("1023 B"));
    QCOMPARE(bytesText(1536), QStringLiteral("1.50 KiB"));
    QCOMPARE(bytesText(14 * 1024 * 1024), QStringLiteral("14.0 MiB"));
    QCOMPARE(bytesText(3ull << 30), QStringLiteral("3.00 GiB"));
    QCOMPARE(countText(9999), QLocale().toString(9999));
    QCOMPARE(countText(12345), QStringLiteral("12.3 k"));
    QCOMPARE(countText(300800000), QStringLiteral("301 M"));
    QCOMPARE(millisecondsText(0.5124), QStringLiteral("0.512 ms"));
    QCOMPARE(millisecondsText(24.13), QStringLiteral("24.1 ms"));
    QCOMPARE(millisecondsText(1234), QStringLiteral("1.23 s"));
    QCOMPARE(percentText(92.634), QStringLiteral("92.63 %"));
    QCOMPARE(changeText(200, 131), QStringLiteral("−34.5 %"));
    QCOMPARE(changeText(100, 110), QStringLiteral("+10.0 %"));
    QCOMPARE(changeText(0, 3), QString());
    QCOMPARE(durationText(2500), QStringLiteral("3 s"));
    QCOMPARE(durationText(125000), QStringLiteral("2 min 5 s"));
    QLocale::setDefault(QLocale(QLocale::German));
    QCOMPARE(percentText(92.634), QStringLiteral("92,63 %"));
    QLocale::setDefault(QLocale::c());
}

QTEST_GUILESS_MAIN(TestGraphModels)
#include "tst_graphmodels.moc"
