// SPDX-License-Identifier: GPL-3.0-or-later
// Finding nodes and walking through the graph in the real window, with keys and mouse.
#include "tests/ui/journeys/windowbench.h"

#include "graph/reach.h"
#include "ui/graphview/graphview.h"
#include "ui/models/searchresultsmodel.h"
#include "ui/panels/graphpanel.h"
#include "ui/panels/passpanel.h"
#include "ui/panels/searchpanel.h"

#include <QAccessible>
#include <QAction>
#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QMenu>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using namespace lapidary;
using namespace lapidary::test;

class TestFinding : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void listFollowsTyping();
    void keysInTheList();
    void mistakesAreShown();
    void completes();
    void recentQueriesAndHelp();
    void selectAllFound();
    void scopeFromSearch();
    void tensorsLeadToTheirNodes();
    void walksUpAndDown();
    void selectsPathsAndBlocks();
    void isolates();
    void goesBackAndForward();
    void savedViews();
    void contextMenu();
    void screenReadersHearTheNode();

private:
    Workspace& workspace() { return m_bench->workspace(); }
    const Graph& graph() { return *workspace().model()->model->graph; }
    GraphView* view() { return m_bench->find<GraphView>("graphView"); }
    QLineEdit* field() { return m_bench->find<QLineEdit>("graphSearch"); }
    SearchPanel* panel() { return m_bench->find<SearchPanel>("searchPanel"); }
    QListView* list() { return m_bench->find<QListView>("searchResults"); }
    QAction* action(const char* name) { return m_bench->find<QAction>(name); }
    QString said() { return m_bench->find<QLabel>("graphFound")->text(); }
    void type(const QString& text);
    void key(QWidget* to, Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(to, key, modifiers); }
    void select(std::initializer_list<const char*> names);
    QStringList selected();

    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<WindowBench> m_bench;
};

void TestFinding::init() {
    failOnWarnings();
    m_home = std::make_unique<TempDir>();
    useHome(m_home->path());
    m_bench = std::make_unique<WindowBench>();
    auto& window = m_bench->window();
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    view()->setAnimated(false);
    QVERIFY(m_bench->open(resourcesFolder() / "sample" / "fashion.onnx"));
}

void TestFinding::cleanup() {
    m_bench.reset();
    m_home.reset();
}

void TestFinding::type(const QString& text) {
    key(&m_bench->window(), Qt::Key_F, Qt::ControlModifier);
    QTRY_VERIFY(field()->hasFocus());
    field()->clear();
    QTest::keyClicks(field(), text);
}

void TestFinding::select(std::initializer_list<const char*> names) {
    std::set<NodeId> nodes;
    for (const char* name : names)
        nodes.insert(m_bench->node(name));
    workspace().selection().set(nodes, m_bench->node(*names.begin()));
}

QStringList TestFinding::selected() {
    QStringList names;
    for (const auto& node : graph().nodes())
        if (workspace().selection().nodes().count(node->id) > 0)
            names << QString::fromStdString(node->name);
    return names;
}

void TestFinding::listFollowsTyping() {
    QVERIFY(!panel()->isVisible());
    type(QStringLiteral("op:Conv channels>=64"));
    QTRY_VERIFY(panel()->isVisible());
    int expected = 0;
    for (const auto& node : graph().nodes())
        expected += node->is("Conv") && workspace().model()->shapes.extent(node->output(), 1) >= 64;
    QVERIFY(expected > 2);
    QCOMPARE(list()->model()->rowCount(), expected);
    QVERIFY(said().contains(QString::number(expected)));
    QVERIFY(m_bench->find<QLabel>("searchCount")->text().contains(QString::number(expected)));
    const auto first = list()->model()->index(0, 0);
    QCOMPARE(first.data(SearchResultsModel::KindRole).toString(), QStringLiteral("Conv"));
    QVERIFY(first.data(SearchResultsModel::ShapeRole).toString().startsWith(QStringLiteral("1x64x")));
    QVERIFY(panel()->geometry().top() >= field()->geometry().bottom());
    key(field(), Qt::Key_Escape);
    QVERIFY(!panel()->isVisible());
    QCOMPARE(field()->text(), QStringLiteral("op:Conv channels>=64"));
    key(field(), Qt::Key_Escape);
    QVERIFY(field()->text().isEmpty());
    QVERIFY(said().isEmpty());
}

