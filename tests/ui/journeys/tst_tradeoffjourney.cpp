// SPDX-License-Identifier: GPL-3.0-or-later
// Deciding which variant to ship: a row of them from one sweep, measured, weighed against a limit, found again later.
#include "tests/ui/journeys/windowbench.h"

#include "ui/charts/parallelplot.h"
#include "ui/charts/tradeoffplot.h"
#include "ui/models/varianttreemodel.h"
#include "ui/panels/sweepdialog.h"
#include "ui/panels/variantspanel.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHeaderView>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QMouseEvent>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTest>
#include <QToolButton>
#include <QTreeView>

#include <algorithm>

using namespace lapidary;
using namespace lapidary::test;

class TestTradeoffJourney : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void sweepMeasureAndDecide();
    void sweepIsStopped();
    void tagsAndNotesStay();
    void filterAndSort();

private:
    QTreeView* tree() { return m_bench->find<QTreeView>("variantsTree"); }
    VariantTreeModel* model() { return static_cast<VariantTreeModel*>(tree()->model()); }
    VariantsPanel* panel() { return m_bench->find<VariantsPanel>("variantsPanel"); }
    QString text(const char* name) { return m_bench->find<QLabel>(name)->text(); }
    SweepDialog* openSweep();
    bool sweep(double from, double to, int count, bool measure);
    void dragLimit(TradeoffPlot* plot, double towards);

    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<WindowBench> m_bench;
    QStringList m_problems;
};

void TestTradeoffJourney::init() {
    failOnWarnings();
    m_home = std::make_unique<TempDir>();
    useHome(m_home->path());
    m_problems.clear();
    m_bench = std::make_unique<WindowBench>();
    connect(&m_bench->workspace(), &Workspace::message, this,
            [this](const Diagnostic& problem) { m_problems.append(QString::fromStdString(problem.toString())); });
    m_bench->window().show();
    m_bench->window().activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&m_bench->window()));
    QVERIFY(m_bench->settle());
    QVERIFY(m_bench->open(resourcesFolder() / "sample" / "fashion.onnx"));
}

void TestTradeoffJourney::cleanup() {
    m_bench.reset();
    m_home.reset();
}

SweepDialog* TestTradeoffJourney::openSweep() {
    QTest::keyClick(&m_bench->window(), Qt::Key_W, Qt::ControlModifier | Qt::AltModifier);
    return m_bench->window().findChild<SweepDialog*>(QStringLiteral("sweepDialog"));
}

bool TestTradeoffJourney::sweep(double from, double to, int count, bool measure) {
    auto* dialog = openSweep();
    if (!dialog)
        return false;
    const auto choose = [&](const char* name, const char* data) {
        auto* combo = dialog->findChild<QComboBox*>(QLatin1String(name));
        combo->setCurrentIndex(combo->findData(QLatin1String(data)));
    };
    choose("sweepPass", "prune.channels");
    choose("sweepParameter", "ratio");
    dialog->findChild<QDoubleSpinBox*>(QStringLiteral("sweepFrom"))->setValue(from);
    dialog->findChild<QDoubleSpinBox*>(QStringLiteral("sweepTo"))->setValue(to);
    dialog->findChild<QSpinBox*>(QStringLiteral("sweepCount"))->setValue(count);
    auto* evaluate = dialog->findChild<QCheckBox*>(QStringLiteral("sweepEvaluate"));
    evaluate->setChecked(measure && evaluate->isEnabled());
    dialog->findChild<QCheckBox*>(QStringLiteral("sweepProfile"))->setChecked(measure);
    auto* run = dialog->findChild<QPushButton*>(QStringLiteral("sweepRun"));
    const bool previewed = dialog->findChild<QListWidget*>(QStringLiteral("sweepNames"))->count() == count;
    QTest::mouseClick(run, Qt::LeftButton);
    m_bench->window().activateWindow(); // as window managers do when a dialog closes
    return previewed && QTest::qWaitForWindowActive(&m_bench->window());
}

