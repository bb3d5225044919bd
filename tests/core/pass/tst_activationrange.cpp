// SPDX-License-Identifier: GPL-3.0-or-later
// Ranges from histograms against plain loops over the stored values.
#include "pass/activationrange.h"
#include "tests/support/modelbuilder.h"
#include "tests/support/testsupport.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace lapidary;

namespace {

constexpr double binWidth = 1.0 / 128;

std::vector<float> valuesOf(const QString& kind) {
    auto values = test::randomFloats(12000, 3);
    for (float& value : values) {
        if (kind == "relu")
            value = std::max(value, 0.0f);
        if (kind == "laplace")
            value = std::copysign(value * value, value) / 2;
        if (kind == "shifted")
            value = value / 4 + 1.5f;
        if (kind == "negative")
            value = -std::fabs(value);
    }
    if (kind == "outlier") {
        values[5] = 9;
        values[6] = -7.5f;
    }
    return values;
}

ValueStatistics statisticsOf(const std::vector<float>& values) {
    ValueStatistics s;
    s.count = values.size();
    s.minimum = *std::min_element(values.begin(), values.end());
    s.maximum = *std::max_element(values.begin(), values.end());
    const double first = std::floor(double(s.minimum) / binWidth);
    const double end = std::floor(double(s.maximum) / binWidth) + 1;
    s.histogramLow = float(first * binWidth);
    s.histogramHigh = float(end * binWidth);
    s.histogram.assign(std::size_t(end - first), 0);
    for (const float value : values)
        ++s.histogram[std::size_t(std::floor(double(value) / binWidth) - first)];
    return s;
}

/// Mean squared error of rounding the values themselves.
double trueError(const std::vector<float>& values, double low, double high, int levels) {
    const double scale = (high - low) / (levels - 1);
    const double zero = std::nearbyint(-low / scale);
    double sum = 0;
    for (const float value : values) {
        const double integer = std::clamp(std::nearbyint(double(value) / scale) + zero, 0.0, double(levels - 1));
        sum += std::pow(double(value) - (integer - zero) * scale, 2);
    }
    return sum / double(values.size());
}

RangeOptions by(RangeMethod method, int levels = 256) {
    RangeOptions options;
    options.method = method;
    options.levels = levels;
    return options;
}

/// Kullback-Leibler divergence of clipping |values| at `threshold` bins and rounding to `levels`, from the definition.
double trueDivergence(const std::vector<float>& values, std::size_t threshold, std::size_t levels) {
    std::vector<double> reference(threshold, 0), inside(threshold, 0), rounded(threshold, 0);
    double count = 0, zeros = 0, next = 0; // of the first bin as many as of the second
    for (const float value : values) {
        const auto bin = std::size_t(std::fabs(value) / binWidth);
        zeros += bin == 0;
        next += bin == 1;
    }
    const double kept = std::min(zeros, next);
    for (const float value : values) {
        const auto bin = std::size_t(std::fabs(value) / binWidth);
        const double weight = bin == 0 ? kept / zeros : 1;
        count += weight;
        reference[std::min(bin, threshold - 1)] += weight;
        if (bin < threshold)
            inside[bin] += weight;
    }
    double total = 0;
    for (std::size_t level = 0; level < levels; ++level) {
        double mass = 0;
        int used = 0;
        for (std::size_t i = level * threshold / levels; i < (level + 1) * threshold / levels; ++i) {
            mass += inside[i];
            used += inside[i] > 0;
        }
        for (std::size_t i = level * threshold / levels; i < (level + 1) * threshold / levels; ++i)
            if (inside[i] > 0)
                rounded[i] = mass / used;
        total += mass;
    }
    if (total < 0.9 * count)
        return 1e300;
    double sum = 0;
    for (std::size_t i = 0; i < threshold; ++i)
        if (reference[i] > 0) {
            const double p = reference[i] / count;
            sum += p * std::log(p / (rounded[i] > 0 ? rounded[i] / total : 1e-9));
        }
    return sum;
}

} // namespace

class TestActivationRange : public test::TestCase {
    Q_OBJECT

    static void kinds() {
        QTest::addColumn<QString>("kind");
        for (const char* kind : {"normal", "relu", "laplace", "shifted", "negative", "outlier"})
            QTest::newRow(kind) << kind;
    }

private Q_SLOTS:
    void smallestErrorAgainstEveryRange_data() { kinds(); }
    void smallestErrorAgainstEveryRange() {
        QFETCH(QString, kind);
        const auto values = valuesOf(kind);
        const auto statistics = statisticsOf(values);
        for (const int levels : {16, 64}) {
            const ActivationRange range = chooseRange(statistics, by(RangeMethod::Mse, levels));
            QVERIFY(range.low >= std::min(0.0f, statistics.minimum) && range.low <= 0);
            QVERIFY(range.high <= std::max(0.0f, statistics.maximum) && range.high >= 0);
            double best = 1e300;
            for (int i = 1; i <= 40; ++i)
                for (int j = 1; j <= 40; ++j) {
                    const double low = std::min(0.0, double(statistics.minimum)) * i / 40;
                    const double high = std::max(0.0, double(statistics.maximum)) * j / 40;
                    best = std::min(best, trueError(values, low, high, levels));
                }
            const double found = trueError(values, double(range.low), double(range.high), levels);
            QVERIFY2(found < 1.03 * best, qPrintable(QString("%1 against %2").arg(found).arg(best)));
        }
    }

