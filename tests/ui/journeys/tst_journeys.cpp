// SPDX-License-Identifier: GPL-3.0-or-later
// What people do with the window, with mouse and keys, on the sample network.
#include "tests/ui/journeys/windowbench.h"

#include "engine/report.h"
#include "ui/charts/tradeoffplot.h"
#include "ui/graphview/graphview.h"
#include "ui/models/decorbuilder.h"
#include "ui/models/layertablemodel.h"
#include "ui/models/varianttreemodel.h"
#include "ui/panels/passpanel.h"

#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QTest>
#include <QTextBrowser>
#include <QTreeView>
#include <QTreeWidget>

#include <algorithm>

using namespace lapidary;
using namespace lapidary::test;

class TestJourneys : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void pruneInteractively();
    void compareVariants();
    void weighVariantsUp();
    void profileOnThisComputer();
    void findAndInspect();
    void badFileSaysSo();

private:
    QTreeView* tree() { return m_bench->find<QTreeView>("variantsTree"); }
    GraphView* graph() { return m_bench->find<GraphView>("graphView"); }
    QTabWidget* tabs() { return m_bench->find<QTabWidget>("centreTabs"); }
    QLabel* label(const char* name) { return m_bench->find<QLabel>(name); }
    QModelIndex row(VariantId id) { return static_cast<VariantTreeModel*>(tree()->model())->indexOf(id); }
    QString cell(VariantId id, int column) { return row(id).siblingAtColumn(column).data().toString(); }
    QList<VariantId> selectedVariants();
    std::vector<NodeId> convolutions();
    bool clickNode(NodeId id, Qt::KeyboardModifiers modifiers = {});
    void clickVariant(VariantId id, Qt::KeyboardModifiers modifiers = {});
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(&m_bench->window(), key, modifiers); }
    void showTimes();
    QImage picture() { return graph()->viewport()->grab().toImage(); }

    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<WindowBench> m_bench;
    QStringList m_problems;
};

void TestJourneys::init() {
    failOnWarnings();
    m_home = std::make_unique<TempDir>();
    useHome(m_home->path());
    m_problems.clear();
    m_bench = std::make_unique<WindowBench>();
    connect(&m_bench->workspace(), &Workspace::message, this,
            [this](const Diagnostic& problem) { m_problems.append(QString::fromStdString(problem.toString())); });
    auto& window = m_bench->window();
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    graph()->setAnimated(false);
    QVERIFY(m_bench->settle());
    QVERIFY(m_bench->open(resourcesFolder() / "sample" / "fashion.onnx"));
}

void TestJourneys::cleanup() {
    m_bench.reset();
    m_home.reset();
}

QList<VariantId> TestJourneys::selectedVariants() {
    QList<VariantId> ids;
    for (const auto& index : tree()->selectionModel()->selectedRows())
        ids.append(index.data(VariantTreeModel::IdRole).toLongLong());
    std::sort(ids.begin(), ids.end());
    return ids;
}

std::vector<NodeId> TestJourneys::convolutions() {
    std::vector<NodeId> ids;
    for (const auto& node : m_bench->workspace().model()->model->graph->nodes())
        if (node->is("Conv"))
            ids.push_back(node->id);
    return ids;
}

bool TestJourneys::clickNode(NodeId id, Qt::KeyboardModifiers modifiers) {
    if (!graph()->ensureVisible(id.number))
        return false;
    const auto place = graph()->nodeRect(id.number);
    if (!place || !graph()->viewport()->rect().contains(place->center().toPoint()))
        return false;
    QTest::mouseClick(graph()->viewport(), Qt::LeftButton, modifiers, place->center().toPoint());
    return true;
}

void TestJourneys::clickVariant(VariantId id, Qt::KeyboardModifiers modifiers) {
    tree()->scrollTo(row(id));
    QTest::mouseClick(tree()->viewport(), Qt::LeftButton, modifiers, tree()->visualRect(row(id)).center());
}

