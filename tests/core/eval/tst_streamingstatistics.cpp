// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/streamingstatistics.h"
#include "modelbuilder.h"
#include "testsupport.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace lapidary;

namespace {

constexpr unsigned everything = 15;

ValueStatistics gather(const std::vector<std::vector<float>>& parts, const Shape& shape = {}) {
    StreamingStatistics statistics(everything);
    for (const auto& part : parts)
        statistics.add(part, shape.empty() ? Shape{std::int64_t(part.size())} : shape);
    return statistics.finish();
}

/// Counts into the bins the statistics chose, one value at a time.
std::vector<std::uint64_t> reference(const ValueStatistics& statistics, const std::vector<float>& values) {
    std::vector<std::uint64_t> counts(statistics.histogram.size(), 0);
    const double width = (double(statistics.histogramHigh) - statistics.histogramLow) / double(counts.size());
    for (const float value : values)
        ++counts[std::size_t(std::floor((double(value) - statistics.histogramLow) / width))];
    return counts;
}

} // namespace

class TestStreamingStatistics : public test::TestCase {
    Q_OBJECT
private Q_SLOTS:
    void histogramAgainstReference() {
        for (const float scale : {1e-20f, 1e-3f, 1.0f, 37.0f, 1e20f}) {
            auto values = test::randomFloats(20001, 5, scale);
            for (std::size_t i = 0; i < values.size(); i += 3)
                values[i] = 0;
            const auto statistics = gather({values});
            QCOMPARE(statistics.minimum, *std::min_element(values.begin(), values.end()));
            QCOMPARE(statistics.maximum, *std::max_element(values.begin(), values.end()));
            QCOMPARE(statistics.count, std::uint64_t(20001));
            QVERIFY(statistics.histogram.size() <= 2048);
            QVERIFY(statistics.histogram.size() > 1000);
            QVERIFY(statistics.histogramLow <= statistics.minimum);
            QVERIFY(statistics.histogramHigh >= statistics.maximum);
            QVERIFY(statistics.histogram == reference(statistics, values));
        }
    }

    void orderAndBatchesDoNotMatter() {
        auto values = test::randomFloats(30000, 9);
        values[7] = 300; // the range grows by steps
        values[20000] = -4000;
        const auto whole = gather({values});
        std::vector<std::vector<float>> parts;
        for (std::size_t i = 0; i < values.size(); i += 1000)
            parts.emplace_back(values.begin() + std::ptrdiff_t(i), values.begin() + std::ptrdiff_t(i + 1000));
        const auto cut = gather(parts);
        std::reverse(parts.begin(), parts.end());
        const auto reversed = gather(parts);
        for (const auto& other : {cut, reversed}) {
            QVERIFY(other.histogram == whole.histogram);
            QCOMPARE(other.histogramLow, whole.histogramLow);
            QCOMPARE(other.histogramHigh, whole.histogramHigh);
            QCOMPARE(other.minimum, -4000.0f);
        }
        QVERIFY(whole.histogram == reference(whole, values));
    }

    void farFromZeroAndConstant() {
        std::vector<float> values(100, 1e6f);
        auto statistics = gather({values});
        QCOMPARE(statistics.histogram, std::vector<std::uint64_t>{100});
        for (std::size_t i = 0; i < 100; ++i)
            values[i] += float(i);
        statistics = gather({values});
        QCOMPARE(std::accumulate(statistics.histogram.begin(), statistics.histogram.end(), std::uint64_t(0)),
                 std::uint64_t(100));
        QVERIFY(statistics.histogram == reference(statistics, values));
        statistics = gather({std::vector<float>(10, 0.0f)});
        QCOMPARE(statistics.histogram, std::vector<std::uint64_t>{10});
        QCOMPARE(statistics.maximum, 0.0f);
    }

    void oddValuesAreLeftOut() {
        const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
        std::vector<float> values(100, 2.0f);
        values[3] = nan;
        values[50] = infinity;
        values[99] = -infinity;
        values[98] = -1;
        const auto statistics = gather({values}, {1, 100});
        QCOMPARE(statistics.count, std::uint64_t(97));
        QCOMPARE(statistics.notFinite, std::uint64_t(3));
        QCOMPARE(statistics.minimum, -1.0f);
        QCOMPARE(statistics.maximum, 2.0f);
        const auto nothing = gather({std::vector<float>(5, nan)});
        QCOMPARE(nothing.count, std::uint64_t(0));
        QVERIFY(nothing.histogram.empty());
        QCOMPARE(finiteRange(values).bad, std::uint64_t(3));
    }

    void rangesOfSamples() {
        const auto values = test::randomFloats(4 * 3 * 50, 21);
        double low = 0, high = 0;
        for (std::size_t sample = 0; sample < 4; ++sample) {
            float least = 1e9f, most = -1e9f;
            for (std::size_t i = sample * 150; i < (sample + 1) * 150; ++i) {
                least = std::min(least, values[i]);
                most = std::max(most, values[i]);
            }
            low += double(least) / 4;
            high += double(most) / 4;
        }
        StreamingStatistics together(everything), apart(everything), one(everything);
        together.add(values, {4, 3, 50}, 4);
        for (std::size_t sample = 0; sample < 4; ++sample)
            apart.add(std::span(values).subspan(sample * 150, 150), {1, 3, 50});
        one.add(values, {12, 50}, 4); // its first axis is no samples
        for (const auto& statistics : {together.finish(), apart.finish()}) {
            QVERIFY(std::fabs(statistics.meanMinimum - low) < 1e-6);
            QVERIFY(std::fabs(statistics.meanMaximum - high) < 1e-6);
        }
        QCOMPARE(one.finish().meanMaximum, double(one.finish().maximum));
    }

    void channels() {
        std::vector<float> values;
        for (int n = 0; n < 2; ++n)
            for (int c = 0; c < 3; ++c)
                for (int i = 0; i < 5; ++i)
                    values.push_back(float(100 * c + 10 * n + i));
        const auto statistics = gather({values, values}, {2, 3, 5});
        QCOMPARE(statistics.channelMinimum, (std::vector<float>{0, 100, 200}));
        QCOMPARE(statistics.channelMaximum, (std::vector<float>{14, 114, 214}));
        QCOMPARE(statistics.channelMean[1], 107.0);
        double squares = 0;
        for (const int x : {200, 201, 202, 203, 204, 210, 211, 212, 213, 214})
            squares += x * x;
        QCOMPARE(statistics.channelMeanSquare[2], squares / 10);
    }
};

QTEST_GUILESS_MAIN(TestStreamingStatistics)
#include "tst_streamingstatistics.moc"
