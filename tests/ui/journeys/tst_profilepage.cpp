// SPDX-License-Identifier: GPL-3.0-or-later
// F5, and what the Profile tab then says; devices in the window.
#include "tests/ui/journeys/windowbench.h"
#include "ui/charts/latencyplot.h"
#include "ui/charts/layerbars.h"
#include "ui/panels/devicespanel.h"
#include "ui/panels/profilepanel.h"

#include <QAction>
#include <QDialog>
#include <QLabel>
#include <QTabWidget>
#include <QTest>
#include <QTreeWidget>

using namespace lapidary;
using namespace lapidary::test;

class TestProfilePage : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void everyLayerAndRun() {
        TempDir home;
        useHome(home.path());
        WindowBench bench;
        bench.window().show();
        auto* verdict = bench.find<QLabel>("profileVerdict");
        QVERIFY(bench.open(resourcesFolder() / "sample" / "fashion.onnx"));
        QVERIFY2(verdict->text().contains(QStringLiteral("F5")), qPrintable(verdict->text()));
        bench.find<QAction>("profile")->trigger();
        QVERIFY(bench.settle());
        const auto& profile = bench.workspace().profile();
        QVERIFY(profile && !profile->nodes.empty());
        QVERIFY2(verdict->text().contains(QStringLiteral("host")), qPrintable(verdict->text()));
        auto* bars = bench.find<LayerBars>("profileBars");
        double sum = 0, expected = 0;
        for (const auto& bar : bars->bars()) {
            sum += bar.value;
            QCOMPARE(int(bar.kind), int(ValueKind::Measured));
        }
        for (const auto& node : profile->nodes)
            expected += node.ms;
        QVERIFY(std::abs(sum - expected) < 1e-9 * expected);
        const auto series = bench.find<LatencyPlot>("profileRuns")->series();
        QCOMPARE(std::size_t(series.front().timesMs.size()), profile->runsMs.size());
        // One selection for graph and bars.
        const auto id = bars->shownIds().first();
        Q_EMIT bars->selectionEdited({id});
        QCOMPARE(bench.workspace().selection().nodes().size(), std::size_t(1));
        QCOMPARE(bench.workspace().selection().nodes().begin()->number, id.toUInt());
        bench.workspace().selection().clear();
        QVERIFY(bars->selectedIds().isEmpty());
        pictures(bench);
    }

    void estimatesAreNotMeasurements() {
        TempDir home;
        useHome(home.path());
        WindowBench bench;
        bench.window().show();
        QVERIFY(bench.open(resourcesFolder() / "sample" / "fashion.onnx"));
        auto* panel = bench.find<DevicesPanel>("devicesPanel");
        std::string estimate;
        for (const auto& info : panel->devices().devices())
            if (info.kind == "estimate" && info.state == DeviceState::Ready)
                estimate = info.id;
        QVERIFY(!estimate.empty());
        panel->choose(estimate);
        QCOMPARE(panel->current(), estimate);
        bench.find<QAction>("profile")->trigger();
        QVERIFY(bench.settle());
        const auto& profile = bench.workspace().profile();
        if (!profile)
            QSKIP("The store keeps no estimates");
        QVERIFY(profile->estimate);
        auto* verdict = bench.find<QLabel>("profileVerdict");
        QVERIFY2(verdict->text().startsWith(QChar(0x2248)), qPrintable(verdict->text()));
        for (const auto& bar : bench.find<LayerBars>("profileBars")->bars())
            QCOMPARE(int(bar.kind), int(ValueKind::Estimated));
        QVERIFY(!bench.find<LatencyPlot>("profileRuns")->isVisibleTo(panel->window()));
    }

    void causesInWords() {
        TimingSummary timing;
        QStringList texts;
        for (const char* cause : {"few_runs", "step", "drift", "modes", "wide", "throttling", "clock"}) {
            timing.cause = cause;
            const auto text = timingVerdictText(timing);
            QVERIFY(text.startsWith(QStringLiteral("Unstable")) && !texts.contains(text));
            texts.append(text);
        }
        timing.stable = true;
        QCOMPARE(timingVerdictText(timing), QStringLiteral("Stable"));
    }

    void addDeviceFromTheMenu() {
        TempDir home;
        useHome(home.path());
        WindowBench bench;
        bench.window().show();
        QVERIFY(bench.settle());
        bench.find<QAction>("deviceAdd")->trigger();
        auto* dialog = bench.find<QDialog>("addDeviceDialog");
        QVERIFY(dialog->isVisible());
        picture(*dialog, "adddevice");
        dialog->reject();
    }

private:
    /// With LAPIDARY_PICTURES set to a folder: what it looks like.
    static void picture(QWidget& widget, const char* name) {
        const auto folder = qEnvironmentVariable("LAPIDARY_PICTURES");
        if (!folder.isEmpty())
            widget.grab().save(folder + u'/' + QString::fromLatin1(name) + QStringLiteral(".png"));
    }
    static void pictures(WindowBench& bench) {
        auto* tabs = bench.find<QTabWidget>("centreTabs");
        tabs->setCurrentWidget(bench.find<ProfilePanel>("profilePanel"));
        QTest::qWait(100);
        picture(bench.window(), "profile");
    }
};

QTEST_MAIN(TestProfilePage)
#include "tst_profilepage.moc"
