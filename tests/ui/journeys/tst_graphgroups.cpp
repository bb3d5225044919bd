// SPDX-License-Identifier: GPL-3.0-or-later
// Groups of the graph opened and closed in the real window, by mouse, keys and menus.
#include "onnx/onnxwriter.h"
#include "tests/ui/journeys/graphbench.h"
#include "ui/models/pictureids.h"
#include "ui/panels/graphgroups.h"
#include "ui/panels/graphpanel.h"
#include "ui/panels/inspectorpanel.h"

#include <QAction>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QTextBrowser>
#include <QUrl>

#include <algorithm>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// Four residual blocks, named; an If; a call of a function.
ModelPtr mixedModel() {
    const auto half = [](const char* op) {
        ModelBuilder b;
        b.outer("r").node(op, {"r"}, {"out"}, {}, op).output("out");
        return b.buildGraph();
    };
    ModelBuilder body;
    body.input("a", {1, 4, 8, 8}).node("Neg", {"a"}, {"n"}, {}, "neg").node("Abs", {"n"}, {"b"}, {}, "abs").output("b");
    auto function = std::make_shared<Function>();
    function->name = "Twice";
    function->domain = "local";
    function->opsets = {{"", 17, {}}};
    function->body = body.buildGraph();
    ModelBuilder b;
    b.opset("local", 1).input("x", {1, 4, 8, 8}).input("c", DataType::Bool, {});
    std::string last = "x";
    for (int i = 0; i < 4; ++i) {
        const auto scope = "body/block" + std::to_string(i) + "/";
        b.init(scope + "w", {4, 4, 3, 3}, i);
        b.node("Conv", {last, scope + "w"}, {scope + "c"}, {attr("pads", {1, 1, 1, 1})}, scope + "conv");
        b.node("Sigmoid", {scope + "c"}, {scope + "s"}, {}, scope + "sigmoid");
        b.init(scope + "v", {4, 4, 1, 1}, i + 10)
            .node("Conv", {scope + "s", scope + "v"}, {scope + "d"}, {}, scope + "conv2");
        b.node("Add", {scope + "d", last}, {scope + "o"}, {}, scope + "add");
        last = scope + "o";
    }
    b.node("Relu", {last}, {"r"}, {}, "relu");
    b.node("If", {"c"}, {"z"}, {attr("then_branch", half("Neg")), attr("else_branch", half("Abs"))}, "choose");
    auto model = std::make_shared<Model>(*b.node("Twice", {"z"}, {"y"}, {}, "call", "local").output("y").build());
    model->functions = {function};
    return model;
}

} // namespace

class TestGraphGroups : public GraphBench {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void blocksByMenu();
    void doubleClickOpens();
    void keysOpenAndClose();
    void viewStaysOnTheGroup();
    void contextMenu();
    void selectionIsShared();
    void searchOpens();
    void innerNodes();
    void innerValues();
    void mergedLineListsAll();
    void groupsAreExplained();
    void nextVariantKeepsWhatIsOpen();

private:
    void trigger(const char* action);
    /// After something that changes the picture.
    bool shown();
    std::optional<quint32> idOf(const std::string& title) const;
    QStringList titles() const;
    void click(quint32 id, bool twice = false);
};

void TestGraphGroups::init() {
    start(*mixedModel(), QSize(1400, 900));
    m_view->fit();
}

void TestGraphGroups::trigger(const char* action) {
    m_bench->find<QAction>(action)->trigger();
}

bool TestGraphGroups::shown() {
    QSignalSpy spy(m_view, &GraphView::pictureShown);
    const bool done = spy.wait(10'000);
    m_view->fit();
    return done;
}

QStringList TestGraphGroups::titles() const {
    QStringList names;
    for (const auto& node : m_view->picture()->picture().nodes)
        names.append(QString::fromStdString(node.title));
    return names;
}

std::optional<quint32> TestGraphGroups::idOf(const std::string& title) const {
    for (const auto& node : m_view->picture()->picture().nodes)
        if (node.title == title)
            return node.id;
    return std::nullopt;
}

void TestGraphGroups::click(quint32 id, bool twice) {
    const auto at = m_view->nodeRect(id)->center().toPoint();
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, at);
    if (twice)
        QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, at);
}