void TestFinding::keysInTheList() {
    type(QStringLiteral("op:conv"));
    QVERIFY(list()->model()->rowCount() > 5);
    key(field(), Qt::Key_Down);
    QTRY_VERIFY(list()->hasFocus());
    QCOMPARE(list()->currentIndex().row(), 0);
    key(list(), Qt::Key_Down);
    key(list(), Qt::Key_Down);
    QCOMPARE(list()->currentIndex().row(), 2);
    const NodeId third{list()->currentIndex().data(SearchResultsModel::NodeRole).toUInt()};
    key(list(), Qt::Key_Return);
    QCOMPARE(workspace().selection().nodes(), std::set<NodeId>{third});
    QTRY_VERIFY(view()->hasFocus());
    QVERIFY(!panel()->isVisible());
    const auto place = view()->nodeRect(third.number);
    QVERIFY(place && QRectF(view()->viewport()->rect()).contains(place->center()));

    type(QStringLiteral("op:conv"));
    key(field(), Qt::Key_Down);
    QTRY_VERIFY(list()->hasFocus());
    list()->setCurrentIndex(list()->model()->index(0, 0));
    key(list(), Qt::Key_Up); // off the top
    QTRY_VERIFY(field()->hasFocus());
    key(field(), Qt::Key_Down);
    QTest::keyClicks(list(), QStringLiteral(" -is:depthwise")); // letters go on with the query
    QTRY_VERIFY(field()->text().endsWith(QStringLiteral("-is:depthwise")));
    key(field(), Qt::Key_Return, Qt::ShiftModifier);
    QTRY_COMPARE(said(), QStringLiteral("%1 of %1").arg(list()->model()->rowCount()));
    key(&m_bench->window(), Qt::Key_F3);
    QVERIFY(said().startsWith(QStringLiteral("1 of ")));
}

void TestFinding::mistakesAreShown() {
    type(QStringLiteral("op:Conv chanels>3"));
    auto* problem = m_bench->find<QLabel>("searchProblem");
    QTRY_VERIFY(problem->isVisible());
    QVERIFY2(problem->text().contains(QStringLiteral("<u>chanels</u>")), qPrintable(problem->text()));
    QVERIFY(problem->text().contains(QStringLiteral("channels")));
    QVERIFY(!action("selectFound")->isEnabled());
    QCOMPARE(field()->text(), QStringLiteral("op:Conv chanels>3"));
    type(QStringLiteral("op:Conv time_ms>1")); // nobody has profiled
    QTRY_VERIFY(problem->isVisible() && problem->text().contains(QStringLiteral("time_ms")));
    type(QStringLiteral("op:Conv"));
    QVERIFY(!problem->isVisible());
}

void TestFinding::completes() {
    auto* first = m_bench->find<QToolButton>("searchCompletion0");
    type(QStringLiteral("chan"));
    QTRY_VERIFY(first->isVisible());
    QCOMPARE(first->text(), QStringLiteral("channels>"));
    key(field(), Qt::Key_Tab);
    QCOMPARE(field()->text(), QStringLiteral("channels>"));
    QTest::keyClicks(field(), QStringLiteral("64 op:BatchN"));
    QTRY_VERIFY(first->isVisible() && first->text().startsWith(QStringLiteral("op:Batch")));
    QTest::mouseClick(first, Qt::LeftButton);
    QCOMPARE(field()->text(), QStringLiteral("channels>64 op:BatchNormalization"));
    QVERIFY(field()->hasFocus());
    QTRY_VERIFY(list()->model()->rowCount() > 0);
    key(field(), Qt::Key_Tab); // nothing to complete: on to the next control
    QVERIFY(!field()->hasFocus());
}

