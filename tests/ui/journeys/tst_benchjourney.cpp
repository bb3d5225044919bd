// SPDX-License-Identifier: GPL-3.0-or-later
// Measurements on devices from the window: several devices beside each other, in turns, threads × batch, under load,
// accuracy on a device.
#include "engine/saveddevices.h"
#include "tests/ui/journeys/windowbench.h"
#include "ui/charts/latencyplot.h"
#include "ui/charts/layerbars.h"
#include "ui/charts/loadcurve.h"
#include "ui/charts/matrixmap.h"
#include "ui/graphview/graphview.h"
#include "ui/models/benchtexts.h"
#include "ui/models/decorbuilder.h"
#include "ui/models/sensitivityscan.h"
#include "ui/panels/benchpanel.h"
#include "ui/panels/budgetbar.h"
#include "ui/panels/devicespanel.h"
#include "ui/panels/elidedcombobox.h"
#include "ui/panels/variantspanel.h"
#include "ui/theme/applytheme.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QFileInfo>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QScrollBar>
#include <QSpinBox>
#include <QTabWidget>
#include <QTest>
#include <QTreeWidget>

#include <cmath>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// With LAPIDARY_PICTURES set to a folder: what it looks like, light and dark.
void picture(WindowBench& bench, const char* name) {
    const auto folder = qEnvironmentVariable("LAPIDARY_PICTURES");
    if (folder.isEmpty())
        return;
    for (const bool dark : {true, false}) {
        applyTheme(*qApp, Theme::forScheme(dark));
        QTest::qWait(50);
        bench.window().grab().save(
            QStringLiteral("%1/%2-%3.png").arg(folder, QString::fromLatin1(name), dark ? "dark" : "light"));
    }
}

QString agentAddress() {
    return QStringLiteral("exec:" LAPIDARY_AGENT " --stdio");
}

bool reached(WindowBench& bench, DeviceBench::Kind kind) {
    auto& results = bench.find<BenchPanel>("benchPanel")->bench();
    return waitUntil([&] { return !results.isRunning(kind); }, 90) && bench.settle(90);
}

QString verdict(WindowBench& bench, const char* name) {
    return bench.find<QLabel>(name)->text();
}

} // namespace

class TestBenchJourney : public TestCase {
    Q_OBJECT

private:
    std::unique_ptr<TempDir> m_home;
    std::unique_ptr<WindowBench> m_bench;
    VariantId m_source = 0, m_pruned = 0;

    BenchPanel& panel() { return *m_bench->find<BenchPanel>("benchPanel"); }

private Q_SLOTS:
    void initTestCase() {
        m_home = std::make_unique<TempDir>();
        useHome(m_home->path());
        if (QFileInfo::exists(QStringLiteral(LAPIDARY_AGENT)))
            LAPIDARY_VERIFY_OK(saveDevice({agentAddress().toStdString(), {}}));
        m_bench = std::make_unique<WindowBench>();
        m_bench->window().resize(1440, 900);
        m_bench->window().show();
        const auto* welcome = m_bench->find<QLabel>("welcomeText");
        QVERIFY(waitUntil([&] { return welcome->isVisible() && welcome->width() > 300; }));
        QVERIFY2(welcome->height() >= welcome->heightForWidth(welcome->width()),
                 qPrintable(
                     QStringLiteral("%1 of %2").arg(welcome->height()).arg(welcome->heightForWidth(welcome->width()))));
        picture(*m_bench, "welcome");
        m_bench->window().resize(1500, 960);
        QVERIFY(m_bench->open(resourcesFolder() / "sample" / "fashion.onnx"));
        m_source = m_bench->workspace().current();
        m_bench->workspace().setDataset("evaluation",
                                        QString::fromStdString(writeFigures(*m_home / "data", 60).string()));
        QVERIFY(m_bench->settle());
        ParamSet params;
        params["ratio"] = 0.5;
        m_pruned = m_bench->make(m_source, "prune.channels", params);
        QVERIFY(m_pruned > 0);
        QVERIFY(m_bench->settle());
    }

    void cleanupTestCase() { m_bench.reset(); }

