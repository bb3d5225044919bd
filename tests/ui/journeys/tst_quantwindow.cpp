// SPDX-License-Identifier: GPL-3.0-or-later
// Everything about 8 bits with mouse and keys: ranges with what they clip, schemes side by side, bits per layer in the
// table, the way from a ruined variant over its culprits to a better number, and a limit that holds. With
// LAPIDARY_PICTURES=FOLDER it leaves pictures of all pages, light and dark.
#include "tests/ui/journeys/weakmodel.h"
#include "tests/ui/journeys/windowbench.h"

#include "ui/charts/histogramplot.h"
#include "ui/forms/paramform.h"
#include "ui/models/barshare.h"
#include "ui/models/layertablemodel.h"
#include "ui/panels/guardpage.h"
#include "ui/panels/passpanel.h"
#include "ui/panels/quantreportpanel.h"
#include "ui/panels/rangespage.h"
#include "ui/panels/schemespage.h"
#include "ui/theme/applytheme.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QTableWidget>
#include <QTest>
#include <QTreeWidget>

using namespace lapidary;
using namespace lapidary::test;

class TestQuantWindow : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void nothingWithoutData();
    void rangesOfALayer();
    void schemesSideBySide();
    void stopsAComparison();
    void bitsInTheTable();
    void fromCulpritToBetterNumber();
    void aLimitThatHolds_data();
    void aLimitThatHolds();
    void aLimitNobodyHolds();
    void stopsAGuard();

private:
    template <typename T>
    T* find(const char* name) {
        return m_bench->find<T>(name);
    }
    Workspace& workspace() { return m_bench->workspace(); }
    PassPanel* passes() { return find<PassPanel>("passPanel"); }
    bool useData(const char* role, int images);
    bool press(const char* button, int seconds = 120) {
        QTest::mouseClick(find<QPushButton>(button), Qt::LeftButton);
        return m_bench->settle(seconds);
    }
    void showCoarseScales();
    void chooseLimit(GuardLimit::Kind kind, double value);
    void shoot(const char* what);
    bool logHas(const QString& text) {
        return !find<QTreeWidget>("logList")->findItems(text, Qt::MatchContains, 1).isEmpty();
    }
    bool chooseBits(QTableView* table, const QModelIndex& cell, int bits);
    QModelIndex bitsCell(NodeId node);
    NodeId convolution(std::size_t which);
    double layerBits(NodeId node) {
        const auto name = displayName(*workspace().model()->model->graph->node(node));
        return passes()->form()->params().at("layer_bits")[name].toDouble(-1);
    }

    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<WindowBench> m_bench;
    QStringList m_problems;
};

void TestQuantWindow::init() {
    failOnWarnings();
    m_home = std::make_unique<TempDir>();
    useHome(m_home->path());
    m_problems.clear();
    m_bench = std::make_unique<WindowBench>();
    connect(&workspace(), &Workspace::message, this,
            [this](const Diagnostic& problem) { m_problems.append(QString::fromStdString(problem.toString())); });
    auto& window = m_bench->window();
    window.resize(1600, 1000);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    QVERIFY(m_bench->settle());
    QVERIFY(m_bench->open(writeWeakModel(m_home->path())));
}

void TestQuantWindow::cleanup() {
    m_bench.reset();
    m_home.reset();
}

bool TestQuantWindow::useData(const char* role, int images) {
    workspace().setDataset(role, QString::fromStdString(writeFigures(m_home->path(), images).string()));
    return waitUntil([&] { return workspace().hasDataset(role); }) && m_bench->settle();
}

void TestQuantWindow::shoot(const char* what) {
    const auto folder = qEnvironmentVariable("LAPIDARY_PICTURES");
    if (folder.isEmpty())
        return;
    auto& window = m_bench->window();
    const auto before = window.size();
    for (const auto size : {QSize(1280, 800), QSize(1920, 1080)})
        for (const bool dark : {false, true}) {
            applyTheme(*qApp, Theme::forScheme(dark));
            window.resize(size);
            waitUntil([] { return false; }, 1);
            const auto name = QStringLiteral("%1-%2-%3.png")
                                  .arg(QLatin1String(what))
                                  .arg(size.width())
                                  .arg(dark ? QStringLiteral("dark") : QStringLiteral("light"));
            QVERIFY(window.grab().save(QDir(folder).filePath(name)));
        }
    window.resize(before);
}