void TestGraphGroups::blocksByMenu() {
    QCOMPARE(m_view->picture()->nodeCount(), 19u + 3u); // opens as it is
    trigger("collapseToBlocks");
    QVERIFY(shown());
    QCOMPARE(titles(), (QStringList{"x", "c", "block0", "block1", "block2", "block3", "Relu", "If", "Twice", "y"}));
    trigger("expandAll");
    QVERIFY(shown());
    QVERIFY(!titles().contains("block0") && titles().contains("Sigmoid") && !titles().contains("Twice"));
    trigger("collapseAll");
    QVERIFY(shown());
    QVERIFY(titles().contains("If"));
    QVERIFY(m_view->picture()->nodeCount() <= 9);
}

void TestGraphGroups::doubleClickOpens() {
    trigger("collapseToBlocks");
    QVERIFY(shown());
    click(*idOf("block2"), true);
    QVERIFY(shown());
    QVERIFY(titles().contains("Conv") && !titles().contains("block2") && titles().contains("block1"));
    QCOMPARE(m_view->picture()->picture().groups.size(), std::size_t(1));
    click(*idOf("If"), true);
    QVERIFY(shown());
    QCOMPARE(m_view->picture()->picture().groups.size(), std::size_t(4));
    QVERIFY(titles().contains("Neg") && titles().contains("Abs"));
    click(*idOf("Twice"), true);
    QVERIFY(shown());
    QVERIFY(!titles().contains("Twice"));
}

void TestGraphGroups::keysOpenAndClose() {
    click(m_bench->node("body/block1/sigmoid").number);
    QTest::keyClick(m_view, Qt::Key_E, Qt::ShiftModifier);
    QVERIFY(shown());
    const auto block = idOf("block1");
    QVERIFY(block);
    QVERIFY(m_view->selection().contains(*block)); // what was selected is in it
    QTest::keyClick(m_view, Qt::Key_E);
    QVERIFY(shown());
    QVERIFY(!idOf("block1"));
    QVERIFY(m_view->selection().contains(m_bench->node("body/block1/sigmoid").number));
    trigger("collapseGroup");
    QVERIFY(shown());
    QVERIFY(idOf("block1"));
}

void TestGraphGroups::viewStaysOnTheGroup() {
    m_view->resetZoom();
    const auto node = m_bench->node("body/block1/conv").number;
    m_view->ensureVisible(node);
    const auto before = m_view->nodeRect(node)->top();
    click(node);
    QSignalSpy spy(m_view, &GraphView::pictureShown);
    QTest::keyClick(m_view, Qt::Key_E, Qt::ShiftModifier);
    QVERIFY(spy.wait());
    const auto after = m_view->nodeRect(*idOf("block1"))->top();
    QVERIFY2(std::abs(after - before) < 2, qPrintable(QStringLiteral("%1 %2").arg(before).arg(after)));
}

void TestGraphGroups::contextMenu() {
    auto& groups = m_bench->find<GraphPanel>("graphPanel")->groups();
    QMenu plain;
    groups.fillMenu(plain, qint64(m_bench->node("body/block3/add").number));
    auto* collapse = plain.findChild<QAction*>("menuCollapse");
    QVERIFY(collapse && collapse->isEnabled() && collapse->text().contains("block3"));
    QVERIFY(!plain.findChild<QAction*>("menuExpand")->isEnabled());
    QVERIFY(!plain.findChild<QAction*>("menuExpand")->toolTip().isEmpty());
    collapse->trigger();
    QVERIFY(shown());
    QVERIFY(idOf("block3"));
    QMenu background;
    groups.fillMenu(background, -1);
    background.findChild<QAction*>("menuExpandAll")->trigger();
    QVERIFY(shown());
    QVERIFY(!idOf("block3"));
}