    void devicesBesideEachOther() {
        m_bench->find<QAction>("benchDevices")->trigger();
        auto* page = m_bench->find<DeviceComparePage>("deviceComparePage");
        QVERIFY(page->isVisible());
        auto* list = m_bench->find<QListWidget>("deviceCompareList");
        QCOMPARE(page->checked(), QStringList{QStringLiteral("host")});
        // An estimate beside this computer.
        QString estimate;
        for (int i = 0; i < list->count(); ++i)
            if (list->item(i)->font().italic() && list->item(i)->flags() & Qt::ItemIsUserCheckable) {
                estimate = list->item(i)->data(Qt::UserRole).toString();
                list->item(i)->setCheckState(Qt::Checked);
                break;
            }
        QVERIFY(!estimate.isEmpty());
        QTest::mouseClick(m_bench->find<QPushButton>("deviceCompareStart"), Qt::LeftButton);
        QVERIFY(panel().bench().isRunning(DeviceBench::Kind::Devices));
        QVERIFY(reached(*m_bench, DeviceBench::Kind::Devices));
        const auto& profiles = panel().bench().profiles();
        QVERIFY(profiles.contains("host") && !profiles.at("host").estimate);
        QVERIFY(profiles.contains(estimate.toStdString()) && profiles.at(estimate.toStdString()).estimate);
        auto* right = m_bench->find<QComboBox>("deviceCompareRight");
        QCOMPARE(right->currentData().toString(), estimate);
        QVERIFY(right->currentText().contains(QStringLiteral("estimate")));
        // The sentence says that one side was not measured, and so do bars and table.
        QVERIFY(verdict(*m_bench, "deviceCompareVerdict").startsWith(QChar(0x2248)));
        const auto bars = m_bench->find<LayerBars>("deviceCompareBars")->bars();
        QVERIFY(!bars.isEmpty());
        double before = 0;
        for (const auto& bar : bars) {
            QCOMPARE(int(bar.kind), int(ValueKind::Estimated));
            before += std::isfinite(bar.before) ? bar.before : 0;
        }
        double measured = 0;
        for (const auto& node : profiles.at("host").nodes)
            measured += node.ms;
        QVERIFY(std::abs(before - measured) < 1e-9 * measured);
        QCOMPARE(m_bench->find<QTreeWidget>("deviceCompareTable")->topLevelItemCount(), int(bars.size()));
        // Nothing is beside the table, and a name that does not fit says so.
        QCOMPARE(m_bench->find<QTreeWidget>("deviceCompareTable")->horizontalScrollBar()->maximum(), 0);
        auto* names = dynamic_cast<ElidedComboBox*>(right);
        QVERIFY(names);
        names->setFixedWidth(names->fontMetrics().horizontalAdvance(names->currentText()));
        QVERIFY2(names->shownText().endsWith(QChar(0x2026)), qPrintable(names->shownText()));
        names->setMinimumWidth(0);
        names->setMaximumWidth(QWIDGETSIZE_MAX);
        picture(*m_bench, "devices");
        // The store keeps no estimates.
        for (const auto& run : m_bench->workspace().session()->runs().value())
            QVERIFY(run.subject != estimate.toStdString());
    }

    void twoVariantsInTurns() {
        auto* turns = m_bench->find<QAction>("benchTurns");
        auto* variants = m_bench->find<VariantsPanel>("variantsPanel");
        variants->select({m_pruned});
        QVERIFY(!turns->isEnabled());
        QVERIFY(turns->toolTip().contains(QStringLiteral("two variants")));
        variants->select({m_source, m_pruned});
        QVERIFY2(turns->isEnabled(), qPrintable(turns->toolTip()));
        turns->trigger();
        QVERIFY(reached(*m_bench, DeviceBench::Kind::Turns));
        const auto* found = panel().bench().turns();
        QVERIFY(found);
        QCOMPARE(found->against, m_source);
        QCOMPARE(found->variant, m_pruned);
        QVERIFY(found->result.aMs.size() >= 20);
        const auto text = verdict(*m_bench, "turnsVerdict");
        QVERIFY2(text.contains(QStringLiteral("95 % interval")), qPrintable(text));
        QCOMPARE(m_bench->find<LatencyPlot>("turnsRuns")->series().size(), qsizetype(2));
        picture(*m_bench, "turns");
    }