void TestFinding::recentQueriesAndHelp() {
    type(QStringLiteral("op:Relu"));
    key(field(), Qt::Key_Return);
    field()->clear();
    key(field(), Qt::Key_Down);
    auto* suggestions = m_bench->find<QListWidget>("searchSuggestions");
    QTRY_VERIFY(suggestions->hasFocus());
    QCOMPARE(suggestions->item(0)->text(), QStringLiteral("op:Relu"));
    key(suggestions, Qt::Key_Down);
    const auto example = suggestions->currentItem()->text();
    key(suggestions, Qt::Key_Return);
    QTRY_COMPARE(field()->text(), example);
    QTRY_VERIFY(list()->model()->rowCount() > 0);
    for (int i = 1; i < suggestions->count(); ++i) { // every example is a query that is understood
        field()->setText(suggestions->item(i)->text());
        QTRY_VERIFY(!m_bench->find<QLabel>("searchProblem")->isVisible());
    }
    key(field(), Qt::Key_F1);
    auto* help = m_bench->find<QWidget>("searchHelp");
    QTRY_VERIFY(help->isVisible());
    key(help, Qt::Key_Escape);
    QVERIFY(field()->hasFocus() && !help->isVisible());
}

void TestFinding::selectAllFound() {
    type(QStringLiteral("is:depthwise or op:relu"));
    QTRY_VERIFY(list()->model()->rowCount() > 2);
    key(field(), Qt::Key_Return, Qt::ControlModifier);
    std::set<NodeId> expected;
    for (const auto& node : graph().nodes())
        if (node->is("Relu") || (node->is("Conv") && node->intAttribute("group", 1) > 1))
            expected.insert(node->id);
    QCOMPARE(workspace().selection().nodes(), expected);
    QCOMPARE(view()->selection().size(), qsizetype(expected.size()));
    QTRY_VERIFY(m_bench->find<QLabel>("passScope")->text().contains(QString::number(expected.size())));
}