void TestGraphGroups::selectionIsShared() {
    trigger("collapseToBlocks");
    QVERIFY(shown());
    click(*idOf("block0"));
    std::set<NodeId> members;
    for (const char* name : {"body/block0/conv", "body/block0/sigmoid", "body/block0/conv2", "body/block0/add"})
        members.insert(m_bench->node(name));
    QCOMPARE(m_bench->workspace().selection().nodes(), members);
}

void TestGraphGroups::searchOpens() {
    trigger("collapseToBlocks");
    QVERIFY(shown());
    auto* search = m_bench->find<QLineEdit>("graphSearch");
    search->setText("block2/sigmoid");
    QTest::keyClick(search, Qt::Key_Return);
    QVERIFY(shown());
    const auto node = m_bench->node("body/block2/sigmoid").number;
    QVERIFY(m_view->nodeRect(node));
    QVERIFY(idOf("block1")); // the others stay closed
    QVERIFY(m_view->selection().contains(node));
}

void TestGraphGroups::innerNodes() {
    click(m_bench->node("choose").number, true);
    QVERIFY(shown());
    QSignalSpy inner(m_bench->find<GraphPanel>("graphPanel"), &GraphPanel::innerNodeSelected);
    click(*idOf("Neg"));
    QCOMPARE(inner.count(), 1);
    QCOMPARE(m_bench->workspace().selection().nodes(), std::set<NodeId>{m_bench->node("choose")});
}

void TestGraphGroups::innerValues() {
    auto* facts = m_bench->find<QTextBrowser>("inspectorText");
    click(m_bench->node("choose").number, true);
    QVERIFY(shown());
    click(*idOf("Abs"));
    QTest::keyClick(m_view, Qt::Key_O);
    QVERIFY(m_view->selectedValue());
    QCOMPARE(m_view->selectedValue()->node, *idOf("Abs"));
    QVERIFY2(facts->toPlainText().contains(QStringLiteral("out")), qPrintable(facts->toPlainText()));
    QVERIFY(m_bench->find<QLabel>("inspectorPlace")->text().contains(QStringLiteral("else_branch")));
    QVERIFY(m_bench->workspace().selection().nodes().empty());
}