    void symmetricRanges() {
        const auto values = valuesOf("shifted");
        RangeOptions options = by(RangeMethod::Mse, 16);
        options.symmetric = true;
        const ActivationRange range = chooseRange(statisticsOf(values), options);
        double best = 1e300, at = 0;
        for (double high = 0.5; high < 3; high += 0.01) {
            double sum = 0;
            for (const float value : values)
                sum += std::pow(
                    double(value) - std::clamp(std::nearbyint(double(value) / high * 7), -8.0, 7.0) * high / 7, 2);
            if (sum < best) {
                best = sum;
                at = high;
            }
        }
        QVERIFY2(std::fabs(double(range.high) - at) < 0.1 * at,
                 qPrintable(QString("%1 and %2").arg(double(range.high)).arg(at)));
    }

    void entropyAgainstItsDefinition_data() { kinds(); }
    void entropyAgainstItsDefinition() {
        QFETCH(QString, kind);
        const auto values = valuesOf(kind);
        const auto statistics = statisticsOf(values);
        const int levels = 64;
        const ActivationRange range = chooseRange(statistics, by(RangeMethod::Entropy, levels));
        const bool oneSided = statistics.minimum >= 0 || statistics.maximum <= 0;
        const auto parts = std::size_t(oneSided ? levels : levels / 2);
        const double largest = std::max(std::fabs(double(statistics.minimum)), std::fabs(double(statistics.maximum)));
        const auto bins = std::size_t(largest / binWidth) + 1;
        double least = 1e300;
        for (std::size_t kept = parts; kept <= bins; ++kept)
            least = std::min(least, trueDivergence(values, kept, parts));
        const double chosen = std::max(-double(range.low), double(range.high));
        const auto kept = std::min(bins, std::size_t(std::lround(chosen / binWidth)));
        const double found = trueDivergence(values, std::max(kept, parts), parts);
        // The search looks at every few thresholds only.
        QVERIFY2(found < least * 1.1 + 1e-4, qPrintable(QString("%1 against %2").arg(found).arg(least)));
        if (kind == "outlier")
            QVERIFY2(chosen < 6, qPrintable(QString::number(chosen)));
    }

    void percentileAgainstSorting() {
        auto values = valuesOf("laplace");
        RangeOptions options = by(RangeMethod::Percentile);
        options.percent = 99;
        const ActivationRange range = chooseRange(statisticsOf(values), options);
        std::sort(values.begin(), values.end());
        QVERIFY(std::fabs(double(range.low) - double(values[values.size() / 200])) < 2 * binWidth);
        QVERIFY(std::fabs(double(range.high) - double(values[values.size() - values.size() / 200])) < 2 * binWidth);
    }

    void averageOverSamples() {
        ValueStatistics s = statisticsOf(valuesOf("normal"));
        s.meanMinimum = -1.25;
        s.meanMaximum = 2;
        const ActivationRange range = chooseRange(s, by(RangeMethod::MovingAverage));
        QCOMPARE(range.low, -1.25f);
        QCOMPARE(range.high, 2.0f);
        s.meanMinimum = 0.5; // all samples above zero, which stays in the range
        QCOMPARE(chooseRange(s, by(RangeMethod::MovingAverage)).low, 0.0f);
    }

    void errorAgainstPlainLoops() {
        const auto values = valuesOf("normal");
        const auto statistics = statisticsOf(values);
        for (const int levels : {16, 256, 65536}) {
            const RangeError error = rangeError(statistics, {-2, 2.5f}, levels, false);
            const double exact = trueError(values, -2, 2.5, levels);
            const double scale = 4.5 / (levels - 1), zero = std::nearbyint(2 / scale);
            double outside = 0, signal = 0;
            for (const float value : values) {
                outside += double(value) < -zero * scale || double(value) > (levels - 1 - zero) * scale;
                signal += double(value) * double(value);
            }
            QVERIFY2(std::fabs(error.noise - exact) < 0.05 * exact,
                     qPrintable(QString("%1 and %2").arg(error.noise).arg(exact)));
            QVERIFY(std::fabs(error.clippedShare - outside / double(values.size())) < 1e-3);
            QVERIFY(std::fabs(error.signal - signal / double(values.size())) < 1e-3);
            QVERIFY(std::fabs(error.sqnrDb() - 10 * std::log10(error.signal / error.noise)) < 1e-9);
        }
    }

    void oddStatistics() {
        for (const auto method : {RangeMethod::MinMax, RangeMethod::Percentile, RangeMethod::Entropy, RangeMethod::Mse,
                                  RangeMethod::MovingAverage}) {
            ValueStatistics s;
            ActivationRange range = chooseRange(s, by(method)); // nothing seen
            QCOMPARE(range.low, 0.0f);
            QCOMPARE(range.high, 0.0f);
            s.count = 10;
            s.minimum = s.maximum = 3;
            s.meanMinimum = s.meanMaximum = 3;
            s.histogram = {10};
            s.histogramLow = 3;
            s.histogramHigh = 3.0000005f;
            range = chooseRange(s, by(method)); // a constant
            QCOMPARE(range.low, 0.0f);
            QVERIFY2(std::fabs(range.high - 3) < 0.1f, qPrintable(QString::number(double(range.high))));
        }
        QCOMPARE(statisticsFor(by(RangeMethod::MinMax)), unsigned(Statistic::Range));
        QCOMPARE(statisticsFor(by(RangeMethod::Mse)), unsigned(Statistic::Range) | unsigned(Statistic::Histogram));
    }
};

QTEST_GUILESS_MAIN(TestActivationRange)
#include "tst_activationrange.moc"
