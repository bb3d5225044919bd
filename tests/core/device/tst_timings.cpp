// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/hostenvironment.h"
#include "device/profile.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace lapidary;
using namespace lapidary::test;

namespace {

/// P(the interval [sorted[low], sorted[high]] holds the median), exactly: the number of samples below the median is
/// binomial(n, 1/2).
double coverage(std::size_t n, std::size_t low, std::size_t high) {
    double sum = 0;
    for (std::size_t k = low + 1; k <= high; ++k)
        sum += std::exp(std::lgamma(double(n) + 1) - std::lgamma(double(k) + 1) - std::lgamma(double(n - k) + 1) -
                        double(n) * std::log(2.0));
    return sum;
}

std::vector<double> lognormal(std::size_t n, std::mt19937& random, double sigma = 0.3) {
    std::lognormal_distribution<double> distribution(0, sigma);
    std::vector<double> values(n);
    for (auto& value : values)
        value = distribution(random);
    return values;
}

Profile sampleProfile() {
    Profile profile;
    profile.device = "usb:1";
    profile.threads = 3;
    profile.batch = 4;
    profile.runsMs = {1.5, 1.25, 1.75, 1.5, 1.5};
    profile.timing = summarizeTimings(profile.runsMs, 0.5);
    profile.loadMs = 12.5;
    profile.firstRunMs = 3.25;
    profile.peakMemoryBytes = 5'000'000'000u;
    profile.energyMillijoules = 0.75;
    profile.unattributedMs = 0.125;
    profile.nodes = {{"/a/conv", "Conv", 1.0, 0.8, "Conv, ReorderInput", "float32", true},
                     {"ä \"b\"", "Relu", 0.25, 0.2, "Relu", "", false}};
    profile.environment = {{"cpu", "x"}, {"os", "y"}};
    return profile;
}

} // namespace

class TimingsTest : public TestCase {
    Q_OBJECT

private Q_SLOTS:
    void fewRunsAreNoMeasurement() {
        const auto five = summarizeTimings({1, 1, 1, 1, 1}, 0.5);
        QVERIFY(!five.stable);
        QCOMPARE(five.verdict, std::string("unstable: 5 runs are too few"));
        QVERIFY(coverage(6, 0, 5) > 0.95 && coverage(5, 0, 4) < 0.95);
        QVERIFY(summarizeTimings({1, 1, 1, 1, 1, 1}, 0.5).stable);
    }

    void againstBruteForce_data() {
        QTest::addColumn<int>("runs");
        for (const int n : {1, 2, 3, 4, 5, 9, 10, 20, 99, 100, 1000})
            QTest::addRow("%d", n) << n;
    }
    void againstBruteForce() {
        QFETCH(int, runs);
        std::mt19937 random{unsigned(runs)};
        const auto values = lognormal(std::size_t(runs), random);
        const auto summary = summarizeTimings(values, 0.02);
        auto sorted = values;
        std::sort(sorted.begin(), sorted.end());
        const std::size_t n = sorted.size();
        QCOMPARE(summary.runs, n);
        QCOMPARE(summary.minimum, sorted.front());
        QCOMPARE(summary.maximum, sorted.back());
        QCOMPARE(summary.median, n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2);
        double sum = 0;
        for (const double value : values)
            sum += value;
        QVERIFY(std::abs(summary.mean - sum / double(n)) < 1e-12);
        // At least the asked share of the runs is at or below a percentile, and the one above it is no smaller.
        for (const auto& [value, share] : {std::pair(summary.p90, 0.9), std::pair(summary.p99, 0.99)}) {
            const auto rank = std::size_t(std::floor(share * double(n - 1)));
            QVERIFY(value >= sorted[rank] && value <= sorted[std::min(rank + 1, n - 1)]);
        }
        const auto low = std::size_t(std::find(sorted.begin(), sorted.end(), summary.ciLow) - sorted.begin());
        const auto high = std::size_t(std::find(sorted.begin(), sorted.end(), summary.ciHigh) - sorted.begin());
        QVERIFY2(low < n && high < n, "the interval's ends are measured values");
        QVERIFY(summary.ciLow <= summary.median && summary.median <= summary.ciHigh);
    }

    /// The ranks enclose the median with 95 % by the binomial distribution itself, and not with far more than needed.
    void ranksHaveTheCoverage() {
        for (std::size_t n = 6; n <= 400; ++n) {
            std::vector<double> values(n);
            for (std::size_t i = 0; i < n; ++i)
                values[i] = double(i);
            std::shuffle(values.begin(), values.end(), std::mt19937(unsigned(n))); // rising, they would tell of each other
            const auto summary = summarizeTimings(values, 0.02);
            const auto low = std::size_t(summary.ciLow);
            const auto high = std::size_t(summary.ciHigh);
            const auto what = QStringLiteral("n = %1: ranks %2 to %3, coverage %4")
                                  .arg(n)
                                  .arg(low)
                                  .arg(high)
                                  .arg(coverage(n, low, high));
            QVERIFY2(coverage(n, low, high) >= 0.95, qPrintable(what));
            if (n >= 20 && summary.autocorrelation == 0)
                QVERIFY2(coverage(n, low, high) <= 0.99, qPrintable(what));
        }
    }