/// Between two closed groups one line stands for two tensors: both are listed, told by the tip, and lit from a link.
void TestGraphGroups::mergedLineListsAll() {
    ModelBuilder b;
    b.input("x", {1, 4, 8, 8}).node("Relu", {"x"}, {"l0"}, {}, "left/first");
    b.node("Sigmoid", {"l0"}, {"p"}, {}, "left/up").node("Tanh", {"l0"}, {"q"}, {}, "left/down");
    b.node("Add", {"p", "q"}, {"r0"}, {}, "right/add").node("Mul", {"r0", "q"}, {"r1"}, {}, "right/mul");
    b.node("Abs", {"r1"}, {"y"}, {}, "right/end").output("y");
    const auto file = *m_home / "merged.onnx";
    LAPIDARY_VERIFY_OK(writeOnnx(*b.build(), file));
    QVERIFY(m_bench->open(file));
    trigger("collapseAll");
    QVERIFY(shown());
    const auto left = idOf("left");
    QVERIFY2(left, qPrintable(titles().join(u' ')));
    QSignalSpy picked(m_bench->find<GraphPanel>("graphPanel"), &GraphPanel::valuesPicked);
    click(*left);
    QTest::keyClick(m_view, Qt::Key_O);
    QCOMPARE(picked.count(), 1);
    const auto& graph = *m_bench->workspace().model()->model->graph;
    const auto p = graph.findValue("p")->id, q = graph.findValue("q")->id;
    const auto ids = picked.front().at(1).value<std::vector<ValueId>>();
    QCOMPARE(std::set<ValueId>(ids.begin(), ids.end()), (std::set<ValueId>{p, q}));
    const auto text = m_bench->find<QTextBrowser>("inspectorText")->toPlainText();
    for (const char* part : {"2 tensor", "p", "q", "float32 1x4x8x8", "left/up", "left/down", "right/mul"})
        QVERIFY2(text.contains(QLatin1String(part)), qPrintable(text));
    const auto edge = m_view->picture()->edgesOutOf(*m_view->picture()->indexOf(*left)).front();
    const auto& s = m_view->picture()->layout().segments[std::size_t(m_view->picture()->layout().routes[edge].last)];
    const auto tip = m_view->tipAt(m_view->visiblePart().toScreen(QPointF(s.x1, (s.y0 + s.y1) / 2)));
    QVERIFY2(tip.contains(QStringLiteral("2 tensor")), qPrintable(tip));
    // The link to either lights the one line both share.
    for (const auto value : {p, q}) {
        m_view->setSelectedValues({});
        m_bench->find<InspectorPanel>("inspectorPanel")->inspectSelection();
        m_bench->find<InspectorPanel>("inspectorPanel")->inspectValue(graph.findValue("l0")->id);
        Q_EMIT m_bench->find<QTextBrowser>("inspectorText")
            ->anchorClicked(QUrl(QStringLiteral("value:%1").arg(value.number)));
        QVERIFY(m_view->selectedValue());
        QCOMPARE(m_view->selectedValue()->node, *left);
    }
}

void TestGraphGroups::groupsAreExplained() {
    auto* facts = m_bench->find<QTextBrowser>("inspectorText");
    trigger("collapseToBlocks");
    QVERIFY(shown());
    const auto block = *idOf("block2");
    click(block);
    QVERIFY2(facts->toPlainText().contains(QStringLiteral("body/block2")), qPrintable(facts->toPlainText()));
    QVERIFY(facts->toPlainText().contains(QStringLiteral("4 nodes")));
    click(block, true);
    QVERIFY(shown());
    click(*idOf("block1"));
    QVERIFY(!facts->toPlainText().contains(QStringLiteral("body/block2”")));
    // The frame, by its title.
    const auto group = m_view->picture()->groupIndexOf(block);
    QVERIFY(group);
    const auto strip = m_view->picture()->groupHeader(*group);
    const auto at = m_view->visiblePart().toScreen(QPointF(strip.right - 6, (strip.top + strip.bottom) / 2));
    QCOMPARE(m_view->frameAt(at), std::optional<quint32>(block));
    QVERIFY(m_view->tipAt(at).contains(QStringLiteral("body/block2")));
    QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, at.toPoint());
    QVERIFY(m_view->selection().contains(block));
    QCOMPARE(m_bench->workspace().selection().nodes().size(), std::size_t(4));
    QVERIFY2(facts->toPlainText().contains(QStringLiteral("body/block2")), qPrintable(facts->toPlainText()));
}

void TestGraphGroups::nextVariantKeepsWhatIsOpen() {
    trigger("collapseToBlocks");
    QVERIFY(shown());
    const auto block1 = *idOf("block1");
    click(block1, true);
    QVERIFY(shown());
    const auto source = m_bench->workspace().current();
    const auto pruned = m_bench->make(source, "prune.channels");
    QVERIFY(pruned > 0);
    QTRY_VERIFY(!m_view->isLayingOut() && idOf("block0"));
    QVERIFY(!idOf("block1")); // still open
    QVERIFY(idOf("block2"));
    click(m_bench->node("body/block1/conv").number);
    QTest::keyClick(m_view, Qt::Key_E, Qt::ShiftModifier);
    QVERIFY(shown());
    QCOMPARE(*idOf("block1"), block1); // the same id in the pruned model
}

QTEST_MAIN(TestGraphGroups)
#include "tst_graphgroups.moc"
