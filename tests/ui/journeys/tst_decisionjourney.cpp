// SPDX-License-Identifier: GPL-3.0-or-later
// From one model to the one that ships: ten pruning ratios, all measured, a latency limit dragged, the best inside
// compared with the original on its samples, handed over and verified.
#include "engine/bundleverify.h"
#include "tests/ui/journeys/windowbench.h"
#include "ui/charts/tradeoffplot.h"
#include "ui/panels/bundledialog.h"
#include "ui/panels/comparepanel.h"
#include "ui/panels/gallerypage.h"
#include "ui/panels/pairedpages.h"
#include "ui/panels/sampleview.h"
#include "ui/panels/sweepdialog.h"
#include "ui/panels/variantspanel.h"

#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMouseEvent>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
#include <QTest>
#include <QTimer>
#include <QToolButton>

#include <algorithm>

using namespace lapidary;
using namespace lapidary::test;

namespace {

constexpr int ratios = 10, samples = 100;

} // namespace

class TestDecisionJourney : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_bench.reset(); }
    void openTheSample();
    void sweepTenRatiosAndMeasureAll();
    void dragALatencyLimit();
    void takeTheLitVariant();
    void compareWithTheOriginal();
    void lookAtTheDisagreements();
    void exportAndVerify();

private:
    Workspace& workspace() { return m_bench->workspace(); }
    TradeoffPlot* plot() { return m_bench->find<TradeoffPlot>("tradeoffPlot"); }
    ComparePanel* comparison() { return m_bench->find<ComparePanel>("comparePanel"); }
    void choose(const char* combo, const char* data) {
        auto* box = m_bench->find<QComboBox>(combo);
        box->setCurrentIndex(box->findData(QLatin1String(data)));
    }

    TempDir m_home;
    std::unique_ptr<WindowBench> m_bench;
    std::unique_ptr<QSignalSpy> m_problems;
    VariantId m_source = 0, m_best = 0;
};

void TestDecisionJourney::initTestCase() {
    failOnWarnings();
    useHome(m_home.path());
    m_bench = std::make_unique<WindowBench>();
    m_problems = std::make_unique<QSignalSpy>(&workspace(), &Workspace::message);
    m_bench->window().resize(1400, 900);
    m_bench->window().show();
    m_bench->window().activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&m_bench->window()));
}

void TestDecisionJourney::openTheSample() {
    QVERIFY(m_bench->open(resourcesFolder() / "sample" / "fashion.onnx"));
    m_source = workspace().current();
    std::filesystem::create_directories(m_home / "data");
    workspace().setDataset("evaluation", QString::fromStdString(writeFigures(m_home / "data", samples).string()));
    QTRY_VERIFY(workspace().hasDataset("evaluation"));
    QVERIFY(m_bench->settle());
}

void TestDecisionJourney::sweepTenRatiosAndMeasureAll() {
    QTest::keyClick(&m_bench->window(), Qt::Key_W, Qt::ControlModifier | Qt::AltModifier);
    auto* dialog = m_bench->find<SweepDialog>("sweepDialog");
    for (const auto& [name, data] : {std::pair("sweepPass", "prune.channels"), std::pair("sweepParameter", "ratio")}) {
        auto* combo = dialog->findChild<QComboBox*>(QLatin1String(name));
        combo->setCurrentIndex(combo->findData(QLatin1String(data)));
    }
    dialog->findChild<QDoubleSpinBox*>(QStringLiteral("sweepFrom"))->setValue(0.05);
    dialog->findChild<QDoubleSpinBox*>(QStringLiteral("sweepTo"))->setValue(0.5);
    dialog->findChild<QSpinBox*>(QStringLiteral("sweepCount"))->setValue(ratios);
    dialog->findChild<QCheckBox*>(QStringLiteral("sweepEvaluate"))->setChecked(true);
    dialog->findChild<QCheckBox*>(QStringLiteral("sweepProfile"))->setChecked(true);
    QTest::mouseClick(dialog->findChild<QPushButton*>(QStringLiteral("sweepRun")), Qt::LeftButton);
    m_bench->window().activateWindow(); // as window managers do when a dialog closes
    QVERIFY(m_bench->settle(240));
    QTest::keyClick(&m_bench->window(), Qt::Key_F6, Qt::ShiftModifier); // the original too
    QTest::keyClick(&m_bench->window(), Qt::Key_F5, Qt::ShiftModifier);
    QVERIFY(m_bench->settle(60));
    QCOMPARE(workspace().variants().size(), std::size_t(ratios + 1));
    for (const auto& variant : workspace().variants()) {
        QVERIFY2(variant.top1 && variant.latency, variant.record.name.c_str());
        QCOMPARE(variant.samples, std::size_t(samples));
    }
    QVERIFY(m_problems->isEmpty());
}