NodeId TestQuantWindow::convolution(std::size_t which) {
    for (const auto& node : workspace().model()->model->graph->nodes())
        if (node->is("Conv") && which-- == 0)
            return node->id;
    return {};
}

void TestQuantWindow::nothingWithoutData() {
    shoot("empty");
    for (const char* name : {"measureRangesButton", "compareSchemesButton", "findCulpritsButton", "guardButton"}) {
        auto* button = find<QPushButton>(name);
        QVERIFY(!button->isEnabled());
        QVERIFY(button->toolTip().contains(QStringLiteral("data")));
    }
    find<QAction>("quantRanges")->trigger();
    QVERIFY(find<QLabel>("rangesNothing")->isVisible());
    QVERIFY(find<QLabel>("rangesNothing")->text().contains(QStringLiteral("File menu")));
    shoot("ranges-nodata");
}

void TestQuantWindow::rangesOfALayer() {
    QVERIFY(useData("calibration", 64));
    find<QAction>("quantRanges")->trigger();
    auto* page = find<RangesPage>("rangesPage");
    QVERIFY(page->isVisible());
    shoot("ranges-empty");
    QVERIFY(press("measureRangesButton"));
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
    QVERIFY(page->study() && page->layer());
    // The layer is the one selected, wherever it was selected.
    const auto node = convolution(3);
    workspace().selection().set({node}, node);
    QCOMPARE(page->layer()->id, node);
    auto* choices = find<QTableWidget>("rangesChoices");
    auto* plot = find<HistogramPlot>("rangesActivations");
    QCOMPARE(choices->rowCount(), 5);
    double most = 0;
    for (int row = 0; row < 5; ++row) {
        QTest::mouseClick(choices->viewport(), Qt::LeftButton, {},
                          choices->visualItemRect(choices->item(row, 0)).center());
        const auto& choice = page->layer()->choices[std::size_t(row)];
        QVERIFY(plot->chosenRange());
        QCOMPARE(plot->chosenRange()->upper, double(choice.range.high));
        QCOMPARE(plot->clippedShare(), choice.clippedShare);
        QVERIFY(plot->accessibleDescription().contains(QStringLiteral("% clipped")));
        most = std::max(most, choice.clippedShare);
    }
    QVERIFY(most > 0);
    QCOMPARE(page->layer()->choices.front().clippedShare, 0.0);
    // What is clipped is drawn otherwise than what is kept.
    choices->selectRow(1);
    QCoreApplication::processEvents(); // plots are painted anew by the event loop
    const auto clipped = plot->grab().toImage();
    choices->selectRow(0);
    QTRY_VERIFY(plot->grab().toImage() != clipped);
    QVERIFY(!find<HistogramPlot>("rangesWeights")->accessibleDescription().isEmpty());
    QVERIFY(find<QLabel>("rangesWeightsTitle")->text().contains(QStringLiteral("per output channel")));
    choices->selectRow(1);
    shoot("ranges");
    // The way chosen goes into the form.
    QTest::mouseClick(find<QPushButton>("useRangeButton"), Qt::LeftButton);
    QCOMPARE(passes()->pass(), QStringLiteral("quantize.int8"));
    QCOMPARE(passes()->form()->params().at("calibration"), Json("percentile"));
    // Picking a layer here selects it everywhere.
    auto* layers = find<QComboBox>("rangesLayer");
    layers->setFocus();
    QTest::keyClick(layers, Qt::Key_Home);
    QCOMPARE(workspace().selection().current(), page->study()->layers.front().id);
    // Another model: what was measured is not its.
    QVERIFY(m_bench->make(workspace().current(), "quantize.int8") > 0);
    QVERIFY(!page->study());
}