void TestFinding::scopeFromSearch() {
    auto* passes = m_bench->find<QComboBox>("passCombo");
    passes->setCurrentIndex(passes->findData(QStringLiteral("prune.channels")));
    QTRY_VERIFY(workspace().preview());
    const auto whole = workspace().preview()->after.macs;
    type(QStringLiteral("op:conv name:/stage3/"));
    m_bench->find<QToolButton>("searchUseAsScope")->click();
    QVERIFY(m_bench->find<QLabel>("passScope")->text().contains(QStringLiteral("name:/stage3/")));
    QTRY_VERIFY(workspace().preview() && workspace().preview()->after.macs != whole);
    for (const auto& plan : workspace().preview()->nodes)
        if (!plan.removed.empty() && graph().node(plan.node)->is("Conv"))
            QVERIFY(graph().node(plan.node)->name.find("stage3") != std::string::npos);
    const auto scoped = workspace().preview()->after.macs;
    select({"/stage1/block0/conv1"}); // the search stays the scope
    QTRY_VERIFY(workspace().preview() && workspace().preview()->after.macs == scoped);
    const auto before = workspace().current();
    key(&m_bench->window(), Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(m_bench->settle());
    QTRY_VERIFY(workspace().current() != before && workspace().model());
    QCOMPARE(workspace().model()->totals.macs, scoped);
    m_bench->find<QToolButton>("dropScopeQuery")->click();
    QVERIFY(workspace().scopeQuery().isEmpty());
    QVERIFY(!m_bench->find<QToolButton>("dropScopeQuery")->isVisible());
    // What only a measurement or the selection knows is no scope.
    type(QStringLiteral("is:selected or op:Relu"));
    QTRY_VERIFY(list()->model()->rowCount() > 0);
    QVERIFY(!m_bench->find<QToolButton>("searchUseAsScope")->isEnabled());
}

void TestFinding::tensorsLeadToTheirNodes() {
    type(QStringLiteral("tensor=stage1.block0.conv1.weight"));
    QTRY_COMPARE(list()->model()->rowCount(), 2); // the layer and its weight
    key(field(), Qt::Key_Return);
    key(field(), Qt::Key_Return);
    QCOMPARE(list()->currentIndex().data(SearchResultsModel::KindRole).toString(), QStringLiteral("weight"));
    QCOMPARE(selected(), QStringList{QStringLiteral("/stage1/block0/conv1")});
}

void TestFinding::walksUpAndDown() {
    view()->setFocus();
    // At every fork: down and up again is home; left and right visit siblings.
    const GraphReach reach(graph());
    int forks = 0;
    for (const auto& node : graph().nodes()) {
        if (reach.consumers(node->id).size() < 2)
            continue;
        ++forks;
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, {}, [&] {
            view()->ensureVisible(node->id.number);
            return view()->nodeRect(node->id.number)->center().toPoint();
        }());
        QCOMPARE(view()->current(), std::optional<quint32>(node->id.number));
        key(view(), Qt::Key_Down);
        const NodeId below{*view()->current()};
        const auto readers = reach.consumers(node->id);
        QVERIFY(std::find(readers.begin(), readers.end(), below) != readers.end());
        std::set<NodeId> met{below};
        for (const auto side : {Qt::Key_Left, Qt::Key_Right, Qt::Key_Right}) {
            key(view(), side);
            met.insert(NodeId{*view()->current()});
        }
        QVERIFY(met.size() >= 2);
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, {}, [&] {
            view()->ensureVisible(below.number);
            return view()->nodeRect(below.number)->center().toPoint();
        }());
        key(view(), Qt::Key_Up);
        const auto up = view()->current();
        key(view(), Qt::Key_Down);
        QCOMPARE(view()->current(), std::optional<quint32>(below.number));
        key(view(), Qt::Key_Up);
        QCOMPARE(view()->current(), up);
    }
    QVERIFY(forks > 2);
    select({"/stage2/block0/conv1"});
    view()->setFocus();
    const auto start = m_bench->node("/stage2/block0/conv1");
    key(view(), Qt::Key_Up, Qt::ControlModifier | Qt::ShiftModifier);
    auto expected = reach.upstream({start}, 1);
    expected.insert(start);
    QCOMPARE(workspace().selection().nodes(), expected);
    select({"/stage2/block0/conv1"});
    key(view(), Qt::Key_Down, Qt::ControlModifier);
    expected = reach.downstream({start});
    expected.insert(start);
    QCOMPARE(workspace().selection().nodes(), expected);
    QCOMPARE(view()->selection().size(), qsizetype(expected.size()));
}

