// SPDX-License-Identifier: GPL-3.0-or-later
// Choosing what to cut with mouse and keys, on the sample network: analyse, budget, drag, apply, look at the report.
#include "tests/ui/journeys/windowbench.h"

#include "ui/charts/heatmap.h"
#include "ui/charts/sensitivityplots.h"
#include "ui/forms/paramform.h"
#include "ui/graphview/graphview.h"
#include "ui/models/decorbuilder.h"
#include "ui/panels/budgetbar.h"
#include "ui/panels/budgetslider.h"
#include "ui/panels/cutreportpanel.h"
#include "ui/panels/kernelview.h"
#include "ui/panels/passpanel.h"
#include "ui/panels/sensitivitypanel.h"

#include <QAction>
#include <QComboBox>
#include <QDockWidget>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QTabWidget>
#include <QTableView>
#include <QTest>

using namespace lapidary;
using namespace lapidary::test;

class TestCutting : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void nothingWithoutData();
    void analyseAndLook();
    void budgetByMeasuredLoss();
    void budgetByEstimate();
    void stopsAndGoesOn();
    void dragAWidthBar();
    void widthsByKeyboard();
    void reportOfWhatWasCut();

private:
    template <typename T>
    T* find(const char* name) {
        return m_bench->find<T>(name);
    }
    Workspace& workspace() { return m_bench->workspace(); }
    GraphView* graph() { return find<GraphView>("graphView"); }
    SensitivityPlots* plots() { return find<SensitivityPlots>("sensitivityPlots"); }
    PassPanel* passes() { return find<PassPanel>("passPanel"); }
    ParamSet params() { return passes()->form()->params(); }
    bool useData(int images = 32);
    bool analyse();
    bool showBars();
    bool previewSettled();
    double share(const std::string& layer);
    /// Kept channels of a node in the present preview; -1 without any.
    std::int64_t kept(NodeId node);
    std::vector<NodeId> convolutions();
    std::uint32_t graphChannels(NodeId node) {
        return graph()->picture()->picture().nodes[*graph()->picture()->indexOf(node.number)].channels;
    }

    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<WindowBench> m_bench;
    QStringList m_problems;
};

void TestCutting::init() {
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
    graph()->setAnimated(false);
    QVERIFY(m_bench->settle());
    QVERIFY(m_bench->open(resourcesFolder() / "sample" / "fashion.onnx"));
    passes()->setPass(QStringLiteral("prune.channels"));
}

void TestCutting::cleanup() {
    m_bench.reset();
    m_home.reset();
}

bool TestCutting::useData(int images) {
    workspace().setDataset("calibration", QString::fromStdString(writeFigures(m_home->path(), images).string()));
    return waitUntil([&] { return workspace().hasDataset("calibration"); }) && m_bench->settle();
}

/// Repair takes time and is not what is looked at here.
bool TestCutting::analyse() {
    auto plain = params();
    plain["repair"] = "none";
    passes()->showParams(plain);
    auto* button = find<QPushButton>("analyseSensitivityButton");
    if (!button->isEnabled())
        return false;
    find<QAction>("analyseSensitivity")->trigger();
    return m_bench->settle(120) && !plots()->curves().isEmpty();
}

bool TestCutting::previewSettled() {
    return waitUntil([&] { return workspace().preview() && !passes()->budget()->isSearching(); }, 20);
}

bool TestCutting::showBars() {
    find<QTabWidget>("centreTabs")->setCurrentIndex(0);
    graph()->resetZoom();
    workspace().couplings();
    return m_bench->settle();
}

double TestCutting::share(const std::string& layer) {
    return params().at("layer_ratios")[layer].toDouble(-1);
}

std::int64_t TestCutting::kept(NodeId node) {
    if (workspace().preview())
        for (const auto& plan : workspace().preview()->nodes)
            if (plan.node == node && plan.channels > 0)
                return std::int64_t(plan.channels) - std::int64_t(plan.removed.size());
    return -1;
}

std::vector<NodeId> TestCutting::convolutions() {
    std::vector<NodeId> ids;
    for (const auto& node : workspace().model()->model->graph->nodes())
        if (node->is("Conv"))
            ids.push_back(node->id);
    return ids;
}

void TestCutting::nothingWithoutData() {
    auto* button = find<QPushButton>("analyseSensitivityButton");
    QVERIFY(!button->isEnabled());
    QVERIFY(button->toolTip().contains(QStringLiteral("data")));
    QVERIFY(!find<QAction>("analyseSensitivity")->isEnabled());
    QVERIFY(find<QAction>("analyseSensitivity")->toolTip().contains(QStringLiteral("Not now")));
    // The legend says how to get what is not there.
    auto* overlay = find<QComboBox>("overlayCombo");
    overlay->setCurrentIndex(overlay->findData(int(Overlay::Sensitivity)));
    QVERIFY(!graph()->decor()->legend.hasScale);
    QVERIFY(QString::fromStdString(graph()->decor()->legend.note).contains(QStringLiteral("F7")));
}