void TestQuantWindow::schemesSideBySide() {
    QVERIFY(useData("calibration", 64));
    QVERIFY(useData("evaluation", 64));
    find<QAction>("quantSchemes")->trigger();
    auto* page = find<SchemesPage>("schemesPage");
    QVERIFY(page->isVisible());
    shoot("schemes-empty");
    auto* preset = find<QComboBox>("schemesPreset");
    preset->setCurrentIndex(1);
    QVERIFY(press("compareSchemesButton", 300));
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
    const auto& model = page->model();
    QCOMPARE(model.rowCount(), 4);
    auto* table = find<QTableView>("schemesTable");
    // Best first, and it is chosen; the ruined layer tells scales apart.
    double last = 1e300;
    for (int row = 0; row < 4; ++row) {
        const double value = -table->model()->index(row, SchemesModel::Sqnr).data(SchemesModel::SortRole).toDouble();
        QVERIFY(row == 0 || value >= last);
        last = value;
    }
    QCOMPARE(table->model()->index(0, SchemesModel::WeightScales).data().toString(), QStringLiteral("per channel"));
    QVERIFY(table->model()->index(0, SchemesModel::Accuracy).data().toString().contains(u'%'));
    auto* layers = find<QTableWidget>("schemeLayers");
    QCOMPARE(layers->columnCount(), 5);
    QCOMPARE(layers->rowCount(), int(model.comparison()->schemes.front().layers.size()));
    QVERIFY(layers->item(0, 1)->text().contains(QStringLiteral("dB")));
    // A click on a layer selects it in the graph, and a node selected there marks its row; neither begins anew.
    const auto number = [layers](int row) { return layers->item(row, 0)->data(Qt::UserRole).toUInt(); };
    QTest::mouseClick(layers->viewport(), Qt::LeftButton, {}, layers->visualItemRect(layers->item(1, 2)).center());
    QCOMPARE(workspace().selection().nodes(), std::set<NodeId>{NodeId{number(1)}});
    QCOMPARE(workspace().selection().current().number, number(1));
    QVERIFY(layers->selectionModel()->isRowSelected(1));
    workspace().selection().set({NodeId{number(3)}}, NodeId{number(3)});
    QVERIFY(layers->selectionModel()->isRowSelected(3) && !layers->selectionModel()->isRowSelected(1));
    QTest::keyClick(layers, Qt::Key_Up); // by keyboard, from where the graph put it
    QTRY_COMPARE(workspace().selection().current().number, number(2));
    workspace().selection().clear();
    QVERIFY(!layers->selectionModel()->hasSelection());
    QCOMPARE(model.rowCount(), 4);
    shoot("schemes");
    // The variant is what was measured, whatever is selected meanwhile.
    const auto promised = model.scheme(0)->bytes;
    const auto node = convolution(1);
    workspace().selection().set({node}, node);
    table->selectRow(0);
    const auto before = workspace().current();
    QVERIFY(press("makeSchemeButton"));
    QVERIFY(workspace().current() != before);
    QCOMPARE(workspace().model()->totals.bytes, promised);
    QVERIFY(page->model().rowCount() == 0);
    workspace().undoStack().undo();
    QVERIFY(m_bench->settle());
    QCOMPARE(workspace().current(), before);
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

void TestQuantWindow::stopsAComparison() {
    QVERIFY(useData("calibration", 64));
    find<QAction>("quantSchemes")->trigger();
    auto* preset = find<QComboBox>("schemesPreset");
    preset->setCurrentIndex(3);
    auto* button = find<QPushButton>("compareSchemesButton");
    const auto idle = button->text();
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(button->text() != idle && button->isEnabled());
    QVERIFY(find<QWidget>("compareSchemesProgress")->isVisible());
    QVERIFY(find<QLabel>("compareSchemesStage")->isVisible());
    QTRY_VERIFY(find<QLabel>("compareSchemesStage")->text().contains(QStringLiteral("%, "))); // and what it does
    QVERIFY(!preset->isVisible());
    QTest::qWait(200);
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(m_bench->settle());
    QCOMPARE(button->text(), idle);
    QCOMPARE(find<SchemesPage>("schemesPage")->model().rowCount(), 0);
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

QModelIndex TestQuantWindow::bitsCell(NodeId node) {
    auto* model = find<QTableView>("layersTable")->model();
    for (int row = 0; row < model->rowCount(); ++row)
        if (model->index(row, 0).data(LayerTableModel::NodeRole).toUInt() == node.number)
            return model->index(row, LayerTableModel::Bits);
    return {};
}

bool TestQuantWindow::chooseBits(QTableView* table, const QModelIndex& cell, int bits) {
    table->scrollTo(cell);
    const auto place = table->visualRect(cell).center();
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, place);
    QTest::mouseDClick(table->viewport(), Qt::LeftButton, {}, place);
    const auto editor = [table] { return table->findChild<QComboBox*>(QStringLiteral("layerBitsCombo")); };
    if (!waitUntil([&] { return editor() != nullptr; }, 5)) {
        qInfo("no list opened at %d,%d of %d x %d", place.x(), place.y(), table->viewport()->width(),
              table->viewport()->height());
        return false;
    }
    editor()->setCurrentIndex(editor()->findData(bits));
    QTest::keyClick(editor(), Qt::Key_Return);
    if (!waitUntil([&] { return editor() == nullptr; }, 5)) {
        qInfo("the list stays open");
        return false;
    }
    return true;
}

void TestQuantWindow::bitsInTheTable() {
    auto* tabs = find<QTabWidget>("centreTabs");
    auto* table = find<QTableView>("layersTable");
    tabs->setCurrentWidget(table->parentWidget());
    passes()->setPass(QStringLiteral("quantize.weights"));
    QTRY_VERIFY(workspace().preview());
    const auto node = convolution(4), other = convolution(5);
    QVERIFY(bitsCell(node).data().toString().startsWith(QStringLiteral("automatic: ")));
    QVERIFY(!(bitsCell(workspace().model()->model->graph->nodes()[2]->id).flags() & Qt::ItemIsEditable)); // no weights
    const auto uniform = workspace().preview()->after.bytes;
    QVERIFY(chooseBits(table, bitsCell(node), 8));
    QCOMPARE(layerBits(node), 8.0);
    QCOMPARE(bitsCell(node).data().toString(), QStringLiteral("8"));
    // The preview follows, and is about the whole graph although one layer is selected.
    QTRY_VERIFY(workspace().preview() && workspace().preview()->after.bytes > uniform);
    const auto more = workspace().preview()->after.bytes;
    QVERIFY(workspace().preview()->nodes.size() > 5);
    QVERIFY(bitsCell(node).data(Qt::ToolTipRole).toString().contains(u'→'));
    QVERIFY(chooseBits(table, bitsCell(other), 0));
    QCOMPARE(bitsCell(other).data().toString(), QStringLiteral("float"));
    QTRY_VERIFY(workspace().preview() && workspace().preview()->after.bytes > more);
    shoot("bits");
    // Undo and redo, one edit at a time.
    auto* undo = find<QAction>("undo");
    undo->trigger();
    QCOMPARE(layerBits(other), -1.0);
    QTRY_VERIFY(workspace().preview() && workspace().preview()->after.bytes == more);
    undo->trigger();
    QCOMPARE(layerBits(node), -1.0);
    QVERIFY(!workspace().pinnedScope()); // the selection is the scope again
    workspace().selection().clear();
    QTRY_VERIFY(workspace().preview() && workspace().preview()->after.bytes == uniform);
    find<QAction>("redo")->trigger();
    QCOMPARE(layerBits(node), 8.0);
    // By keyboard alone: F2 on the row, down the list, Return. F2 does not rename the variant here.
    table->setFocus();
    table->setCurrentIndex(bitsCell(other).siblingAtColumn(LayerTableModel::Name));
    QTest::keyClick(table, Qt::Key_F2);
    const auto list = [table] { return table->findChild<QComboBox*>(QStringLiteral("layerBitsCombo")); };
    QTRY_VERIFY(list() && list()->hasFocus());
    while (list()->currentData().toInt() != 5) {
        const int at = list()->currentIndex();
        QTest::keyClick(list(), Qt::Key_Down);
        QVERIFY(list() && list()->currentIndex() == at + 1);
    }
    QTest::keyClick(list(), Qt::Key_Return);
    QTRY_VERIFY(!list());
    QCOMPARE(layerBits(other), 5.0);
    QVERIFY(table->hasFocus());
    undo->trigger();
    QCOMPARE(layerBits(other), -1.0);
    // From another pass the edit brings this one up.
    passes()->setPass(QStringLiteral("prune.channels"));
    QCOMPARE(bitsCell(node).data().toString(), QStringLiteral("automatic"));
    QVERIFY(chooseBits(table, bitsCell(other), 3));
    QCOMPARE(passes()->pass(), QStringLiteral("quantize.weights"));
    QCOMPARE(layerBits(node), 8.0);
    QCOMPARE(layerBits(other), 3.0);
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

void TestQuantWindow::fromCulpritToBetterNumber() {
    QVERIFY(useData("calibration", 48));
    QVERIFY(useData("evaluation", 200));
    const auto source = workspace().current();
    // A first try: one scale for every weight.
    passes()->setPass(QStringLiteral("quantize.int8"));
    auto params = passes()->form()->params();
    params["per_channel"] = false;
    params["reduce_range"] = "off";
    passes()->showParams(params);
    QVERIFY(press("applyButton"));
    const auto first = workspace().current();
    QVERIFY(first != source);
    workspace().evaluate({first});
    QVERIFY(m_bench->settle());
    workspace().setCurrent(source);
    QVERIFY(m_bench->settle());
    passes()->showParams(params);
    // What calibration was allowed to hold and held at most stands in the log and in the report of the variant.
    QVERIFY(logHas(QStringLiteral("holding")) && logHas(QStringLiteral("of at most 400.0 MB")));
    // Who is to blame?
    find<QAction>("quantReport")->trigger();
    auto* panel = find<QuantReportPanel>("quantReportPanel");
    QVERIFY(panel->isVisible());
    shoot("culprits-empty");
    find<QComboBox>("findCulpritsSamples")->setCurrentIndex(0);
    QVERIFY(press("findCulpritsButton", 300));
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
    const auto report = panel->model().report();
    QVERIFY(report && !report->layers.empty() && !report->fixes.empty());
    QCOMPARE(report->layers.front().cause, ErrorCause::Weights);
    QCOMPARE(report->layers.front().advice, QuantizationFix::PerChannel);
    auto* layers = find<QTableView>("quantReportTable");
    QTest::mouseClick(layers->viewport(), Qt::LeftButton, {},
                      layers->visualRect(layers->model()->index(0, 0)).center());
    QCOMPARE(workspace().selection().current(), report->layers.front().id);
    // The other way round: what is selected in the graph is selected here, and its advice stands ready.
    auto* leave = find<QPushButton>("leaveInFloatButton");
    const auto& second = report->layers[1];
    workspace().selection().set({second.id}, second.id);
    QCOMPARE(layers->selectionModel()->selectedRows().size(), 1);
    QCOMPARE(layers->selectionModel()->selectedRows().front().data(QuantReportModel::NodeRole).toUInt(),
             second.id.number);
    QVERIFY(leave->isEnabled() && leave->toolTip().contains(QString::fromStdString(second.node)));
    workspace().selection().clear();
    QVERIFY(layers->selectionModel()->selectedRows().isEmpty() && !leave->isEnabled());
    QTest::keyClick(layers, Qt::Key_Up); // by keyboard, from where the selection was
    QTRY_COMPARE(workspace().selection().current(), report->layers.front().id);
    // Bars of a row are shares of one scale: the largest error fills its cell.
    const auto share = [layers](int row, int column) {
        return layers->model()->index(row, column).data(BarShareRole).toDouble();
    };
    QCOMPARE(std::max(share(0, QuantReportModel::Weights), share(0, QuantReportModel::Error)), 1.0);
    QVERIFY(std::abs(share(0, QuantReportModel::Activations) / share(0, QuantReportModel::Weights) -
                     report->layers.front().activationsPercent / report->layers.front().weightsPercent) < 1e-9);
    shoot("culprits");
    // The cheapest remedy that goes to the cause is chosen already: it costs no speed and few bytes.
    auto* remedies = find<QTableWidget>("quantRemedies");
    QCOMPARE(report->fixes[std::size_t(remedies->currentRow())].fix, QuantizationFix::PerChannel);
    QVERIFY(remedies->item(remedies->currentRow(), 0)->font().bold());
    QVERIFY(report->fixes[std::size_t(remedies->currentRow())].bytes < std::int64_t(report->bytes) / 10);
    const auto cost = QuantReportModel::bytesChange(report->fixes[std::size_t(remedies->currentRow())].bytes);
    QVERIFY(find<QPushButton>("applyRemedyButton")->text().contains(cost));
    QVERIFY(find<QLabel>("remedyEffect")->text().contains(remedies->item(remedies->currentRow(), 1)->text()));
    // Leaving the worst layer in float is a click as well, and costs what the button says.
    QVERIFY(leave->text().contains(QuantReportModel::bytesChange(std::int64_t(report->layers.front().floatBytes))));
    QVERIFY(press("leaveInFloatButton"));
    QCOMPARE(workspace().model()->totals.bytes, report->bytes + report->layers.front().floatBytes);
    workspace().undoStack().undo();
    QVERIFY(m_bench->settle());
    QCOMPARE(workspace().current(), source);
    passes()->showParams(params);
    QVERIFY(press("findCulpritsButton", 300)); // of the model that is on the screen again
    const auto again = panel->model().report();
    QVERIFY(again && again->fixes[std::size_t(remedies->currentRow())].fix == QuantizationFix::PerChannel);
    QVERIFY(press("applyRemedyButton"));
    const auto mended = workspace().current();
    QVERIFY(mended != source && mended != first);
    // All of the model is in 8 bits, not only the layer that was selected.
    QVERIFY(workspace().model()->totals.bytes <= workspace().variants().front().record.parameterBytes);
    auto* tabs = find<QTabWidget>("centreTabs");
    tabs->setCurrentWidget(find<QWidget>("cutReportPanel"));
    QTRY_VERIFY(find<QLabel>("cutReportCaption")->text().contains(QStringLiteral("of at most 400.0 MB")));
    shoot("cut");
    workspace().evaluate({mended});
    QVERIFY(m_bench->settle());
    const auto* bad = workspace().variant(first);
    const auto* good = workspace().variant(mended);
    QVERIFY(bad && good && bad->agreement && good->agreement && bad->sqnrDb && good->sqnrDb);
    QVERIFY2(*good->sqnrDb > *bad->sqnrDb + 3,
             qPrintable(QStringLiteral("%1 dB, %2 dB").arg(*good->sqnrDb).arg(*bad->sqnrDb)));
    QVERIFY(good->agreement->percent >= bad->agreement->percent);
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

/// One scale for every weight, in the Compress panel: what ruins the weak layer.
void TestQuantWindow::showCoarseScales() {
    passes()->setPass(QStringLiteral("quantize.int8"));
    auto params = passes()->form()->params();
    params["per_channel"] = false;
    params["reduce_range"] = "off";
    passes()->showParams(params);
}

void TestQuantWindow::chooseLimit(GuardLimit::Kind kind, double value) {
    auto* kinds = find<QComboBox>("guardLimitKind");
    kinds->setCurrentIndex(kinds->findData(int(kind)));
    find<QDoubleSpinBox>("guardLimitValue")->setValue(value);
}

void TestQuantWindow::aLimitThatHolds_data() {
    QTest::addColumn<int>("kind");
    QTest::addColumn<double>("value");
    QTest::newRow("drop") << int(GuardLimit::Kind::Drop) << 0.5;
    QTest::newRow("error") << int(GuardLimit::Kind::Error) << 1.0;
    QTest::newRow("dB") << int(GuardLimit::Kind::Sqnr) << 20.0;
}

void TestQuantWindow::aLimitThatHolds() {
    QFETCH(int, kind);
    QFETCH(double, value);
    const bool accuracy = kind == int(GuardLimit::Kind::Drop);
    QVERIFY(useData("calibration", 48));
    auto* kinds = find<QComboBox>("guardLimitKind");
    find<QAction>("quantGuard")->trigger();
    auto* page = find<GuardPage>("guardPage");
    QVERIFY(page->isVisible() && find<QLabel>("guardNothing")->isVisible());
    // Without labels the output is what can be guarded.
    QCOMPARE(kinds->currentData().toInt(), int(GuardLimit::Kind::Error));
    QVERIFY(useData("evaluation", 200));
    QTRY_COMPARE(kinds->currentData().toInt(), int(GuardLimit::Kind::Drop));
    if (accuracy)
        shoot("guard-empty");
    showCoarseScales();
    chooseLimit(GuardLimit::Kind(kind), value);
    const auto source = workspace().current();
    const auto node = convolution(1);
    workspace().selection().set({node}, node); // must not matter
    QVERIFY(press("guardButton", 300));
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
    const auto outcome = page->model().outcome();
    QVERIFY(outcome);
    const auto& result = outcome->result;
    QVERIFY(!result.measurements.front().met); // everything in 8 bits loses too much
    QVERIFY(result.met && !result.floatLayers.empty());
    auto* table = find<QTableView>("guardTable");
    QCOMPARE(table->model()->rowCount(), int(result.measurements.size()));
    for (int row = 0; row < table->model()->rowCount(); ++row) {
        const bool chosen = row == int(result.chosen);
        QCOMPARE(table->model()->index(row, 0).data(Qt::FontRole).value<QFont>().bold(), chosen);
        QCOMPARE(table->selectionModel()->isRowSelected(row), chosen);
    }
    auto* layers = find<QTableWidget>("guardLayers");
    QCOMPARE(layers->rowCount(), int(result.floatLayers.size()));
    QVERIFY(layers->item(0, 2)->text().startsWith(u'+'));
    // What 8 bits would cost there, in the units of the limit.
    const auto unit = accuracy                               ? QStringLiteral("points")
                      : kind == int(GuardLimit::Kind::Error) ? QStringLiteral("%")
                                                             : QStringLiteral("dB");
    QVERIFY2(layers->item(0, 3)->text().contains(unit), qPrintable(layers->item(0, 3)->text()));
    // A click on the layer selects it in the graph, and a node selected there its row.
    const auto place = [layers] { return layers->visualItemRect(layers->item(0, 0)).center(); };
    QTest::mouseClick(layers->viewport(), Qt::LeftButton, {}, place());
    QCOMPARE(workspace().selection().current().number, layers->item(0, 0)->data(Qt::UserRole).toUInt());
    workspace().selection().set({node}, node);
    QCOMPARE(layers->selectionModel()->hasSelection(),
             layers->item(0, 0)->data(Qt::UserRole).toUInt() == node.number || layers->rowCount() > 1);
    QVERIFY(find<QLabel>("guardCaption")->text().contains(QStringLiteral(" holds with ")));
    shoot(QTest::currentDataTag() == QByteArray("drop") ? "guard" : "guard-output");
    // The variant has both steps, is what was measured, and holds the limit when it is evaluated like any other.
    const auto promised = result.measurements[result.chosen];
    const std::size_t steps = result.halfStep ? 2 : 1;
    QCOMPARE(promised.weightBits, steps == 2 ? 16 : 32);
    QVERIFY(press("makeGuardedButton"));
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
    const auto made = workspace().current();
    QVERIFY(made != source);
    QCOMPARE(workspace().variants().size(), std::size_t(2));
    QCOMPARE(workspace().variant(made)->record.recipe["steps"].array().size(), steps);
    QCOMPARE(workspace().model()->totals.bytes, promised.bytes);
    QVERIFY(!page->model().outcome()); // this is another model
    workspace().evaluate({source, made});
    QVERIFY(m_bench->settle());
    const auto *before = workspace().variant(source), *after = workspace().variant(made);
    QVERIFY(before->top1 && after->top1 && after->sqnrDb);
    if (accuracy) {
        QCOMPARE(after->top1->percent, promised.top1->percent);
        QVERIFY(before->top1->percent - after->top1->percent <= value + 1e-9);
    } else {
        QVERIFY2(*after->sqnrDb > 18, qPrintable(QString::number(*after->sqnrDb))); // other samples than were guarded
    }
    workspace().undoStack().undo();
    QVERIFY(m_bench->settle());
    QCOMPARE(workspace().current(), source);
}

void TestQuantWindow::aLimitNobodyHolds() {
    QVERIFY(useData("calibration", 16));
    find<QAction>("quantGuard")->trigger();
    chooseLimit(GuardLimit::Kind::Error, 0);
    find<QCheckBox>("guardSixteenBits")->setChecked(false);
    QVERIFY(press("guardButton", 300));
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
    const auto outcome = find<GuardPage>("guardPage")->model().outcome();
    QVERIFY(outcome && !outcome->result.met);
    QVERIFY(std::ranges::none_of(outcome->result.measurements, &GuardMeasurement::met));
    auto* make = find<QPushButton>("makeGuardedButton");
    QVERIFY(!make->isEnabled() && make->toolTip().contains(QStringLiteral("limit")));
    QVERIFY(find<QLabel>("guardCaption")->text().contains(make->toolTip()));
    shoot("guard-notmet");
}

void TestQuantWindow::stopsAGuard() {
    QVERIFY(useData("calibration", 64));
    find<QAction>("quantGuard")->trigger();
    auto* button = find<QPushButton>("guardButton");
    const auto idle = button->text();
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(button->text() != idle && button->isEnabled());
    QVERIFY(!find<QComboBox>("guardLimitKind")->isVisible());
    QVERIFY(!find<QComboBox>("guardSamples")->isVisible());
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(m_bench->settle());
    QCOMPARE(button->text(), idle);
    QVERIFY(!find<GuardPage>("guardPage")->model().outcome());
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

QTEST_MAIN(TestQuantWindow)
#include "tst_quantwindow.moc"