void TestFinding::selectsPathsAndBlocks() {
    const GraphReach reach(graph());
    const auto a = m_bench->node("/stage2/block0/conv1");
    const auto b = m_bench->node("/stage3/block0/conv1");
    QVERIFY(!action("selectPath")->isEnabled());
    QVERIFY(action("selectPath")->toolTip().contains(QStringLiteral("Not now")));
    select({"/stage2/block0/conv1", "/stage3/block0/conv1"});
    QVERIFY(action("selectPath")->isEnabled());
    key(&m_bench->window(), Qt::Key_P, Qt::ControlModifier);
    const auto path = reach.shortestPath(a, b);
    QCOMPARE(workspace().selection().nodes(), std::set<NodeId>(path.begin(), path.end()));
    select({"/stage2/block0/conv1", "/stage3/block0/conv1"});
    key(&m_bench->window(), Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(workspace().selection().nodes(), reach.between(a, b));
    QVERIFY(workspace().selection().nodes().size() > path.size());

    select({"/stage2/block0/conv1"});
    key(&m_bench->window(), Qt::Key_B, Qt::ControlModifier);
    const auto block = selected();
    QVERIFY(block.size() > 2);
    for (const auto& name : block)
        QVERIFY2(name.startsWith(QStringLiteral("/stage2/block0/")), qPrintable(name));
    key(&m_bench->window(), Qt::Key_B, Qt::ControlModifier);
    QVERIFY(selected().size() > block.size());
    for (const auto& name : selected())
        QVERIFY(name.startsWith(QStringLiteral("/stage2/")));
    select({"/stage2/block0/conv1"});
    key(&m_bench->window(), Qt::Key_M, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(workspace().selection().nodes().size() > 5);
    for (const auto id : workspace().selection().nodes())
        QVERIFY(graph().node(id)->is("Conv"));
}

void TestFinding::isolates() {
    const auto all = view()->picture()->nodeCount();
    const auto shown = [this](std::uint32_t count) {
        return waitUntil([&] { return view()->picture()->nodeCount() == count && !view()->isLayingOut(); });
    };
    select({"/stage2/block0/conv1", "/stage2/block0/conv2", "/stage3/block0/conv1"});
    key(&m_bench->window(), Qt::Key_I, Qt::ControlModifier);
    QVERIFY(shown(3));
    const auto& edges = view()->picture()->picture().edges;
    QVERIFY(edges.size() >= 2);
    QVERIFY(
        std::all_of(edges.begin(), edges.end(), [](const auto& edge) { return edge.dashed && !edge.label.empty(); }));
    QVERIFY(action("showAll")->isEnabled());
    view()->setFocus();
    key(view(), Qt::Key_Escape);
    QVERIFY(shown(all));
    QCOMPARE(workspace().selection().nodes().size(), std::size_t(3)); // Escape ended the isolation alone
    QVERIFY(!action("showAll")->isEnabled());
    // A search leads to a hidden node.
    key(&m_bench->window(), Qt::Key_I, Qt::ControlModifier);
    QVERIFY(shown(3));
    type(QStringLiteral("name=/stage1/block0/conv1"));
    key(field(), Qt::Key_Return);
    QVERIFY(shown(all));
    // And another variant is shown whole.
    action("isolate")->trigger();
    QVERIFY(shown(1));
    QVERIFY(m_bench->make(workspace().current(), "simplify.graph") > 0);
    QVERIFY(m_bench->graphShown());
}

void TestFinding::goesBackAndForward() {
    QVERIFY(!action("goBack")->isEnabled());
    const char* names[] = {"/stage1/block0/conv1", "/stage2/block0/conv1", "/stage3/block0/conv1"};
    for (const char* name : names) {
        select({name});
        QTest::qWait(300); // the view has come to rest: what a place remembers
    }
    const auto third = view()->visiblePart();
    key(&m_bench->window(), Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(selected(), QStringList{QString::fromLatin1(names[1])});
    QTest::mouseClick(view()->viewport(), Qt::BackButton);
    QCOMPARE(selected(), QStringList{QString::fromLatin1(names[0])});
    QVERIFY(!action("goBack")->isEnabled());
    QTest::mouseClick(view()->viewport(), Qt::ForwardButton);
    key(&m_bench->window(), Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(selected(), QStringList{QString::fromLatin1(names[2])});
    const auto now = view()->visiblePart();
    QVERIFY((now.origin - third.origin).manhattanLength() < 1);
    view()->setFocus();
    key(view(), Qt::Key_Backspace);
    QCOMPARE(selected(), QStringList{QString::fromLatin1(names[1])});
    select({"/stage3/block1/conv1"}); // somewhere new: nothing lies ahead any more
    QVERIFY(!action("goForward")->isEnabled());
    QVERIFY(action("goBack")->isEnabled());
}

void TestFinding::savedViews() {
    QVERIFY(!action("recallView3")->isEnabled());
    select({"/stage2/block0/conv1"});
    view()->zoomIn();
    const auto stored = view()->visiblePart();
    key(&m_bench->window(), Qt::Key_3, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(action("recallView3")->isEnabled());
    QVERIFY(action("recallView3")->text().contains(QStringLiteral("/stage2/block0/conv1")));
    select({"/stage3/block1/conv1"});
    view()->fit();
    view()->setFocus();
    key(view(), Qt::Key_3);
    QCOMPARE(selected(), QStringList{QStringLiteral("/stage2/block0/conv1")});
    const auto middle = [](const Viewport& part) {
        return part.toScene(QPointF(part.size.width() / 2, part.size.height() / 2));
    };
    QVERIFY((middle(view()->visiblePart()) - middle(stored)).manhattanLength() < 1);
    QCOMPARE(view()->visiblePart().scale, stored.scale);
    type(QStringLiteral("3")); // a digit in the field is a digit
    QCOMPARE(field()->text(), QStringLiteral("3"));
    // Kept with the project.
    m_bench = std::make_unique<WindowBench>();
    m_bench->window().show();
    QVERIFY(m_bench->open(resourcesFolder() / "sample" / "fashion.onnx"));
    QVERIFY(action("recallView3")->isEnabled());
    action("recallView3")->trigger();
    QCOMPARE(selected(), QStringList{QStringLiteral("/stage2/block0/conv1")});
}

void TestFinding::contextMenu() {
    const auto id = m_bench->node("/stage2/block0/conv1");
    view()->ensureVisible(id.number);
    const auto place = view()->nodeRect(id.number)->center().toPoint();
    QContextMenuEvent event(QContextMenuEvent::Mouse, place, view()->viewport()->mapToGlobal(place));
    QCoreApplication::sendEvent(view()->viewport(), &event);
    QCOMPARE(selected(), QStringList{QStringLiteral("/stage2/block0/conv1")});
    auto* menu = m_bench->find<QMenu>("graphMenu");
    QTRY_VERIFY(menu->isVisible());
    for (const char* name : {"copyName", "showInLayers", "isolate", "goBack"})
        QVERIFY2(menu->actions().contains(action(name)), name);
    auto* apply = menu->findChild<QAction*>(QStringLiteral("applyPass_quantize.int8"));
    QVERIFY(apply);
    apply->trigger();
    QCOMPARE(m_bench->find<PassPanel>("passPanel")->pass(), QStringLiteral("quantize.int8"));
    menu->close();
    action("copyName")->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("/stage2/block0/conv1"));
    action("showInLayers")->trigger();
    QCOMPARE(m_bench->find<QTabWidget>("centreTabs")->currentIndex(), 3);
}

void TestFinding::screenReadersHearTheNode() {
    select({"/stage2/block0/conv1"});
    view()->setFocus();
    key(view(), Qt::Key_Down);
    auto* spoken = QAccessible::queryAccessibleInterface(view());
    QVERIFY(spoken);
    QCOMPARE(spoken->childCount(), 1);
    const auto name = spoken->child(0)->text(QAccessible::Name);
    const auto* node = graph().node(NodeId{*view()->current()});
    QVERIFY2(name.startsWith(QString::fromStdString(node->opType + " " + node->name)), qPrintable(name));
    QVERIFY2(name.contains(QStringLiteral("consumer")), qPrintable(name));
    QVERIFY(view()->accessibleDescription().contains(QString::fromStdString(node->name)));
    QCOMPARE(spoken->child(0)->parent()->object(), static_cast<QObject*>(view()));
    QVERIFY(spoken->child(0)->state().focused);
    QVERIFY(!spoken->child(0)->rect().isEmpty());
}

QTEST_MAIN(TestFinding)
#include "tst_finding.moc"