void TestDecisionJourney::dragALatencyLimit() {
    m_bench->find<QTabWidget>("centreTabs")->setCurrentWidget(m_bench->find<QWidget>("tradeoffsPanel"));
    choose("tradeoffX", "latency_ms");
    choose("tradeoffY", "top1");
    QCOMPARE(plot()->points().size(), ratios + 1);
    plot()->setFocus();
    auto* canvas = plot()->focusProxy();
    QTest::keyClick(canvas, Qt::Key_L);
    QVERIFY(plot()->limit());
    // Where the times are furthest apart, and some variants are on either side.
    auto points = plot()->points();
    std::sort(points.begin(), points.end(), [](const auto& a, const auto& b) { return a.x < b.x; });
    qsizetype split = 2;
    for (qsizetype i = 2; i + 1 < points.size(); ++i)
        if (points[i].x - points[i - 1].x > points[split].x - points[split - 1].x)
            split = i;
    const double wanted = (points[split - 1].x + points[split].x) / 2;
    const auto& least = points.front();
    const auto& most = points.back();
    const double left = plot()->positionOf(least.id).x();
    const double perUnit = (plot()->positionOf(most.id).x() - left) / (most.x - least.x);
    const auto at = [&](double value) { return QPointF(left + (value - least.x) * perUnit, canvas->height() - 70); };
    const QPointF from = at(*plot()->limit()), to = at(wanted);
    QTest::mousePress(canvas, Qt::LeftButton, {}, from.toPoint());
    for (int part = 1; part <= 4; ++part) {
        const QPointF there = from + (to - from) * part / 4.0;
        QMouseEvent move(QEvent::MouseMove, there, canvas->mapToGlobal(there), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(canvas, &move);
    }
    QTest::mouseRelease(canvas, Qt::LeftButton, {}, to.toPoint());
    const double pixel = 1.5 / perUnit;
    QVERIFY2(qAbs(*plot()->limit() - wanted) < pixel + 1e-9, qPrintable(QString::number(*plot()->limit())));
    // The lit one is the most accurate of those that keep the limit, and none that keeps it is better.
    const auto lit = plot()->bestId();
    QVERIFY(!lit.isEmpty());
    double best = -1, litUp = -1;
    for (const auto& point : points) {
        if (point.x <= *plot()->limit())
            best = std::max(best, point.y);
        if (point.id == lit) {
            litUp = point.y;
            QVERIFY(point.x <= *plot()->limit());
        }
    }
    QCOMPARE(litUp, best);
}

void TestDecisionJourney::takeTheLitVariant() {
    m_best = plot()->bestId().toLongLong();
    QTest::mouseClick(m_bench->find<QPushButton>("takeBest"), Qt::LeftButton);
    QTRY_COMPARE(workspace().current(), m_best);
    QVERIFY(m_bench->settle());
    QVERIFY(m_bench->find<QLabel>("limitBest")
                ->text()
                .contains(QString::fromStdString(workspace().variant(m_best)->record.name)));
}

void TestDecisionJourney::compareWithTheOriginal() {
    if (m_best == m_source)
        QSKIP("the original itself keeps the limit best on this computer: nothing to compare it with");
    m_bench->find<VariantsPanel>("variantsPanel")->select({m_best});
    QTest::keyClick(&m_bench->window(), Qt::Key_D, Qt::ControlModifier);
    QCOMPARE(comparison()->session().sideA().variant, m_source);
    QCOMPARE(comparison()->session().sideB().variant, m_best);
    QTRY_VERIFY_WITH_TIMEOUT(comparison()->session().data(), 30000);
    QTest::mouseClick(m_bench->find<QToolButton>("compareModeNumbers"), Qt::LeftButton);
    auto& paired = comparison()->paired().session();
    QTRY_COMPARE_WITH_TIMEOUT(paired.state(), PairedSession::State::Ready, 30000);
    const auto& result = *paired.result();
    QCOMPARE(result.samples, std::size_t(samples));
    // The same accuracies as the evaluations found, counted in another way.
    QVERIFY(qAbs(result.top1A->percent - workspace().variant(m_source)->top1->percent) < 1e-9);
    QVERIFY(qAbs(result.top1B->percent - workspace().variant(m_best)->top1->percent) < 1e-9);
}

void TestDecisionJourney::lookAtTheDisagreements() {
    if (m_best == m_source)
        QSKIP("there is nothing to compare");
    QTest::mouseClick(m_bench->find<QToolButton>("compareModeDisagreements"), Qt::LeftButton);
    const auto& result = *comparison()->paired().session().result();
    auto* list = m_bench->find<QListView>("galleryList");
    QCOMPARE(list->model()->rowCount(), int(result.disagreementCount));
    const auto agree = workspace().variant(m_best)->agreement;
    QVERIFY(agree);
    QCOMPARE(int(result.disagreementCount), qRound(samples * (100 - agree->percent) / 100));
    if (result.disagreementCount > 0)
        QTRY_VERIFY(m_bench->find<SampleView>("sampleView")->hasPicture());
}

void TestDecisionJourney::exportAndVerify() {
    QVERIFY(m_bench->settle());
    const auto place = m_home / "handed over";
    QSignalSpy notices(&workspace(), &Workspace::notice);
    bool asked = false;
    QTimer::singleShot(0, this, [&] {
        auto* dialog = qobject_cast<BundleDialog*>(QApplication::activeModalWidget());
        asked = dialog != nullptr;
        if (!dialog)
            return;
        dialog->findChild<QSpinBox*>(QStringLiteral("bundleGoldens"))->setValue(2);
        dialog->findChild<QLineEdit*>(QStringLiteral("bundleFolder"))->setText(QString::fromStdString(place.string()));
        QTest::mouseClick(dialog->findChild<QPushButton*>(QStringLiteral("bundleWrite")), Qt::LeftButton);
        if (dialog->isVisible())
            dialog->reject();
    });
    m_bench->find<QAction>("exportBundle")->trigger();
    QVERIFY(asked);
    QVERIFY(m_bench->settle());
    QVERIFY(m_problems->isEmpty());
    QCOMPARE(notices.size(), 1);
    const auto verified = verifyBundle(place);
    LAPIDARY_VERIFY_OK(verified);
    QVERIFY(verified->passed());
}

QTEST_MAIN(TestDecisionJourney)
#include "tst_decisionjourney.moc"