    void threadsAndBatches() {
        auto* threads = m_bench->find<QLineEdit>("matrixThreads");
        auto* batches = m_bench->find<QLineEdit>("matrixBatches");
        auto* start = m_bench->find<QPushButton>("matrixStart");
        panel().open(DeviceBench::Kind::Matrix, "host", false);
        threads->setText(QStringLiteral("1, x"));
        QVERIFY(!start->isEnabled());
        QVERIFY(start->toolTip().contains(QStringLiteral("whole numbers")));
        threads->setText(QStringLiteral("2, 1"));
        batches->setText(QStringLiteral("1, 4"));
        QVERIFY(start->isEnabled());
        QTest::mouseClick(start, Qt::LeftButton);
        QVERIFY(!start->isEnabled() && m_bench->find<QPushButton>("matrixStop")->isEnabled());
        QVERIFY(reached(*m_bench, DeviceBench::Kind::Matrix));
        const auto* matrix = panel().bench().matrix();
        QVERIFY(matrix);
        auto* map = m_bench->find<MatrixMap>("matrixMap");
        QCOMPARE(map->cells().size(), qsizetype(4));
        QVERIFY(map->bestCell() >= 0);
        for (const auto& cell : matrix->result.cells)
            if (cell.profile)
                QVERIFY(perSampleMs(cell) >= map->cells()[map->bestCell()].value);
        QVERIFY(verdict(*m_bench, "matrixVerdict").startsWith(QStringLiteral("Best")));
        picture(*m_bench, "matrix");
    }

    void underLoad() {
        panel().open(DeviceBench::Kind::Load, "host", false);
        auto* seconds = m_bench->find<QSpinBox>("loadSeconds");
        auto* start = m_bench->find<QPushButton>("loadStart");
        // Stopped: nothing is shown, and nothing is kept.
        seconds->setValue(600);
        const auto runs = m_bench->workspace().session()->runs().value().size();
        QTest::mouseClick(start, Qt::LeftButton);
        QTest::qWait(300);
        QTest::mouseClick(m_bench->find<QPushButton>("loadStop"), Qt::LeftButton);
        QVERIFY(reached(*m_bench, DeviceBench::Kind::Load));
        QVERIFY(!panel().bench().load());
        QCOMPARE(m_bench->workspace().session()->runs().value().size(), runs);
        seconds->setValue(3);
        QTest::mouseClick(start, Qt::LeftButton);
        QVERIFY(reached(*m_bench, DeviceBench::Kind::Load));
        const auto* load = panel().bench().load();
        QVERIFY(load);
        const auto points = m_bench->find<LoadCurve>("loadCurve")->points();
        QCOMPARE(std::size_t(points.size()), load->result.windows.size());
        QVERIFY(points.size() >= 3 && points.last().seconds > 2);
        QVERIFY(verdict(*m_bench, "loadVerdict").contains(QStringLiteral("runs/s")));
        picture(*m_bench, "load");
    }

    void accuracyOnAnAgent() {
        if (!QFileInfo::exists(QStringLiteral(LAPIDARY_AGENT)))
            QSKIP("lapidary-agent is not built");
        auto* devices = m_bench->find<DevicesPanel>("devicesPanel");
        QVERIFY(waitUntil([&] {
            const auto* info = devices->devices().find(agentAddress().toStdString());
            return info && info->state == DeviceState::Ready;
        }));
        devices->choose(agentAddress().toStdString());
        auto* action = m_bench->find<QAction>("benchAccuracy");
        QVERIFY2(action->isEnabled(), qPrintable(action->toolTip()));
        action->trigger();
        QVERIFY(reached(*m_bench, DeviceBench::Kind::Accuracy));
        const auto* found = panel().bench().accuracy();
        QVERIFY(found && found->there && found->departure && found->here);
        QCOMPARE(found->there->samples, std::size_t(60));
        QCOMPARE(found->there->top1->percent, found->here->top1->percent); // the agent is this computer once more
        QVERIFY(!found->departure->departs);
        QVERIFY(verdict(*m_bench, "accuracyVerdict").contains(QStringLiteral("overlap")));
        QVERIFY(verdict(*m_bench, "accuracyDeparture").contains(QStringLiteral("It computes")));
        picture(*m_bench, "accuracy");
    }

