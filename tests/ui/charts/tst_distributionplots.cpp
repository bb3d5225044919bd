// SPDX-License-Identifier: GPL-3.0-or-later
#include "chartsamples.h"

#include "ui/charts/histogrambins.h"
#include "ui/charts/histogramplot.h"
#include "ui/charts/latencyplot.h"
#include "ui/theme/applytheme.h"

#include <QSignalSpy>
#include <QtTest>

#include <numeric>

using namespace lapidary;

class TestDistributionPlots : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void binsCountEverything() {
        const std::vector<float> values = samples::weights(5000);
        const HistogramBins bins = makeHistogram(values, 64);
        QCOMPARE(bins.total(), std::uint64_t(5000));
        QCOMPARE(bins.counts.size(), std::size_t(64));
        for (std::size_t i = 0; i < bins.counts.size(); ++i) {
            const double from = bins.lower + bins.width() * double(i);
            const auto inside = std::count_if(values.begin(), values.end(), [&](float v) {
                return v >= from && (v < from + bins.width() || i + 1 == bins.counts.size());
            });
            QVERIFY(std::abs(double(inside) - double(bins.counts[i])) <= 1); // a value on an edge may fall either way
        }
    }

    void binsOfOddData() {
        QVERIFY(makeHistogram(std::span<const float>(), 10).isEmpty());
        const std::vector<float> bad{std::nanf(""), std::numeric_limits<float>::infinity()};
        QVERIFY(makeHistogram(bad, 10).isEmpty());
        const std::vector<float> constant(7, 3.0f);
        const HistogramBins bins = makeHistogram(constant, 10);
        QVERIFY(!bins.isEmpty() && bins.lower < 3 && bins.upper > 3);
        QCOMPARE(bins.total(), std::uint64_t(7));
        QVERIFY(makeHistogram(constant, 0).isEmpty());
    }

    void fewerBinsCountTheSame() {
        std::vector<double> values(1000);
        std::iota(values.begin(), values.end(), 0.0);
        const HistogramBins fine = makeHistogram(values, 500);
        const HistogramBins coarse = rebinned(fine, 0, 999, 10);
        QCOMPARE(coarse.counts.size(), std::size_t(10));
        QCOMPARE(coarse.total(), fine.total());
        for (const auto count : coarse.counts)
            QVERIFY(count >= 98 && count <= 102);
        // What lies outside is in the outermost.
        const HistogramBins middle = rebinned(fine, 400, 600, 4);
        QCOMPARE(middle.total(), fine.total());
        QVERIFY(middle.counts[0] > 400 && middle.counts[1] < 60 && middle.counts[3] > 400);
        QVERIFY(rebinned({}, 0, 1, 4).isEmpty());
        QVERIFY(rebinned(fine, 1, 1, 4).isEmpty());
        QVERIFY(rebinned(fine, 0, 1, 0).isEmpty());
    }

    void shareOutsideIsRight() {
        std::vector<double> values(1000);
        std::iota(values.begin(), values.end(), 0.0);
        const HistogramBins bins = makeHistogram(values, 50);
        QVERIFY(std::abs(bins.shareOutside(100, 899) - 0.2) < 0.005);
        QCOMPARE(bins.shareOutside(-5, 2000), 0.0);
        QCOMPARE(bins.shareOutside(2000, 3000), 1.0);
    }

    void quantiles() {
        const std::vector<double> values{1, 2, 3, 4, 10};
        QCOMPARE(sortedQuantile(values, 0.5), 3.0);
        QCOMPARE(sortedQuantile(values, 0.9), 7.6);
        QCOMPARE(sortedQuantile(values, 0.0), 1.0);
        QCOMPARE(sortedQuantile(values, 1.0), 10.0);
        QVERIFY(std::isnan(sortedQuantile({}, 0.5)));
    }

    void densityHasAreaOne() {
        const QVector<double> times = samples::times(400, 20, 4);
        const std::vector<double> values(times.begin(), times.end());
        const int count = 2000;
        const auto curve = densityCurve(values, 10, 35, count);
        const double area = std::accumulate(curve.begin(), curve.end(), 0.0) * 25.0 / (count - 1);
        QVERIFY(std::abs(area - 1) < 0.01);
        const std::vector<double> same(5, 2.0);
        QVERIFY(densityCurve(same, 1, 3, 10).empty());
        QVERIFY(densityCurve({}, 1, 3, 10).empty());
    }

    void histogramRangeIsDragged() {
        HistogramPlot plot;
        plot.setBins(makeHistogram(samples::weights(), 96));
        plot.setChosenRange(ValueInterval{-0.1, 0.1});
        plot.setRangeEditable(true);
        plot.resize(500, 260);
        plot.show();
        QVERIFY(QTest::qWaitForWindowExposed(&plot));
        QCoreApplication::processEvents();
        QVERIFY(std::abs(plot.clippedShare() - 0.0455) < 0.005); // two sigmas
        QSignalSpy edited(&plot, &HistogramPlot::rangeEdited);
        QWidget* canvas = plot.findChildren<QWidget*>().constFirst();
        // Look for the line by its cursor, as a hand would.
        int line = -1;
        for (int x = canvas->width() - 20; x > canvas->width() / 2 && line < 0; --x) {
            QTest::mouseMove(canvas, {x, 120});
            line = canvas->cursor().shape() == Qt::SplitHCursor ? x - 5 : -1;
        }
        QVERIFY(line > 0);
        QTest::mousePress(canvas, Qt::LeftButton, {}, {line, 120});
        QTest::mouseMove(canvas, {line - 60, 120});
        QTest::mouseRelease(canvas, Qt::LeftButton, {}, {line - 60, 120});
        QVERIFY(edited.count() > 0);
        QVERIFY(plot.chosenRange()->upper < 0.08 && plot.chosenRange()->upper > -0.1);
        QCOMPARE(plot.chosenRange()->lower, -0.1);
        QVERIFY(plot.clippedShare() > 0.06);
    }

    void latencyFillsInWhatIsMissing() {
        LatencyPlot plot;
        LatencySeries series;
        series.name = QStringLiteral("a, b");
        series.timesMs = {3, 1, 2, qQNaN(), 4, 10};
        LatencySeries none;
        none.name = QStringLiteral("none");
        plot.setSeries({series, none});
        QCOMPARE(plot.series().size(), 1);
        QCOMPARE(plot.series()[0].timesMs.size(), 5);
        QCOMPARE(*plot.series()[0].medianMs, 3.0);
        QCOMPARE(*plot.series()[0].p90Ms, 7.6);
        QVERIFY(plot.toCsv().contains(QStringLiteral("\"a, b\",1,3\r\n")));
        QVERIFY(plot.accessibleDescription().contains(QStringLiteral("median")));
        series.medianMs = 2.5;
        plot.setSeries({series});
        QCOMPARE(*plot.series()[0].medianMs, 2.5); // the measurement's own number wins
    }

    void exportAndPalette() {
        QTemporaryDir folder;
        HistogramPlot histogram;
        histogram.setBins(makeHistogram(samples::weights(), 40));
        LatencyPlot latency;
        latency.setSeries({{QStringLiteral("x"), samples::times(50, 3, 1), {}, {}, {}, false}});
        for (QWidget* widget : {static_cast<QWidget*>(&histogram), static_cast<QWidget*>(&latency)}) {
            widget->resize(400, 240);
            widget->show();
            QVERIFY(QTest::qWaitForWindowExposed(widget));
            for (const bool dark : {true, false}) {
                applyTheme(*qApp, Theme::forScheme(dark));
                QCoreApplication::processEvents();
                QCOMPARE(widget->grab().toImage().pixelColor(2, 2), Theme::forScheme(dark).base);
            }
        }
        for (const char* kind : {"png", "svg", "pdf", "csv"}) {
            QString error;
            const QString name = QString::fromLatin1(kind);
            QVERIFY2(histogram.exportTo(folder.filePath(QStringLiteral("h.") + name), &error), qPrintable(error));
            QVERIFY2(latency.exportTo(folder.filePath(QStringLiteral("l.") + name), &error), qPrintable(error));
        }
    }
};

QTEST_MAIN(TestDistributionPlots)
#include "tst_distributionplots.moc"
