// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/streamingstatistics.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

namespace lapidary {

namespace {

/// Elements handled at a time: they stay in the first-level cache between the range and the counting.
constexpr std::size_t chunk = 4096;
constexpr std::size_t lanes = 16;
constexpr std::int32_t exponentBits = 0x7f800000;
/// Bins no finer than this part of the largest magnitude: a float has no more digits, and bin numbers stay small.
constexpr int magnitudeBits = 22;
constexpr int finestExponent = -100;

bool isFinite(float value) {
    return (std::bit_cast<std::int32_t>(value) & 0x7fffffff) < exponentBits;
}

/// The independent lanes are what lets the compiler use vector instructions without reordering anything.
FiniteRange vectorRange(std::span<const float> values, bool& allFinite) {
    std::array<float, lanes> low, high;
    std::array<std::int32_t, lanes> odd{};
    low.fill(std::numeric_limits<float>::infinity());
    high.fill(-std::numeric_limits<float>::infinity());
    const float* x = values.data();
    const std::size_t whole = values.size() / lanes * lanes;
    for (std::size_t i = 0; i < whole; i += lanes)
        for (std::size_t j = 0; j < lanes; ++j) {
            const float v = x[i + j];
            low[j] = v < low[j] ? v : low[j];
            high[j] = v > high[j] ? v : high[j];
            odd[j] |= (std::bit_cast<std::int32_t>(v) & 0x7fffffff) >= exponentBits ? -1 : 0;
        }
    for (std::size_t i = whole; i < values.size(); ++i) {
        low[0] = x[i] < low[0] ? x[i] : low[0];
        high[0] = x[i] > high[0] ? x[i] : high[0];
        odd[0] |= isFinite(x[i]) ? 0 : -1;
    }
    std::int32_t any = 0;
    for (const auto flag : odd)
        any |= flag;
    allFinite = any == 0;
    return {*std::min_element(low.begin(), low.end()), *std::max_element(high.begin(), high.end()), 0};
}

/// The finite values among `values`.
std::vector<float> onlyFinite(std::span<const float> values) {
    std::vector<float> kept;
    kept.reserve(values.size());
    for (const float value : values)
        if (isFinite(value))
            kept.push_back(value);
    return kept;
}

struct Sums {
    double sum = 0;
    double squares = 0;
};

Sums sumsOf(std::span<const float> values) {
    constexpr std::size_t width = 8;
    std::array<double, width> sum{}, squares{};
    const float* x = values.data();
    const std::size_t whole = values.size() / width * width;
    for (std::size_t i = 0; i < whole; i += width)
        for (std::size_t j = 0; j < width; ++j) {
            const double v = x[i + j];
            sum[j] += v;
            squares[j] += v * v;
        }
    Sums total;
    for (std::size_t j = 0; j < width; ++j) {
        total.sum += sum[j];
        total.squares += squares[j];
    }
    for (std::size_t i = whole; i < values.size(); ++i) {
        total.sum += x[i];
        total.squares += double(x[i]) * x[i];
    }
    return total;
}

std::int64_t binOf(float value, int exponent) {
    return std::int64_t(std::floor(std::ldexp(double(value), -exponent)));
}

} // namespace

FiniteRange finiteRange(std::span<const float> values) {
    bool allFinite = true;
    FiniteRange range = vectorRange(values, allFinite);
    if (allFinite)
        return range;
    const auto kept = onlyFinite(values);
    range = vectorRange(kept, allFinite);
    range.bad = values.size() - kept.size();
    return range;
}

double GrowingHistogram::width() const {
    return std::ldexp(1.0, m_exponent);
}

void GrowingHistogram::cover(float low, float high) {
    const bool first = m_counts.empty();
    if (!first && low >= m_low && high <= m_high)
        return;
    m_low = first ? low : std::min(low, m_low);
    m_high = first ? high : std::max(high, m_high);
    int magnitude = 0;
    std::frexp(std::max(std::fabs(m_low), std::fabs(m_high)), &magnitude);
    int exponent = std::max(magnitude - magnitudeBits, finestExponent);
    while (binOf(m_high, exponent) - binOf(m_low, exponent) >= maxBins)
        ++exponent;
    rebin(exponent, binOf(m_low, exponent));
}

void GrowingHistogram::rebin(int exponent, std::int64_t first) {
    if (m_counts.empty()) {
        m_counts.assign(maxBins, 0);
    } else if (exponent != m_exponent || first != m_first) {
        std::vector<std::uint64_t> counts(maxBins, 0);
        const int shift = std::min(exponent - m_exponent, 62);
        for (std::int64_t i = 0; i < maxBins; ++i)
            if (const auto count = m_counts[std::size_t(i)])
                counts[std::size_t(((m_first + i) >> shift) - first)] += count;
        m_counts = std::move(counts);
    }
    m_exponent = exponent;
    m_first = first;
}

void GrowingHistogram::add(std::span<const float> values) {
    // Four tables in turn: equal neighbours (zeros after a Relu) would otherwise wait for each other.
    static thread_local std::array<std::array<std::uint32_t, maxBins>, 4> tables;
    for (auto& table : tables)
        table.fill(0);
    std::array<std::int32_t, chunk> bins;
    const float inverse = float(std::ldexp(1.0, -m_exponent));
    const auto first = std::int32_t(m_first);
    for (std::size_t at = 0; at < values.size(); at += chunk) {
        const std::size_t count = std::min(chunk, values.size() - at);
        const float* x = values.data() + at;
        for (std::size_t i = 0; i < count; ++i) {
            const float scaled = x[i] * inverse;
            const auto whole = std::int32_t(scaled);
            bins[i] = whole - (scaled < float(whole) ? 1 : 0) - first;
        }
        std::size_t i = 0;
        for (; i + 4 <= count; i += 4)
            for (std::size_t j = 0; j < 4; ++j)
                ++tables[j][std::size_t(bins[i + j])];
        for (; i < count; ++i)
            ++tables[0][std::size_t(bins[i])];
    }
    for (std::size_t i = 0; i < std::size_t(maxBins); ++i)
        m_counts[i] += std::uint64_t(tables[0][i]) + tables[1][i] + tables[2][i] + tables[3][i];
}

void GrowingHistogram::finish(ValueStatistics& out) const {
    if (m_counts.empty())
        return;
    const auto bins = std::size_t(binOf(m_high, m_exponent) - m_first + 1);
    out.histogram.assign(m_counts.begin(), m_counts.begin() + std::ptrdiff_t(bins));
    out.histogramLow = float(double(m_first) * width());
    out.histogramHigh = float(double(m_first + std::int64_t(bins)) * width());
}

void StreamingStatistics::add(std::span<const float> values, const Shape& shape, std::size_t samples) {
    const bool apart = samples > 1 && !shape.empty() && std::size_t(shape[0]) == samples;
    const std::size_t each = apart ? values.size() / samples : values.size();
    for (std::size_t at = 0; each > 0 && at + each <= values.size(); at += each)
        addSample(values.subspan(at, each));
    const unsigned perChannel = unsigned(Statistic::ChannelRange) | unsigned(Statistic::ChannelMean);
    if ((m_wanted & perChannel) == 0 || shape.size() < 2 || values.empty() || shape[1] <= 0)
        return;
    std::size_t inner = 1;
    for (std::size_t i = 2; i < shape.size(); ++i)
        inner *= std::size_t(shape[i]);
    addChannels(values, std::size_t(shape[1]), inner);
}

void StreamingStatistics::addSample(std::span<const float> values) {
    FiniteRange whole{std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()};
    for (std::size_t at = 0; at < values.size();) {
        const std::size_t count = std::min(values.size() - at, std::size_t(1) << 16);
        const FiniteRange range = addFinite(values.subspan(at, count));
        whole.low = std::min(whole.low, range.low);
        whole.high = std::max(whole.high, range.high);
        at += count;
    }
    if (whole.low > whole.high)
        return;
    m_lowSum += double(whole.low);
    m_highSum += double(whole.high);
    ++m_samples;
}

FiniteRange StreamingStatistics::addFinite(std::span<const float> values) {
    bool allFinite = true;
    FiniteRange range = vectorRange(values, allFinite);
    std::vector<float> kept;
    if (!allFinite) {
        kept = onlyFinite(values);
        m_result.notFinite += values.size() - kept.size();
        values = kept;
        range = vectorRange(values, allFinite);
    }
    if (values.empty())
        return range;
    const bool first = m_result.count == 0;
    m_result.minimum = first ? range.low : std::min(m_result.minimum, range.low);
    m_result.maximum = first ? range.high : std::max(m_result.maximum, range.high);
    m_result.count += values.size();
    if (m_wanted & unsigned(Statistic::Histogram)) {
        m_histogram.cover(range.low, range.high);
        m_histogram.add(values);
    }
    return range;
}

void StreamingStatistics::addChannels(std::span<const float> values, std::size_t channels, std::size_t inner) {
    if (m_channelCount.empty()) {
        m_channelCount.assign(channels, 0);
        m_channelSum.assign(channels, 0);
        m_channelSquares.assign(channels, 0);
        m_result.channelMinimum.assign(channels, 0);
        m_result.channelMaximum.assign(channels, 0);
    }
    if (m_channelCount.size() != channels || inner == 0)
        return;
    for (std::size_t at = 0; at + inner <= values.size(); at += inner)
        addChannelPart(at / inner % channels, values.subspan(at, inner));
}

void StreamingStatistics::addChannelPart(std::size_t channel, std::span<const float> values) {
    bool allFinite = true;
    FiniteRange range = vectorRange(values, allFinite);
    std::vector<float> kept;
    if (!allFinite) {
        kept = onlyFinite(values);
        values = kept;
        range = vectorRange(values, allFinite);
    }
    if (values.empty())
        return;
    float& low = m_result.channelMinimum[channel];
    float& high = m_result.channelMaximum[channel];
    const bool first = m_channelCount[channel] == 0;
    low = first ? range.low : std::min(low, range.low);
    high = first ? range.high : std::max(high, range.high);
    m_channelCount[channel] += values.size();
    if (m_wanted & unsigned(Statistic::ChannelMean)) {
        const Sums sums = sumsOf(values);
        m_channelSum[channel] += sums.sum;
        m_channelSquares[channel] += sums.squares;
    }
}

ValueStatistics StreamingStatistics::finish() const {
    ValueStatistics result = m_result;
    if (m_samples > 0) {
        result.meanMinimum = m_lowSum / double(m_samples);
        result.meanMaximum = m_highSum / double(m_samples);
    }
    m_histogram.finish(result);
    if (!(m_wanted & unsigned(Statistic::ChannelRange))) {
        result.channelMinimum.clear();
        result.channelMaximum.clear();
    }
    if (m_wanted & unsigned(Statistic::ChannelMean))
        for (std::size_t c = 0; c < m_channelCount.size(); ++c) {
            const double count = std::max<double>(double(m_channelCount[c]), 1);
            result.channelMean.push_back(m_channelSum[c] / count);
            result.channelMeanSquare.push_back(m_channelSquares[c] / count);
        }
    return result;
}

std::uint64_t StreamingStatistics::bytes() const {
    const auto sizeOf = [](const auto& vector) { return std::uint64_t(vector.capacity() * sizeof(*vector.data())); };
    return sizeof *this + m_histogram.bytes() + sizeOf(m_channelSum) + sizeOf(m_channelSquares) +
           sizeOf(m_channelCount) + sizeOf(m_result.channelMinimum) + sizeOf(m_result.channelMaximum);
}

} // namespace lapidary