    /// Closed and opened again, every page says what it said, and when that was.
    void comesBackWithTheProject() {
        auto& workspace = m_bench->workspace();
        const auto current = workspace.current();
        const QStringList pages{QStringLiteral("turns"), QStringLiteral("matrix"), QStringLiteral("load"),
                                QStringLiteral("accuracy")};
        const bool agent = QFileInfo::exists(QStringLiteral(LAPIDARY_AGENT));
        std::map<QString, QString> before;
        for (const auto& page : pages)
            before[page] = verdict(*m_bench, qPrintable(page + QStringLiteral("Verdict")));
        const auto cells = m_bench->find<MatrixMap>("matrixMap")->cells().size();
        const auto session = workspace.session();
        workspace.openProject(QString::fromStdString(session->project().folder().string()));
        QVERIFY(waitUntil([&] { return workspace.session() != session && workspace.model(); }));
        QVERIFY(m_bench->settle());
        workspace.setCurrent(current);
        QVERIFY(m_bench->settle());
        for (const auto& page : pages) {
            if (page == QStringLiteral("accuracy") && !agent)
                continue;
            QCOMPARE(verdict(*m_bench, qPrintable(page + QStringLiteral("Verdict"))), before[page]);
            const auto when = verdict(*m_bench, qPrintable(page + QStringLiteral("When")));
            QVERIFY2(when.startsWith(QStringLiteral("Measured")) && !when.contains(QStringLiteral("Stale")),
                     qPrintable(page + when));
        }
        QCOMPARE(m_bench->find<MatrixMap>("matrixMap")->cells().size(), cells);
        QVERIFY(!m_bench->find<LoadCurve>("loadCurve")->points().isEmpty());
        QCOMPARE(m_bench->find<LatencyPlot>("turnsRuns")->series().size(), qsizetype(2));
        // On another processor than today's.
        const auto& project = workspace.session()->project();
        for (auto run : project.runs(current).value())
            if (run.kind == profileMatrixKind) {
                run.environment.set("cpu", "Another processor");
                LAPIDARY_VERIFY_OK(workspace.session()->project().addRun(run));
                break;
            }
        workspace.reload();
        QVERIFY(m_bench->settle());
        QVERIFY2(verdict(*m_bench, "matrixWhen").contains(QStringLiteral("Another processor")),
                 qPrintable(verdict(*m_bench, "matrixWhen")));
        panel().open(DeviceBench::Kind::Matrix, "host", false);
        picture(*m_bench, "stale");
    }

    /// A device that computes something else: the layer is lit when that was found, or when it is asked for.
    void departingLayerIsLit() {
        auto& workspace = m_bench->workspace();
        const auto model = workspace.model();
        const Node *before = nullptr, *first = nullptr;
        for (const auto& node : model->model->graph->nodes()) {
            if (before && node->opType == "Relu") {
                first = node.get();
                break;
            }
            before = node->opType == "Conv" ? node.get() : nullptr;
        }
        QVERIFY(before && first);
        auto* page = m_bench->find<AccuracyPage>("accuracyPage");
        Departure departure;
        departure.departs = true;
        departure.outputSqnrDb = 9;
        departure.toleranceDb = 40;
        departure.first = NodeDeparture{displayName(*first), first->opType, "y", 12.5, 0.5, {}, {}, {}, {}};
        departure.before = NodeDeparture{displayName(*before), before->opType, "x", 88, 1, {}, {}, {}, {}};
        RunRecord run;
        run.variant = workspace.current();
        run.kind = departureKind;
        run.subject = page->device();
        run.result = departure.toJson();
        LAPIDARY_VERIFY_OK(workspace.session()->project().addRun(run));
        workspace.selection().clear();
        workspace.reload();
        QVERIFY(m_bench->settle());
        QVERIFY(verdict(*m_bench, "accuracyDeparture").contains(QString::fromStdString(displayName(*first))));
        QVERIFY(workspace.selection().nodes().empty()); // of the store: not until it is asked for
        auto* show = m_bench->find<QPushButton>("accuracyShowNode");
        panel().open(DeviceBench::Kind::Accuracy, page->device(), false);
        QVERIFY(show->isVisible() && show->isEnabled());
        picture(*m_bench, "departs");
        const auto lit = [&] {
            const auto* values = workspace.nodeValues(Workspace::ValueSource::Error);
            return values && values->values.size() == 2 && values->values.contains(first->id) &&
                   values->values.at(first->id) == 12.5 && values->values.at(before->id) == 88 &&
                   workspace.selection().nodes() == std::set<NodeId>{first->id};
        };
        QTest::mouseClick(show, Qt::LeftButton);
        QVERIFY(lit());
        QVERIFY(m_bench->find<GraphView>("graphView")->isVisible());
        QCOMPARE(m_bench->find<QComboBox>("overlayCombo")->currentData().toInt(), int(Overlay::Error));
        QVERIFY(m_bench->settle());
        picture(*m_bench, "lit");
        workspace.setNodeValues(Workspace::ValueSource::Error, std::nullopt);
        workspace.selection().clear();
        QVERIFY(!lit());
        Q_EMIT panel().bench().accuracyChecked(workspace.current() + 1); // of another variant
        QVERIFY(!lit());
        Q_EMIT panel().bench().accuracyChecked(workspace.current());
        QVERIFY(lit());
        workspace.selection().clear();
    }