void TestTradeoffJourney::dragLimit(TradeoffPlot* plot, double towards) {
    auto* canvas = plot->focusProxy();
    // Two variants give the way from numbers to pixels; the line is taken hold of just above the axis.
    const auto points = plot->points();
    const auto [least, most] =
        std::minmax_element(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
    const double left = plot->positionOf(least->id).x();
    const double perUnit = (plot->positionOf(most->id).x() - left) / (most->x - least->x);
    const auto pixel = [&](double value) { return left + (value - least->x) * perUnit; };
    const double y = canvas->height() - 70;
    const QPointF from(pixel(*plot->limit()), y);
    const QPointF to(pixel(towards), y);
    QTest::mousePress(canvas, Qt::LeftButton, {}, from.toPoint());
    for (int part = 1; part <= 4; ++part) {
        const QPointF at = from + (to - from) * part / 4.0;
        QMouseEvent move(QEvent::MouseMove, at, canvas->mapToGlobal(at), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(canvas, &move);
    }
    QTest::mouseRelease(canvas, Qt::LeftButton, {}, to.toPoint());
}

void TestTradeoffJourney::sweepMeasureAndDecide() {
    auto& workspace = m_bench->workspace();
    const auto source = workspace.current();
    workspace.setDataset("evaluation", QString::fromStdString(writeFigures(m_home->path(), 100).string()));
    QTRY_VERIFY(workspace.hasDataset("evaluation"));
    QVERIFY(m_bench->settle());
    int jobs = 0;
    connect(&workspace.jobs(), &JobManager::started, this,
            [&](const Job* job) { jobs += job->title().startsWith(QStringLiteral("Sweep")) ? 1 : 0; });
    QVERIFY2(sweep(0.2, 0.8, 4, true), "the dialog does not list what it will make");
    QVERIFY(m_bench->settle(240));
    QCOMPARE(jobs, 1);
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
    QCOMPARE(workspace.variants().size(), std::size_t(5));
    QCOMPARE(workspace.current(), source);
    QVERIFY(m_bench->named("prune 40 %") > 0);
    for (const auto& variant : workspace.variants())
        if (variant.record.id != source) {
            QCOMPARE(variant.record.parent, source);
            QVERIFY(variant.latency && variant.agreement);
        }
    QVERIFY(sweep(0.2, 0.8, 4, false)); // the same once more makes nothing new
    QVERIFY(m_bench->settle(60));
    QCOMPARE(workspace.variants().size(), std::size_t(5));

    auto* tabs = m_bench->find<QTabWidget>("centreTabs");
    tabs->setCurrentWidget(m_bench->find<QWidget>("tradeoffsPanel"));
    const auto choose = [&](const char* name, const char* data) {
        auto* combo = m_bench->find<QComboBox>(name);
        combo->setCurrentIndex(combo->findData(QLatin1String(data)));
    };
    choose("tradeoffX", "macs");
    choose("tradeoffY", "agreement");
    auto* plot = m_bench->find<TradeoffPlot>("tradeoffPlot");
    QCOMPARE(plot->points().size(), 5);
    plot->setFocus();
    QTest::keyClick(plot->focusProxy(), Qt::Key_L);
    QVERIFY(plot->limit());
    // Between the second and the third by MACs.
    auto points = plot->points();
    std::sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
    const double wanted = (points[1].x + points[2].x) / 2;
    dragLimit(plot, wanted);
    QVERIFY2(*plot->limit() > points[1].x && *plot->limit() < points[2].x, qPrintable(QString::number(*plot->limit())));
    QVERIFY(qAbs(m_bench->find<QDoubleSpinBox>("limitAcross")->value() - *plot->limit()) < 0.01);
    // The best inside by an independent look.
    const auto best = points[0].y > points[1].y ? points[0] : points[1];
    QCOMPARE(plot->bestId(), best.id);
    QVERIFY2(text("limitBest").contains(best.name), qPrintable(text("limitBest")));
    QTest::keyClick(plot->focusProxy(), Qt::Key_Return);
    QCOMPARE(plot->selectedIds(), QStringList{best.id});
    QCOMPARE(panel()->selected(), QList<VariantId>{best.id.toLongLong()});
    QTest::keyClick(plot->focusProxy(), Qt::Key_Return);
    QTRY_COMPARE(workspace.current(), best.id.toLongLong());
    QVERIFY(m_bench->settle());

    // The same question on parallel axes: a range of one axis selects.
    m_bench->find<QToolButton>("parallelToggle")->click();
    auto* parallel = m_bench->find<ParallelPlot>("parallelPlot");
    QVERIFY(parallel->axisOrder().contains(QStringLiteral("macs")));
    QCOMPARE(parallel->keptIds().size(), 5);
    const QPoint from = parallel->positionOf(QStringLiteral("macs"), points[0].x).toPoint() - QPoint(0, 3);
    const QPoint to = parallel->positionOf(QStringLiteral("macs"), (points[1].x + points[2].x) / 2).toPoint();
    QTest::mousePress(parallel, Qt::LeftButton, {}, from);
    for (int part = 1; part <= 4; ++part) {
        const QPointF at = QPointF(from) + QPointF(to - from) * part / 4.0;
        QMouseEvent move(QEvent::MouseMove, at, parallel->mapToGlobal(at), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(parallel, &move);
    }
    QTest::mouseRelease(parallel, Qt::LeftButton, {}, to);
    QCOMPARE(parallel->selectedIds().size(), 2);
    QCOMPARE(panel()->selected().size(), 2);
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

/// What was made before the stop stays, and the list shows it.
void TestTradeoffJourney::sweepIsStopped() {
    auto& workspace = m_bench->workspace();
    QVERIFY(sweep(0.05, 0.9, 60, false));
    QTRY_VERIFY_WITH_TIMEOUT(!workspace.session()->project().variants()->empty() &&
                                 workspace.session()->project().variants()->size() >= 3,
                             30000);
    workspace.jobs().cancelAll();
    QVERIFY(m_bench->settle());
    const auto made = workspace.session()->project().variants()->size();
    QVERIFY(made < 61);
    QCOMPARE(workspace.variants().size(), made);
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

void TestTradeoffJourney::tagsAndNotesStay() {
    auto& workspace = m_bench->workspace();
    const auto id = workspace.current();
    const auto answer = [](const QString& text) {
        QTimer::singleShot(50, qApp, [text] {
            auto* dialog = qobject_cast<QInputDialog*>(QApplication::activeModalWidget());
            if (!dialog)
                qFatal("no question was asked");
            dialog->setTextValue(text);
            dialog->accept();
        });
    };
    answer(QStringLiteral("ship, best"));
    m_bench->find<QAction>("variantTags")->trigger();
    QCOMPARE(model()->indexOf(id).data(VariantTreeModel::TagsRole).toStringList(),
             (QStringList{QStringLiteral("best"), QStringLiteral("ship")}));
    m_bench->find<QAction>("variantColourRed")->trigger();
    panel()->looks().edit({id}, QStringLiteral("note"), [](VariantLook& look) { look.note = "Goes out in May"; });
    QVERIFY(m_bench->settle());
    QCOMPARE(workspace.variant(id)->record.note, std::string("Goes out in May"));
    m_bench->find<QAction>("undo")->trigger();
    QVERIFY(m_bench->settle());
    QVERIFY(workspace.variant(id)->record.note.empty());
    QVERIFY(model()->indexOf(id).data(VariantTreeModel::ColorRole).isValid());

    const auto folder = workspace.projectFolder();
    m_bench.reset();
    m_bench = std::make_unique<WindowBench>();
    m_bench->window().show();
    m_bench->workspace().openProject(folder);
    QVERIFY(waitUntil([&] { return m_bench->workspace().model() != nullptr; }) && m_bench->settle());
    QCOMPARE(model()->indexOf(id).data(VariantTreeModel::TagsRole).toStringList().size(), 2);
    QVERIFY(model()->indexOf(id).data(VariantTreeModel::ColorRole).isValid());
}

void TestTradeoffJourney::filterAndSort() {
    QVERIFY(sweep(0.2, 0.8, 4, false));
    QVERIFY(m_bench->settle(60));
    QTest::keyClick(&m_bench->window(), Qt::Key_L, Qt::ControlModifier | Qt::ShiftModifier);
    auto* field = m_bench->find<QLineEdit>("variantsFilter");
    QTRY_VERIFY(field->hasFocus());
    QTest::keyClicks(field, QStringLiteral("prune file<300KiB"));
    QTest::keyClick(field, Qt::Key_Return);
    int small = 0;
    for (const auto& variant : m_bench->workspace().variants())
        small += variant.record.parent > 0 && variant.record.fileBytes < 300 * 1024 ? 1 : 0;
    QVERIFY(small > 0 && small < 4);
    QCOMPARE(model()->foundCount(), small);
    QVERIFY(text("variantsStatus").contains(QString::number(small)));
    field->clear();
    QTRY_COMPARE(model()->foundCount(), 5);

    auto* header = tree()->header();
    const QPoint size(header->sectionViewportPosition(VariantTreeModel::Size) + 20, header->height() / 2);
    const auto sizes = [&] {
        std::vector<double> all;
        const auto root = model()->index(0, 0);
        for (int row = 0; row < model()->rowCount(root); ++row)
            all.push_back(
                model()->index(row, VariantTreeModel::Size, root).data(VariantTreeModel::SortRole).toDouble());
        return all;
    };
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, size);
    const auto rising = sizes();
    QCOMPARE(rising.size(), std::size_t(4));
    QVERIFY(std::is_sorted(rising.begin(), rising.end()));
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, size);
    const auto falling = sizes();
    QVERIFY(std::is_sorted(falling.rbegin(), falling.rend()) && falling != rising);
    const auto reference = m_bench->workspace().current();
    m_bench->find<QAction>("variantReference")->trigger();
    QCOMPARE(panel()->reference(), reference);
    QVERIFY2(m_problems.isEmpty(), qPrintable(m_problems.join(u'\n')));
}

QTEST_MAIN(TestTradeoffJourney)
#include "tst_tradeoffjourney.moc"
