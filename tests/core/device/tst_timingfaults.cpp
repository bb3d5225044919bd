// SPDX-License-Identifier: GPL-3.0-or-later
// Made-up series with a known fault, and series without one: what is said about them, and how often it is wrong.
#include "device/profile.h"
#include "device/timingstatistics.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <cmath>
#include <random>

using namespace lapidary;
using namespace lapidary::test;

namespace {

constexpr double width = 0.05;

class Series {
public:
    explicit Series(unsigned seed) : m_random(seed) {}

    /// Right-skewed around `level`, as timings are.
    Series& runs(std::size_t count, double level, double sigma = 0.01) {
        std::lognormal_distribution<double> noise(0, sigma);
        for (std::size_t i = 0; i < count; ++i)
            m_values.push_back(level * noise(m_random));
        return *this;
    }
    Series& ramp(std::size_t count, double from, double to) {
        for (std::size_t i = 0; i < count; ++i)
            runs(1, from + (to - from) * double(i) / double(count - 1));
        return *this;
    }
    /// Each run one of two levels, at random.
    Series& either(std::size_t count, double low, double high, double highShare) {
        std::bernoulli_distribution coin(highShare);
        for (std::size_t i = 0; i < count; ++i)
            runs(1, coin(m_random) ? high : low);
        return *this;
    }
    std::vector<double> values() const { return m_values; }

private:
    std::mt19937 m_random;
    std::vector<double> m_values;
};

/// First-order autocorrelated noise around 1: a computer that is slow for a while, then fast for a while.
std::vector<double> wandering(std::size_t count, double rho, double sigma, unsigned seed) {
    std::mt19937 random(seed);
    std::normal_distribution<double> noise(0, sigma * std::sqrt(1 - rho * rho));
    std::vector<double> values;
    double state = 0;
    for (std::size_t i = 0; i < count + 100; ++i) {
        state = rho * state + noise(random);
        if (i >= 100)
            values.push_back(std::exp(state));
    }
    return values;
}

} // namespace

class TimingFaultsTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void causes_data() {
        QTest::addColumn<std::vector<double>>("values");
        QTest::addColumn<QString>("cause");
        QTest::addColumn<QString>("says");
        QTest::newRow("clean") << Series(1).runs(300, 10).values() << ""
                               << "stable";
        QTest::newRow("short and clean") << Series(2).runs(30, 10).values() << ""
                                         << "stable";
        QTest::newRow("throttles") << Series(3).runs(200, 10).runs(100, 12).values() << "step"
                                   << "20 % slower from run 201 of 300";
        QTest::newRow("throttles, long") << Series(4).runs(1200, 10).runs(800, 11.5).values() << "step"
                                         << "15 % slower from run 120";
        QTest::newRow("gets faster") << Series(5).runs(100, 10).runs(100, 8).values() << "step"
                                     << "20 % faster from run 101";
        QTest::newRow("warms up") << Series(6).ramp(400, 10, 12).values() << "drift"
                                  << "slower at the end";
        QTest::newRow("cools down") << Series(7).ramp(400, 12, 10).values() << "drift"
                                    << "faster at the end";
        QTest::newRow("two speeds") << Series(8).either(300, 10, 15, 0.3).values() << "modes"
                                    << "near 10 ms and 15 ms";
        QTest::newRow("wide") << Series(9).runs(40, 10, 0.5).values() << "wide"
                              << "wide";
        QTest::newRow("five") << Series(10).runs(5, 10).values() << "few_runs"
                              << "5 runs are too few";
        // A drift too small to matter is none.
        QTest::newRow("small drift") << Series(11).ramp(400, 10, 10.2).values() << ""
                                     << "stable";
    }
    void causes() {
        QFETCH(std::vector<double>, values);
        QFETCH(QString, cause);
        QFETCH(QString, says);
        const auto summary = summarizeTimings(values, width);
        QVERIFY2(summary.cause == cause.toStdString(), (summary.cause + ": " + summary.verdict).c_str());
        QVERIFY2(summary.verdict.find(says.toStdString()) != std::string::npos, summary.verdict.c_str());
        QCOMPARE(summary.stable, cause.isEmpty());
    }

    /// Independent runs of one distribution are seldom called anything but stable, at any length.
    void falseAlarms() {
        for (const std::size_t runs : {20u, 60u, 300u, 2000u}) {
            int alarms = 0;
            constexpr int rounds = 300;
            for (int i = 0; i < rounds; ++i) {
                const auto cause =
                    summarizeTimings(Series(unsigned(1000 + i)).runs(runs, 5, 0.03).values(), width).cause;
                alarms += !cause.empty() && cause != "wide"; // few runs may well be too wide
            }
            QVERIFY2(alarms <= rounds / 50, qPrintable(QStringLiteral("%1 runs: %2 alarms").arg(runs).arg(alarms)));
        }
    }

    /// A step of five per cent behind noise of one is found, where it is.
    void stepsAreFoundWhereTheyAre() {
        for (unsigned seed = 0; seed < 100; ++seed) {
            const std::size_t at = 40 + seed;
            const auto step = findStep(Series(seed).runs(at, 10).runs(200 - at, 10.6).values());
            QVERIFY(step.significant);
            QVERIFY2(std::abs(double(step.at) - double(at)) <= 4,
                     qPrintable(QStringLiteral("%1 instead of %2").arg(step.at).arg(at)));
            QVERIFY(std::abs(step.change - 0.06) < 0.01);
        }
    }

    /// Kendall's test by hand.
    void trendByHand() {
        // z of a perfectly rising series of 10: S = 45, variance 125 -> (45 - 1) / sqrt(125) = 3.94.
        const auto rising = findTrend(std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
        QVERIFY(rising.significant);
        QVERIFY(std::abs(rising.change - 9 / 5.5) < 1e-9);
        // Six rising values: (15 - 1) / sqrt(28.33) = 2.63 > 2.58; one swap: 12 / sqrt(28.33) = 2.25.
        QVERIFY(findTrend(std::vector<double>{1, 2, 3, 4, 5, 6}).significant);
        QVERIFY(!findTrend(std::vector<double>{2, 1, 3, 4, 5, 6}).significant);
        QVERIFY(!findTrend(std::vector<double>(50, 7.0)).significant);
    }

    void outliersAreMarkedAndKept() {
        auto values = Series(20).runs(200, 10).values();
        values[17] = 31;
        values[150] = 12;
        const auto summary = summarizeTimings(values, width);
        QCOMPARE(summary.outliers, (std::vector<std::size_t>{17, 150}));
        QCOMPARE(summary.runs, std::size_t(200));
        QCOMPARE(summary.maximum, 31.0);
        QVERIFY(summary.stable);
    }

    /// Neighbours that are alike: the interval of independent runs holds the median far too seldom, the widened one
    /// does not.
    void coverageOfCorrelatedRuns() {
        int inside = 0, naive = 0;
        constexpr int rounds = 600;
        for (int i = 0; i < rounds; ++i) {
            const auto values = wandering(400, 0.7, 0.1, unsigned(i));
            const auto interval = medianInterval(values);
            inside += interval.low <= 1 && 1 <= interval.high;
            auto mixed = values;
            std::shuffle(mixed.begin(), mixed.end(), std::mt19937(unsigned(i)));
            const auto independent = medianInterval(mixed);
            naive += independent.low <= 1 && 1 <= independent.high;
        }
        qInfo("held the median: %.1f %% with, %.1f %% without regard to the order", 100.0 * inside / rounds,
              100.0 * naive / rounds);
        QVERIFY2(inside >= rounds * 0.88, qPrintable(QString::number(inside)));
        QVERIFY2(naive < rounds * 0.80, qPrintable(QString::number(naive)));
    }

    void everythingIsDeterministic() {
        const auto values = wandering(500, 0.5, 0.1, 3);
        QCOMPARE(summarizeTimings(values, width).verdict, summarizeTimings(values, width).verdict);
    }
};

QTEST_GUILESS_MAIN(TimingFaultsTest)
#include "tst_timingfaults.moc"