    void wordsOfResults() {
        AbComparison turns;
        turns.outcome = AbComparison::Outcome::BFaster;
        turns.ratio = 0.5;
        turns.ratioLow = 0.4;
        turns.ratioHigh = 0.625;
        QCOMPARE(turnsText(turns, QStringLiteral("A"), QStringLiteral("B")),
                 QStringLiteral("B is 2.00 × faster than A, 95 % interval 1.60 × to 2.50 ×"));
        turns.outcome = AbComparison::Outcome::Same;
        QVERIFY(turnsText(turns, QStringLiteral("A"), QStringLiteral("B"))
                    .startsWith(QStringLiteral("No difference seen")));
        SustainedLoad load;
        for (int i = 0; i < 10; ++i) {
            LoadWindow window;
            window.startSeconds = i * 10;
            window.seconds = 10;
            window.runsPerSecond = i < 4 ? 100 : 75;
            window.medianMs = 1000 / window.runsPerSecond;
            window.sensors.throttles = i < 4 ? 0 : i;
            load.windows.push_back(window);
        }
        judgeSustained(load);
        QCOMPARE(loadText(load),
                 QStringLiteral("Throttles: after 40 s it is 25 % slower than at first: 100.0 runs/s at "
                                "first, 75.0 in the end."));
        Departure departure;
        departure.departs = true;
        departure.outputSqnrDb = 9;
        NodeDeparture first;
        first.node = "conv3";
        first.opType = "Conv";
        first.sqnrDb = 12.3;
        first.herePrecision = "float32";
        first.therePrecision = "float16";
        departure.first = first;
        const auto text = departureText(departure);
        QVERIFY(text.contains(QStringLiteral("conv3 (Conv): 12.3 dB")));
        QVERIFY(text.contains(QStringLiteral("There it runs in float16, here in float32.")));
    }

    /// A preview's latency comes from what was learned about the device, and says how sure it is.
    void budgetGoesByTheLatencyModel() {
        m_bench->workspace().setCurrent(m_source);
        QVERIFY(m_bench->settle());
        m_bench->workspace().profileVariants({m_source}, "host");
        QVERIFY(m_bench->settle(90));
        const auto latency = m_bench->window().findChild<SensitivityScan*>()->latency();
        QVERIFY(latency && latency->device() == "host");
        auto* measure = m_bench->find<QComboBox>("budgetMeasure");
        measure->setCurrentIndex(measure->findData(int(BudgetMeasure::Latency)));
        auto* bar = m_bench->find<BudgetBar>("budgetBar");
        if (!bar->isVisibleTo(&m_bench->window()))
            QSKIP("The pass in the form has no budget");
        bar->setFactor(1.1);
        QVERIFY(m_bench->settle());
        QVERIFY2(waitUntil([&] { return bar->isActive() && m_bench->workspace().preview().has_value(); }),
                 qPrintable(verdict(*m_bench, "passProblem") + verdict(*m_bench, "budgetCaption")));
        const auto forecast = [&] {
            return forecastLatency(*m_bench->workspace().model(), *m_bench->workspace().preview(), *latency);
        };
        // The times were taken beside other tests, so that a cut of a tenth may drown in them: the forecast is held to
        // the error it states itself.
        const auto withinItsError = [&] {
            const auto now = forecast();
            return !now.nodes.empty() && now.afterMs > 0 && now.afterMs < now.beforeMs + 2 * now.afterErrorMs;
        };
        QVERIFY2(waitUntil([&] { return m_bench->workspace().preview() && withinItsError(); }),
                 qPrintable(QStringLiteral("%1 ms became %2 ± %3 ms with %4 layers changed")
                                .arg(forecast().beforeMs)
                                .arg(forecast().afterMs)
                                .arg(forecast().afterErrorMs)
                                .arg(forecast().nodes.size())));
        QVERIFY(waitUntil([&] { return verdict(*m_bench, "budgetCaption").contains(QChar(0x00b1)); }));
        picture(*m_bench, "budget");
        for (const bool dark : {true, false}) {
            applyTheme(*qApp, Theme::forScheme(dark));
            QVERIFY(waitUntil(
                [&] { return verdict(*m_bench, "budgetCaption").contains(Theme::forScheme(dark).estimate.name()); }));
        }
    }
};

QTEST_MAIN(TestBenchJourney)
#include "tst_benchjourney.moc"