    /// And on skewed timings the interval does hold the true median.
    void simulatedCoverage() {
        std::mt19937 random(99);
        int inside = 0;
        constexpr int rounds = 2000;
        for (int i = 0; i < rounds; ++i) {
            const auto summary = summarizeTimings(lognormal(40, random), 0.02);
            inside += summary.ciLow <= 1.0 && 1.0 <= summary.ciHigh; // the true median of this distribution
        }
        QVERIFY2(inside >= rounds * 0.945, qPrintable(QString::number(inside)));
        QVERIFY2(inside < rounds, "an interval that always holds the median is too wide to be one");
    }

    void verdicts() {
        QVERIFY(!summarizeTimings({}, 0.02).stable);
        QCOMPARE(summarizeTimings({}, 0.02).runs, std::size_t(0));
        std::mt19937 random(5);
        auto tight = lognormal(200, random, 0.01);
        const auto good = summarizeTimings(tight, 0.02);
        QVERIFY2(good.stable, good.verdict.c_str());
        QCOMPARE(good.verdict, std::string("stable"));
        const auto wide = summarizeTimings(lognormal(20, random, 1.0), 0.02);
        QVERIFY(!wide.stable);
        QVERIFY2(wide.verdict.find("wide") != std::string::npos, wide.verdict.c_str());
    }

    /// A computer that gets slower while it is measured: each half is tight, and so is the whole.
    void driftIsSeen() {
        std::mt19937 random(6);
        auto values = lognormal(2000, random, 0.002);
        for (std::size_t i = 0; i < values.size(); ++i)
            values[i] *= 1.0 + 0.2 * double(i) / double(values.size());
        const auto slower = summarizeTimings(values, 0.02);
        QVERIFY(!slower.stable);
        QVERIFY2(slower.verdict.find("18 % slower") != std::string::npos, slower.verdict.c_str());
        std::reverse(values.begin(), values.end());
        QVERIFY(!summarizeTimings(values, 0.02).stable);
        std::shuffle(values.begin(), values.end(), random);
        QVERIFY2(summarizeTimings(values, 0.02).stable, "the same numbers in mixed order do not drift");
    }

    void profileRoundTrip() {
        const auto profile = sampleProfile();
        const auto json = profile.toJson();
        for (const char* key : {"median_ms", "p90_ms", "ci95_ms", "runs", "load_ms", "peak_memory_bytes", "nodes"})
            QVERIFY2(json.contains(key), key);
        const auto parsed = Json::parse(json.dump());
        LAPIDARY_VERIFY_OK(parsed);
        const auto again = Profile::fromJson(*parsed);
        LAPIDARY_VERIFY_OK(again);
        QCOMPARE(again->toJson().dump(), json.dump());
        QCOMPARE(again->device, profile.device);
        QCOMPARE(again->batch, 4);
        QVERIFY(again->runsMs == profile.runsMs);
        QCOMPARE(again->timing.ciHigh, profile.timing.ciHigh);
        QCOMPARE(again->timing.stable, profile.timing.stable);
        QCOMPARE(again->peakMemoryBytes, profile.peakMemoryBytes);
        QCOMPARE(again->nodes.size(), std::size_t(2));
        QCOMPARE(again->nodes[1].node, profile.nodes[1].node);
        QVERIFY(again->nodes[0].fused && !again->nodes[1].fused);
        QVERIFY(again->environment == profile.environment);
        auto without = profile;
        without.energyMillijoules = -1;
        QVERIFY(!without.toJson().contains("energy_mj"));
        QCOMPARE(Profile::fromJson(without.toJson())->energyMillijoules, -1.0);
    }

    void brokenProfilesAreRefused() {
        for (const char* text : {"null", "[]", "{}", R"({"median_ms":"fast","runs":3})", R"({"median_ms":1})"}) {
            const auto profile = Profile::fromJson(Json::parse(text).value());
            QVERIFY2(!profile.ok(), text);
            QCOMPARE(profile.error().code, std::string("profile.format"));
        }
        QVERIFY(Profile::fromJson(Json::parse(R"({"median_ms":1,"runs":-3,"ci95_ms":[1],"nodes":5})").value()).ok());
    }

    void thisComputer() {
        const auto facts = hostEnvironment();
        for (const char* key : {"cpu", "cores"})
            QVERIFY2(facts.count(key) == 1 && !facts.at(key).empty(), key);
        QVERIFY(hostCores() >= 1);
        QVERIFY(residentBytes() > (1u << 20));
        QVERIFY(peakMemoryBytes() > (1u << 20));
        if (!resetPeakMemory())
            QSKIP("This system does not let the peak memory be reset");
        const auto before = peakMemoryBytes();
        {
            std::vector<char> large(64 << 20);
            for (std::size_t i = 0; i < large.size(); i += 512)
                large[i] = char(i);
            QVERIFY(peakMemoryBytes() >= before + (60u << 20));
        }
        QVERIFY2(peakMemoryBytes() >= before + (60u << 20), "the peak stays when the memory is given back");
    }
};

QTEST_GUILESS_MAIN(TimingsTest)
#include "tst_timings.moc"
