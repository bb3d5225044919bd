// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/sampleorder.h"
#include "eval/anytimeinterval.h"
#include "eval/metrics.h"
#include "eval/stoprule.h"
#include "testsupport.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

using namespace lapidary;

namespace {

/// `lost` times -1 … a population of paired outcomes.
std::vector<double> outcomes(std::size_t size, std::size_t lost, std::size_t gained) {
    std::vector<double> all(size, 0);
    std::fill_n(all.begin(), lost, 1);
    std::fill_n(all.begin() + std::ptrdiff_t(lost), gained, -1);
    return all;
}

struct Trial {
    bool missed = false;       ///< the mean was outside at some moment
    std::size_t settledAt = 0; ///< samples until the limit was excluded
};

Trial follow(const std::vector<double>& population, double limit, std::uint64_t seed, double error = 0.05) {
    const double mean = std::accumulate(population.begin(), population.end(), 0.0) / double(population.size());
    AnytimeInterval interval(population.size(), -1, 1, error);
    Trial trial;
    for (const std::size_t index : shuffledOrder(population.size(), seed)) {
        interval.add(population[index]);
        trial.missed = trial.missed || mean < interval.low() - 1e-9 || mean > interval.high() + 1e-9;
        if (trial.settledAt == 0 && interval.excludes(limit))
            trial.settledAt = interval.samples();
    }
    return trial;
}

} // namespace

class TestAnytimeInterval : public test::TestCase {
    Q_OBJECT

private Q_SLOTS:
    void holdsAtEveryMoment_data() {
        QTest::addColumn<int>("lost");
        QTest::addColumn<int>("gained");
        QTest::newRow("few pairs differ") << 8 << 4;
        QTest::newRow("no drop") << 20 << 20;
        QTest::newRow("large drop") << 120 << 10;
        QTest::newRow("all lost") << 400 << 0;
        QTest::newRow("nothing differs") << 0 << 0;
    }
    void holdsAtEveryMoment() {
        QFETCH(int, lost);
        QFETCH(int, gained);
        const auto population = outcomes(400, std::size_t(lost), std::size_t(gained));
        // At a tenth, so that a wrong bound shows: of 300 trials 30 may miss, and 46 is three deviations above.
        int missed = 0;
        for (std::uint64_t seed = 1; seed <= 300; ++seed)
            missed += follow(population, 2, seed, 0.1).missed;
        QVERIFY2(missed <= 46, qPrintable(QString::number(missed)));
    }

    void neverWidensAndEndsAtTheMean() {
        const auto population = outcomes(500, 30, 12);
        AnytimeInterval interval(population.size(), -1, 1, 0.05);
        double low = -1, high = 1;
        for (const std::size_t index : shuffledOrder(population.size(), 7)) {
            interval.add(population[index]);
            QVERIFY(interval.low() >= low - 1e-12 && interval.high() <= high + 1e-12);
            low = interval.low();
            high = interval.high();
        }
        QVERIFY(std::abs(low - 18.0 / 500) < 1e-12 && std::abs(high - low) < 1e-12);
    }

    void stopsEarlyWhereItIsClear() {
        // A drop of a tenth of a point against a limit of five: most of the data is not needed.
        std::vector<std::size_t> clear, close;
        for (std::uint64_t seed = 1; seed <= 21; ++seed) {
            clear.push_back(follow(outcomes(3000, 15, 12), 0.05, seed).settledAt);
            close.push_back(follow(outcomes(3000, 120, 95), 0.01, seed).settledAt);
        }
        std::sort(clear.begin(), clear.end());
        std::sort(close.begin(), close.end());
        qInfo("settled after a median of %zu samples of 3000 (clear) and %zu (close)", clear[10], close[10]);
        QVERIFY(clear[10] > 20 && clear[10] < 600);
        QVERIFY(close[10] > clear[10]);
    }

    void readsRules() {
        const auto drop = StopRule::parse("drop=1.5");
        QVERIFY(drop.ok());
        QVERIFY(drop->metric == StopRule::Metric::Drop);
        QCOMPARE(drop->limit, 1.5);
        QVERIFY(StopRule::parse("drop=-2").ok());
        QCOMPARE(StopRule::parse("agreement=98")->metricName(), std::string("agreement"));
        for (const char* wrong :
             {"", "drop", "drop=", "drop=x", "top1=80 ", "top1=-1", "top1=101", "speed=3", "drop=nan"})
            QCOMPARE(StopRule::parse(wrong).error().code, std::string("eval.stop_rule"));
    }

    void finitePopulations() {
        const auto half = proportionOfAll(40, 50, 100), none = proportion(40, 50), all = proportionOfAll(80, 100, 100);
        QCOMPARE(half.percent, 80.0);
        QVERIFY(half.low > none.low && half.high < none.high);
        QVERIFY(half.low >= 40 && half.high <= 90); // what was seen is certain
        QCOMPARE(all.low, 80.0);
        QCOMPARE(all.high, 80.0);
        // Draws without replacement: the interval holds about as often as it says.
        const std::vector<double> population = outcomes(600, 500, 0);
        int inside = 0;
        for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
            const auto order = shuffledOrder(600, seed);
            std::uint64_t hits = 0;
            for (std::size_t i = 0; i < 200; ++i)
                hits += population[order[i]] > 0;
            const auto share = proportionOfAll(hits, 200, 600);
            inside += share.low <= 100 * 500.0 / 600 && share.high >= 100 * 500.0 / 600;
        }
        QVERIFY2(inside >= 930 && inside <= 985, qPrintable(QString::number(inside)));
    }

    void pairedDifferences() {
        // Agresti and Min's adjusted interval by hand: b = 12, c = 4, n = 100.
        const auto difference = pairedDrop(12, 4, 100);
        QCOMPARE(difference.percent, 8.0);
        const double d = 8.0 / 102, variance = (17.0 / 102 - d * d) / 102;
        QVERIFY(std::abs(difference.low - 100 * (d - 1.959963984540054 * std::sqrt(variance))) < 1e-9);
        QVERIFY(std::abs(difference.high - 100 * (d + 1.959963984540054 * std::sqrt(variance))) < 1e-9);
        const auto all = pairedDrop(12, 4, 100, 100);
        QCOMPARE(all.low, 8.0);
        QCOMPARE(all.high, 8.0);
    }

    void ordersAreWhole() {
        auto order = shuffledOrder(1000, 3);
        QVERIFY(order == shuffledOrder(1000, 3));
        QVERIFY(order != shuffledOrder(1000, 4));
        // The same on every machine and at every time: stored values are found by it.
        QCOMPARE(shuffledOrder(5, 1), shuffledOrder(5, 1));
        std::sort(order.begin(), order.end());
        for (std::size_t i = 0; i < order.size(); ++i)
            QCOMPARE(order[i], i);
        std::array<int, 4> first{};
        for (std::uint64_t seed = 0; seed < 4000; ++seed)
            ++first[shuffledOrder(4, seed).front()];
        for (const int count : first)
            QVERIFY(std::abs(count - 1000) < 120);
    }
};

QTEST_GUILESS_MAIN(TestAnytimeInterval)
#include "tst_anytimeinterval.moc"