void TestCutting::analyseAndLook() {
    QVERIFY(useData());
    QVERIFY(analyse());
    QVERIFY(find<QDockWidget>("sensitivityDock")->isVisible());
    const auto& curves = plots()->curves();
    QVERIFY(curves.size() >= 3);
    for (const auto& curve : curves) {
        QCOMPARE(curve.points.size(), 6);
        QCOMPARE(curve.pointTexts.size(), 6);
        QVERIFY(curve.points.last().y() >= 0);
    }
    QVERIFY(find<QLabel>("sensitivityCaption")->text().contains(QStringLiteral("measured on 32 samples")));
    // Ratio 0.25 of the form is marked in every plot.
    QVERIFY(previewSettled());
    for (const auto& curve : plots()->curves())
        QVERIFY2(std::abs(curve.chosen - 0.25) < 0.07, qPrintable(QString::number(curve.chosen)));
    // One selection.
    QTest::mouseClick(plots()->viewport(), Qt::LeftButton, {}, plots()->cellRect(curves[1].id).center());
    QCOMPARE(workspace().selection().nodes(), std::set<NodeId>{NodeId{curves[1].id.toUInt()}});
    QVERIFY(graph()->selection().contains(curves[1].id.toUInt()));
    workspace().selection().set({NodeId{curves[0].id.toUInt()}});
    QCOMPARE(plots()->selectedIds(), QStringList{curves[0].id});
    // Other losses, and the graph in their colours.
    auto* loss = find<QComboBox>("sensitivityLoss");
    QCOMPARE(loss->count(), 3);
    auto* overlay = find<QComboBox>("overlayCombo");
    overlay->setCurrentIndex(overlay->findData(int(Overlay::Sensitivity)));
    QVERIFY(graph()->decor()->legend.hasScale);
    const auto title = graph()->decor()->legend.title;
    const auto tops = plots()->scaleTop();
    loss->setCurrentIndex(loss->findData(int(LossMeasure::OutputError)));
    QVERIFY(graph()->decor()->legend.title != title);
    QVERIFY(!graph()->decor()->legend.predicted);
    QVERIFY(plots()->scaleTop() != tops);
    find<QComboBox>("sensitivityOrder")->setCurrentIndex(1);
    const auto shown = plots()->shownIds();
    QVERIFY(shown.size() == curves.size());
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

void TestCutting::budgetByMeasuredLoss() {
    QVERIFY(useData());
    QVERIFY(analyse());
    const auto source = workspace().current();
    auto* budget = passes()->budget();
    auto* slider = find<BudgetSlider>("budgetSlider");
    QVERIFY(budget->isMeasured() && slider->isEnabled());
    slider->setFocus();
    std::uint64_t before = workspace().model()->totals.macs;
    for (const double factor : {1.25, 1.5, 2.0}) {
        while (slider->value() < int(factor * 100))
            QTest::keyClick(slider, Qt::Key_Right);
        QVERIFY(previewSettled());
        const auto& preview = *workspace().preview();
        QVERIFY2(double(preview.after.macs) <= double(preview.before.macs) / factor * 1.0001,
                 qPrintable(QStringLiteral("%1 of %2").arg(preview.after.macs).arg(preview.before.macs)));
        QVERIFY(preview.after.macs < before);
        before = preview.after.macs;
    }
    // The loss is an estimate and says so.
    QVERIFY(find<QLabel>("budgetCaption")->text().contains(u'≈'));
    QVERIFY(!find<QLabel>("budgetCaption")->text().contains(QStringLiteral("≈ 0 nats")));
    // Curves show the shares that are in the form, and the form is what would be applied.
    QCOMPARE(params().at("ratio").toDouble(-1), 0.0);
    QVERIFY(!params().at("layer_ratios").object().empty());
    int marked = 0;
    for (const auto& curve : plots()->curves())
        marked += std::isfinite(curve.chosen) ? 1 : 0;
    QVERIFY(marked > 0);
    // Selecting a layer does not narrow what the budget is for.
    const auto promised = workspace().preview()->after;
    QTest::mouseClick(plots()->viewport(), Qt::LeftButton, {}, plots()->cellRect(plots()->curves()[0].id).center());
    QTest::qWait(50);
    QCOMPARE(workspace().preview()->after.macs, promised.macs);
    QTest::mouseClick(find<QPushButton>("applyButton"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(workspace().variants().size(), std::size_t(2), 30000);
    QVERIFY(m_bench->settle());
    QVERIFY(workspace().current() != source);
    QCOMPARE(workspace().model()->totals.macs, promised.macs);
    QCOMPARE(workspace().model()->totals.parameters, promised.parameters);
    QVERIFY(!budget->isActive()); // of the new variant nothing is asked yet
    QVERIFY(params().at("layer_ratios").object().empty());
    // Back at the source its curves are still there.
    QVERIFY(plots()->curves().isEmpty());
    workspace().setCurrent(source);
    QVERIFY(m_bench->settle());
    QVERIFY(!plots()->curves().isEmpty());
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

void TestCutting::budgetByEstimate() {
    auto* budget = passes()->budget();
    QVERIFY(!budget->isMeasured());
    const auto plain = params();
    budget->setFactor(1.5);
    QVERIFY(budget->isActive());
    QCOMPARE(params().at("target"), Json("macs"));
    QVERIFY(previewSettled());
    const auto& preview = *workspace().preview();
    QTRY_VERIFY(double(workspace().preview()->after.macs) <= double(preview.before.macs) / 1.5);
    // Parameters instead.
    auto* measure = find<QComboBox>("budgetMeasure");
    measure->setCurrentIndex(measure->findData(int(BudgetMeasure::Parameters)));
    QTRY_VERIFY(workspace().preview() && double(workspace().preview()->after.parameters) <=
                                             double(workspace().preview()->before.parameters) / 1.5);
    QCOMPARE(params().at("target"), Json("parameters"));
    // Without a profile there is no latency to count.
    measure->setCurrentIndex(measure->findData(int(BudgetMeasure::Latency)));
    QVERIFY(!find<BudgetSlider>("budgetSlider")->isEnabled());
    QVERIFY(find<QLabel>("budgetCaption")->text().contains(QStringLiteral("F5")));
    measure->setCurrentIndex(0);
    budget->setFactor(1);
    QVERIFY(!budget->isActive());
    QVERIFY(params() == plain);
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

void TestCutting::stopsAndGoesOn() {
    QVERIFY(useData());
    auto* button = find<QPushButton>("analyseSensitivityButton");
    const auto idle = button->text();
    QTest::mouseClick(button, Qt::LeftButton); // with repair: takes a while
    QVERIFY(button->text() != idle);
    QTest::qWait(300);
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(m_bench->settle());
    QCOMPARE(button->text(), idle);
    QVERIFY(button->isEnabled());
    QTest::mouseClick(button, Qt::LeftButton);
    QVERIFY(m_bench->settle(180));
    QVERIFY(!plots()->curves().isEmpty());
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

void TestCutting::dragAWidthBar() {
    QVERIFY(showBars());
    const auto layers = convolutions();
    const auto node = layers[1];
    const auto name = displayName(*workspace().model()->model->graph->node(node));
    QVERIFY(previewSettled());
    QVERIFY(graph()->ensureVisible(node.number));
    const auto handle = graph()->widthHandle(node.number);
    QVERIFY(handle);
    const auto before = kept(node);
    QVERIFY(before > 0);
    const auto from = handle->center().toPoint();
    QTest::mousePress(graph()->viewport(), Qt::LeftButton, {}, from);
    QTest::mouseMove(graph()->viewport(), from - QPoint(12, 0));
    QTRY_VERIFY(kept(node) > 0 && kept(node) < before);
    QVERIFY(share(name) > 0.25);
    // Escape takes it all back.
    QTest::keyClick(graph(), Qt::Key_Escape);
    QTest::mouseRelease(graph()->viewport(), Qt::LeftButton, {}, from);
    QTRY_COMPARE(kept(node), before);
    QCOMPARE(share(name), -1.0);
    // Once more, and this time it stays; what is drawn follows.
    const auto drawn = graph()->viewport()->grab().toImage();
    QTest::mousePress(graph()->viewport(), Qt::LeftButton, {}, from);
    QTest::mouseMove(graph()->viewport(), from - QPoint(8, 0));
    QTest::mouseMove(graph()->viewport(), from - QPoint(14, 0));
    QTest::mouseRelease(graph()->viewport(), Qt::LeftButton, {}, from - QPoint(14, 0));
    QTRY_VERIFY(kept(node) > 0 && kept(node) < before);
    QTRY_VERIFY(graph()->viewport()->grab().toImage() != drawn);
    const auto promised = workspace().preview()->after;
    QTest::mouseClick(find<QPushButton>("applyButton"), Qt::LeftButton);
    QTRY_COMPARE_WITH_TIMEOUT(workspace().variants().size(), std::size_t(2), 30000);
    QVERIFY(m_bench->settle());
    QCOMPARE(workspace().model()->totals.macs, promised.macs);
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

void TestCutting::widthsByKeyboard() {
    QVERIFY(showBars());
    QVERIFY(!find<QAction>("narrower")->isEnabled()); // nothing is selected
    const auto node = convolutions()[1];
    workspace().selection().set({node}, node);
    QVERIFY(m_bench->settle());
    QVERIFY(previewSettled());
    auto* narrower = find<QAction>("narrower");
    QVERIFY2(narrower->isEnabled(), qPrintable(narrower->toolTip()));
    const auto before = kept(node);
    QTest::keyClick(&m_bench->window(), Qt::Key_Left, Qt::AltModifier | Qt::ShiftModifier);
    QTRY_COMPARE(kept(node), before - 1);
    QTest::keyClick(&m_bench->window(), Qt::Key_Right, Qt::AltModifier | Qt::ShiftModifier);
    QTRY_COMPARE(kept(node), before);
    // By multiples of the hardware, if the form says so.
    auto eights = params();
    eights["multiple"] = 8;
    passes()->showParams(eights);
    QTRY_VERIFY(kept(node) % 8 == 0 || kept(node) == -1); // -1: rounding kept them all
    const auto rounded = kept(node) == -1 ? std::int64_t(graphChannels(node)) : kept(node);
    QVERIFY(rounded % 8 == 0 && rounded > 8);
    narrower->trigger();
    QTRY_COMPARE(kept(node), rounded - 8);
    // What cannot be thinned says why: the layer that makes the model's output.
    NodeId last;
    for (const auto& one : workspace().model()->model->graph->nodes())
        if (one->is("Gemm") || one->is("MatMul"))
            last = one->id;
    QVERIFY(last.valid());
    workspace().selection().set({last}, last);
    QVERIFY(!narrower->isEnabled());
    QVERIFY2(narrower->toolTip().contains(QStringLiteral("Stays whole")), qPrintable(narrower->toolTip()));
}

void TestCutting::reportOfWhatWasCut() {
    QVERIFY(useData());
    auto* tabs = find<QTabWidget>("centreTabs");
    auto* panel = find<CutReportPanel>("cutReportPanel");
    find<QAction>("cutReport")->trigger();
    QCOMPARE(tabs->currentWidget(), panel);
    QVERIFY(find<QLabel>("cutReportNothing")->isVisible()); // a source was not cut
    const auto id = m_bench->make(workspace().current(), "prune.channels", {{"ratio", Json(0.5)}});
    QVERIFY2(id > 0, qPrintable(m_problems.join(u'\n')));
    QTRY_VERIFY(panel->isSettled() && panel->model().rowCount() > 0);
    auto* table = find<QTableView>("cutReportTable");
    QVERIFY(table->isVisible());
    QVERIFY(find<QLabel>("cutReportCaption")->text().contains(QStringLiteral("largest error")));
    // Sorted by error: falling, from a layer that has one.
    table->sortByColumn(CutReportModel::Error, Qt::DescendingOrder);
    double last = 1e300;
    for (int row = 0; row < table->model()->rowCount(); ++row) {
        const double error =
            table->model()->index(row, CutReportModel::Error).data(CutReportModel::SortRole).toDouble();
        QVERIFY(error <= last);
        last = error;
    }
    // A row selects its node, and a node its row; kernels follow.
    table->sortByColumn(CutReportModel::Share, Qt::DescendingOrder);
    const auto top = table->model()->index(0, CutReportModel::Name);
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->visualRect(top).center());
    const auto name = table->model()->index(0, CutReportModel::Name).data().toString();
    QCOMPARE(workspace().selection().nodes().size(), std::size_t(1));
    QCOMPARE(displayName(*workspace().model()->model->graph->node(*workspace().selection().nodes().begin())),
             name.toStdString());
    auto* before = find<KernelView>("kernelsBefore");
    auto* after = find<KernelView>("kernelsAfter");
    QTRY_VERIFY(before->isSettled() && after->isSettled());
    QVERIFY(before->map()->grid().tiles > after->map()->grid().tiles);
    QVERIFY(find<QLabel>("kernelsBeforeTitle")->text().contains(QStringLiteral("struck out")));
    const auto struck = before->map()->grab().toImage();
    before->map()->setStruck({}, {});
    QVERIFY(before->map()->grab().toImage() != struck);
    workspace().selection().set({convolutions()[2]}, convolutions()[2]);
    QTRY_VERIFY(find<QLabel>("kernelsAfterTitle")
                    ->text()
                    .contains(QString::fromStdString(
                        displayName(*workspace().model()->model->graph->node(convolutions()[2])))));
    // The graph in the colours of the errors.
    auto* overlay = find<QComboBox>("overlayCombo");
    overlay->setCurrentIndex(overlay->findData(int(Overlay::Error)));
    QVERIFY(graph()->decor()->legend.hasScale);
    QVERIFY(QString::fromStdString(graph()->decor()->legend.title).contains(QStringLiteral("Prune channels")));
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

QTEST_MAIN(TestCutting)
#include "tst_cutting.moc"