void TestJourneys::pruneInteractively() {
    auto& workspace = m_bench->workspace();
    const auto source = workspace.current();
    const auto layers = convolutions();
    QVERIFY(layers.size() >= 2);
    QVERIFY(clickNode(layers[0]));
    QCOMPARE(workspace.selection().nodes(), std::set<NodeId>{layers[0]});
    QVERIFY(clickNode(layers[1], Qt::ControlModifier));
    QCOMPARE(workspace.selection().nodes(), (std::set<NodeId>{layers[0], layers[1]}));
    QTRY_VERIFY(label("passScope")->text().contains(u'2'));

    auto* passes = m_bench->find<QComboBox>("passCombo");
    passes->setCurrentIndex(passes->findData(QStringLiteral("prune.channels")));
    QTRY_VERIFY(workspace.preview());
    auto* slider = m_bench->find<PassPanel>("passPanel")->findChild<QSlider*>(QStringLiteral("ratio_slider"));
    QVERIFY(slider);
    slider->setFocus();
    QTest::keyClick(slider, Qt::Key_Home);
    QTest::keyClick(slider, Qt::Key_PageUp);
    QTRY_VERIFY(workspace.preview());
    QTest::qWait(100);
    const auto change = label("previewMacsChange")->text();
    const auto macs = workspace.preview() ? workspace.preview()->after.macs : 0;
    const auto drawn = picture();
    for (int i = 0; i < 4; ++i)
        QTest::keyClick(slider, Qt::Key_PageUp);
    QTRY_VERIFY(workspace.preview() && workspace.preview()->after.macs < macs);
    QTRY_VERIFY(label("previewMacsChange")->text() != change);
    QVERIFY(label("previewMacsChange")->text().contains(u'−'));
    QTRY_VERIFY(picture() != drawn);
    const auto promised = workspace.preview()->after;

    auto* apply = m_bench->find<QPushButton>("applyButton");
    QVERIFY(apply->isEnabled());
    QTest::mouseClick(apply, Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(workspace.variants().size(), std::size_t(2), 30000);
    QVERIFY(m_bench->settle());
    const auto pruned = workspace.current();
    QVERIFY(pruned != source);
    QCOMPARE(workspace.model()->totals.macs, promised.macs); // the preview was exact
    QCOMPARE(workspace.model()->totals.parameters, promised.parameters);
    QCOMPARE(tree()->currentIndex().data(VariantTreeModel::IdRole).toLongLong(), pruned);
    QCOMPARE(row(pruned).parent(), row(source));
    QVERIFY(tree()->isExpanded(row(source)));

    key(Qt::Key_Z, Qt::ControlModifier);
    QTRY_VERIFY(!row(pruned).isValid());
    QVERIFY(m_bench->settle());
    QCOMPARE(workspace.current(), source);
    key(Qt::Key_Y, Qt::ControlModifier);
    QTRY_VERIFY(row(pruned).isValid());
    QVERIFY(m_bench->settle());
    QCOMPARE(workspace.current(), pruned);
    QCOMPARE(tree()->currentIndex().data(VariantTreeModel::IdRole).toLongLong(), pruned);
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

void TestJourneys::compareVariants() {
    auto& workspace = m_bench->workspace();
    const auto source = workspace.current();
    const auto pruned = m_bench->make(source, "prune.channels", {{"ratio", Json(0.5)}});
    QVERIFY2(pruned > 0, qPrintable(m_problems.join(u'\n')));
    clickVariant(source);
    QVERIFY(m_bench->settle());
    clickVariant(pruned, Qt::ControlModifier);
    QVERIFY(m_bench->settle());
    QCOMPARE(selectedVariants(), (QList<VariantId>{source, pruned}));
    key(Qt::Key_D, Qt::ControlModifier);
    QCOMPARE(tabs()->currentWidget()->objectName(), QStringLiteral("comparePanel"));
    auto* changes = m_bench->find<QTreeWidget>("compareChanges");
    QTRY_VERIFY_WITH_TIMEOUT(changes->topLevelItemCount() > 0, 30000);
    QCOMPARE(m_bench->find<QComboBox>("compareA")->currentData().toLongLong(), source);
    QCOMPARE(m_bench->find<QComboBox>("compareB")->currentData().toLongLong(), pruned);
    int convolutionsChanged = 0;
    for (int i = 0; i < changes->topLevelItemCount(); ++i) {
        const auto* item = changes->topLevelItem(i);
        convolutionsChanged += item->text(1) == QStringLiteral("Conv") && item->text(3) != item->text(4) ? 1 : 0;
    }
    QVERIFY(convolutionsChanged > 0);
    auto* numbers = m_bench->find<QTableWidget>("compareNumbers");
    const auto number = [&](const QString& name, int column) {
        for (int i = 0; i < numbers->rowCount(); ++i)
            if (numbers->item(i, 0)->text() == name)
                return numbers->item(i, column)->text();
        return QString();
    };
    QVERIFY(!number(QStringLiteral("MACs"), 1).isEmpty());
    QVERIFY(number(QStringLiteral("MACs"), 1) != number(QStringLiteral("MACs"), 2));
    QVERIFY(number(QStringLiteral("MACs"), 3).startsWith(u'−'));
    QVERIFY(m_bench->settle());
    QVERIFY(m_bench->find<QTextBrowser>("compareOutputs")->toPlainText().contains(QStringLiteral("SQNR")));

    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

void TestJourneys::weighVariantsUp() {
    auto& workspace = m_bench->workspace();
    const auto source = workspace.current();
    const auto pruned = m_bench->make(source, "prune.channels", {{"ratio", Json(0.5)}});
    QVERIFY2(pruned > 0, qPrintable(m_problems.join(u'\n')));
    workspace.setDataset("evaluation", QString::fromStdString(writeFigures(m_home->path(), 200).string()));
    QTRY_VERIFY(workspace.hasDataset("evaluation"));
    QVERIFY(m_bench->settle());
    clickVariant(source);
    clickVariant(pruned, Qt::ControlModifier);
    QVERIFY(m_bench->settle());
    QCOMPARE(cell(pruned, VariantTreeModel::Accuracy), QStringLiteral("–"));
    key(Qt::Key_F6);
    QTRY_VERIFY_WITH_TIMEOUT(workspace.variant(source)->top1 && workspace.variant(pruned)->top1, 60000);
    QVERIFY(m_bench->settle());
    QVERIFY(cell(source, VariantTreeModel::Accuracy).endsWith(u'%'));
    QVERIFY(cell(pruned, VariantTreeModel::Agreement).endsWith(u'%'));
    QCOMPARE(workspace.variant(source)->samples, std::size_t(200));

    tabs()->setCurrentIndex(2);
    auto* plot = m_bench->find<TradeoffPlot>("tradeoffPlot");
    auto* across = m_bench->find<QComboBox>("tradeoffX");
    across->setCurrentIndex(across->findData(QStringLiteral("file_bytes")));
    QCOMPARE(plot->points().size(), 2);
    // Which one is on screen now; the click must change it.
    for (const auto id : {source, pruned}) {
        QTRY_VERIFY(!plot->positionOf(QString::number(id)).isNull());
        QTest::mouseClick(plot->focusProxy(), Qt::LeftButton, {}, plot->positionOf(QString::number(id)).toPoint());
        QCOMPARE(plot->selectedIds(), QStringList{QString::number(id)});
        QCOMPARE(selectedVariants(), QList<VariantId>{id});
    }
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

void TestJourneys::profileOnThisComputer() {
    auto& workspace = m_bench->workspace();
    const auto source = workspace.current();
    QCOMPARE(cell(source, VariantTreeModel::Latency), QStringLiteral("–"));
    QStringList titles;
    QObject listener; // hears of no job that starts after this function
    connect(&workspace.jobs(), &JobManager::started, &listener, [&](const Job* job) { titles.append(job->title()); });
    key(Qt::Key_F5);
    QVERIFY2(titles.join(u' ').contains(QStringLiteral("fashion")), qPrintable(titles.join(u'\n')));
    auto* jobs = m_bench->find<QWidget>("jobsPanel");
    QVERIFY2(jobs->findChild<QWidget*>(QStringLiteral("jobRow")), "the job has a row, shown if it takes a while");
    QTRY_VERIFY_WITH_TIMEOUT(workspace.profile() && !workspace.profile()->nodes.empty(), 60000);
    QVERIFY(m_bench->settle());
    QTRY_VERIFY(!jobs->findChild<QWidget*>(QStringLiteral("jobRow")));
    QVERIFY(workspace.variant(source)->latency);
    QVERIFY(cell(source, VariantTreeModel::Latency).endsWith(QStringLiteral("ms")));

    showTimes();
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

/// On the graph as colours, in the table as numbers.
void TestJourneys::showTimes() {
    auto& workspace = m_bench->workspace();
    graph()->fit();
    const auto before = picture();
    key(Qt::Key_2, Qt::AltModifier);
    QCOMPARE(m_bench->find<QComboBox>("overlayCombo")->currentData().toInt(), int(Overlay::Time));
    QTRY_VERIFY(picture() != before);

    tabs()->setCurrentIndex(3);
    auto* table = m_bench->find<QTableView>("layersTable");
    auto* header = table->horizontalHeader();
    const auto times = [&] {
        std::vector<double> all;
        for (int i = 0; i < table->model()->rowCount(); ++i)
            all.push_back(table->model()->index(i, LayerTableModel::Time).data(LayerTableModel::SortRole).toDouble());
        return all;
    };
    QCOMPARE(table->model()->rowCount(), int(workspace.model()->model->graph->nodeCount()));
    const auto measured = times();
    QVERIFY(std::count_if(measured.begin(), measured.end(), [](double ms) { return ms > 0; }) >= 3);
    const auto clickHeader = [&] {
        table->scrollTo(table->model()->index(0, LayerTableModel::Time));
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                          {header->sectionViewportPosition(LayerTableModel::Time) + 20, header->height() / 2});
    };
    clickHeader();
    if (header->sortIndicatorOrder() != Qt::DescendingOrder)
        clickHeader();
    const auto sorted = times();
    QCOMPARE(header->sortIndicatorSection(), int(LayerTableModel::Time));
    QVERIFY(std::is_sorted(sorted.rbegin(), sorted.rend()));
    table->scrollTo(table->model()->index(0, 0));
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(table->model()->index(0, 0)).center());
    const auto slowest = table->model()->index(0, 0).data(LayerTableModel::NodeRole).toUInt();
    QCOMPARE(graph()->selection(), GraphView::Ids{slowest});
    QCOMPARE(workspace.selection().nodes(), std::set<NodeId>{NodeId{slowest}});
}

void TestJourneys::findAndInspect() {
    auto& workspace = m_bench->workspace();
    tabs()->setCurrentIndex(3);
    key(Qt::Key_F, Qt::ControlModifier);
    QCOMPARE(tabs()->currentIndex(), 0);
    auto* search = m_bench->find<QWidget>("graphSearch");
    QTRY_VERIFY(search->hasFocus());
    QTest::keyClicks(search, QStringLiteral("op:conv"));
    const auto layers = convolutions();
    QVERIFY(label("graphFound")->text().contains(QString::number(layers.size())));
    QTest::keyClick(search, Qt::Key_Return);
    QCOMPARE(workspace.selection().nodes(), std::set<NodeId>{layers[0]});
    QTest::keyClick(search, Qt::Key_Return);
    QCOMPARE(workspace.selection().nodes(), std::set<NodeId>{layers[1]});
    const auto* node = workspace.model()->model->graph->node(layers[1]);
    auto* inspector = m_bench->find<QTextBrowser>("inspectorText");
    QVERIFY(inspector->toPlainText().contains(QStringLiteral("kernel_shape")));
    QVERIFY(inspector->toPlainText().contains(QString::fromStdString(node->name)));
    key(Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
    QVERIFY(workspace.selection().nodes().empty());
}

void TestJourneys::badFileSaysSo() {
    const auto bad = *m_home / "broken.onnx";
    writeFile(bad, "this is no network");
    const auto model = m_bench->workspace().model();
    m_bench->window().openPath(QString::fromStdString(bad.string()));
    auto* bar = m_bench->find<QWidget>("messageBar");
    QTRY_VERIFY(bar->isVisible());
    QVERIFY(label("messageText")->text().contains(QStringLiteral("broken.onnx")));
    QVERIFY(m_bench->settle());
    QCOMPARE(m_bench->workspace().model(), model); // what was open stays open
    auto* log = m_bench->find<QTreeWidget>("logList");
    QVERIFY(log->topLevelItem(log->topLevelItemCount() - 1)->text(1).contains(QStringLiteral("broken.onnx")));
    QVERIFY(m_bench->open(resourcesFolder() / "sample" / "fashion.onnx"));
    QVERIFY(!bar->isVisible()); // it was of something else
}

QTEST_MAIN(TestJourneys)
#include "tst_journeys.moc"
