// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor/tensorstatistics.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace lapidary {

namespace {

constexpr std::uint64_t chunkSize = 1 << 14;
constexpr std::uint64_t runLength = 1024; ///< of a sample: a memory page of float32

/// Counts different numbers up to a limit in a table with open addressing.
class DistinctCounter {
public:
    explicit DistinctCounter(std::uint64_t limit)
        : m_limit(limit), m_slots(std::bit_ceil(2 * std::max<std::uint64_t>(limit, 8)), empty) {}

    void add(double value) {
        if (m_more)
            return;
        const auto bits = std::bit_cast<std::uint64_t>(value == 0 ? 0.0 : value);
        auto slot = (bits * 0x9e3779b97f4a7c15u) >> 20 & (m_slots.size() - 1);
        for (; m_slots[slot] != empty; slot = (slot + 1) & (m_slots.size() - 1))
            if (m_slots[slot] == bits)
                return;
        if (m_count == m_limit) {
            m_more = true;
            return;
        }
        m_slots[slot] = bits;
        ++m_count;
    }
    std::uint64_t count() const { return m_count; }
    bool more() const { return m_more; }

private:
    static constexpr std::uint64_t empty = ~std::uint64_t(0); ///< bits of a NaN, which is never added
    std::uint64_t m_limit, m_count = 0;
    bool m_more = false;
    std::vector<std::uint64_t> m_slots;
};

/// Count, mean and sum of squared deviations of a growing set.
struct Moments {
    std::uint64_t count = 0;
    double mean = 0, squares = 0;

    void merge(const Moments& other) {
        if (other.count == 0)
            return;
        const double total = double(count + other.count);
        const double delta = other.mean - mean;
        squares += other.squares + delta * delta * double(count) * double(other.count) / total;
        mean += delta * double(other.count) / total;
        count += other.count;
    }
};

Moments momentsOf(std::span<const double> values) {
    Moments moments;
    double sum = 0;
    for (const double value : values)
        if (std::isfinite(value)) {
            sum += value;
            ++moments.count;
        }
    if (moments.count == 0)
        return moments;
    moments.mean = sum / double(moments.count);
    for (const double value : values)
        if (std::isfinite(value))
            moments.squares += (value - moments.mean) * (value - moments.mean);
    return moments;
}

class Collector {
public:
    Collector(const ElementReader& reader, const StatisticsOptions& options)
        : m_reader(reader), m_options(options), m_distinct(options.distinctLimit) {
        m_result.count = reader.count();
        m_sampling = reader.count() > std::max<std::uint64_t>(options.sampleAbove, runLength);
        const auto& shape = reader.shape();
        const int axis = options.channelAxis;
        if (axis < 0 || axis >= int(shape.size()) || reader.count() == 0)
            return;
        m_extent = std::uint64_t(shape[std::size_t(axis)]);
        for (std::size_t i = std::size_t(axis) + 1; i < shape.size(); ++i)
            m_inner *= std::uint64_t(shape[i]);
        if (m_extent > options.channelLimit)
            m_extent = 0;
        m_result.channels.resize(m_extent);
    }

    Result<TensorStatistics> run(const Work& work) {
        m_result.minimum = std::numeric_limits<double>::infinity();
        m_result.maximum = -std::numeric_limits<double>::infinity();
        if (auto status = forEachChunk(work.part(0, 0.6), &Collector::lookAt); !status)
            return status;
        if (m_moments.count == 0)
            m_result.minimum = m_result.maximum = std::numeric_limits<double>::quiet_NaN();
        m_result.finite = m_moments.count;
        m_result.mean = m_moments.count > 0 ? m_moments.mean : std::numeric_limits<double>::quiet_NaN();
        m_result.deviation = m_moments.count > 0 ? std::sqrt(m_moments.squares / double(m_moments.count))
                                                 : std::numeric_limits<double>::quiet_NaN();
        m_result.distinct = m_distinct.count();
        m_result.moreDistinct = m_distinct.more();
        finishChannels();
        if (auto status = fillHistogram(work.part(0.6, 1)); !status)
            return status;
        return std::move(m_result);
    }

private:
    using Chunk = void (Collector::*)(std::uint64_t begin, std::span<const double> values);

    Status forEachChunk(const Work& work, Chunk visit) {
        std::vector<double> buffer(chunkSize);
        const auto count = m_reader.count();
        const auto runs =
            m_sampling ? std::clamp<std::uint64_t>(m_options.sampleSize / runLength, 1, count / runLength) : 0;
        const auto steps = m_sampling ? runs : (count + chunkSize - 1) / chunkSize;
        for (std::uint64_t step = 0; step < steps; ++step) {
            if (auto status = work.check(); !status)
                return status;
            const auto spare = m_sampling ? count - runLength : 0;
            const auto begin = !m_sampling ? step * chunkSize
                               : runs == 1 ? 0
                                           : std::uint64_t(double(step) * double(spare) / double(runs - 1));
            const auto length = std::min(m_sampling ? runLength : chunkSize, count - begin);
            m_reader.read(begin, {buffer.data(), length});
            (this->*visit)(begin, {buffer.data(), length});
            if (step % 64 == 0)
                work.progress.set(double(step) / double(steps));
        }
        return {};
    }

    void lookAt(std::uint64_t begin, std::span<const double> values) {
        for (std::size_t i = 0; i < values.size(); ++i) {
            const double value = values[i];
            if (std::isfinite(value)) {
                m_result.minimum = std::min(m_result.minimum, value);
                m_result.maximum = std::max(m_result.maximum, value);
                m_result.zeros += value == 0;
            } else {
                if (m_result.nan + m_result.positiveInfinite + m_result.negativeInfinite == 0)
                    m_result.firstNonFinite = begin + i;
                ++(std::isnan(value) ? m_result.nan
                   : value > 0       ? m_result.positiveInfinite
                                     : m_result.negativeInfinite);
            }
            if (!std::isnan(value))
                m_distinct.add(value);
        }
        m_result.examined += values.size();
        m_moments.merge(momentsOf(values));
        if (m_extent > 0)
            lookAtChannels(begin, values);
    }

    void lookAtChannels(std::uint64_t begin, std::span<const double> values) {
        for (std::size_t i = 0; i < values.size();) {
            const auto index = begin + i;
            auto& channel = m_result.channels[index / m_inner % m_extent];
            const auto end = std::min<std::uint64_t>(values.size(), i + (m_inner - index % m_inner));
            for (; i < end; ++i) {
                const double value = values[i];
                if (!std::isfinite(value))
                    continue;
                channel.minimum = channel.finite == 0 ? value : std::min(channel.minimum, value);
                channel.maximum = channel.finite == 0 ? value : std::max(channel.maximum, value);
                channel.mean += value;
                channel.norm += value * value;
                channel.zeros += value == 0;
                ++channel.finite;
            }
        }
    }

    void finishChannels() {
        for (auto& channel : m_result.channels) {
            channel.norm = std::sqrt(channel.norm);
            channel.mean /= double(channel.finite);
            if (channel.finite == 0)
                channel.minimum = channel.maximum = channel.mean = channel.norm =
                    std::numeric_limits<double>::quiet_NaN();
        }
    }

    Status fillHistogram(const Work& work) {
        if (m_result.finite == 0 || m_options.bins < 1)
            return {};
        m_result.histogramLower = m_result.minimum;
        m_result.histogramUpper = m_result.maximum;
        if (m_result.maximum <= m_result.minimum) {
            const double half = m_result.minimum == 0 ? 0.5 : std::abs(m_result.minimum) / 2;
            m_result.histogramLower -= half;
            m_result.histogramUpper += half;
        }
        m_result.histogram.assign(std::size_t(m_options.bins), 0);
        return forEachChunk(work, &Collector::count);
    }

    void count(std::uint64_t, std::span<const double> values) {
        // Halves keep the width finite for tensors that use the whole range of double.
        const double width = m_result.histogramUpper / 2 - m_result.histogramLower / 2;
        const auto bins = m_result.histogram.size();
        for (const double value : values)
            if (std::isfinite(value)) {
                const double place = (value / 2 - m_result.histogramLower / 2) / width * double(bins);
                ++m_result.histogram[std::min(bins - 1, std::size_t(std::max(0.0, place)))];
            }
    }

    const ElementReader& m_reader;
    const StatisticsOptions& m_options;
    TensorStatistics m_result;
    Moments m_moments;
    DistinctCounter m_distinct;
    bool m_sampling = false;
    std::uint64_t m_inner = 1, m_extent = 0;
};

} // namespace

double TensorStatistics::magnitudeQuantile(double share) const {
    const double largest = std::max(std::abs(minimum), std::abs(maximum));
    if (finite == 0 || histogram.empty())
        return 0;
    // Bins of magnitude made of the signed ones by their outer edges.
    std::vector<std::pair<double, std::uint64_t>> edges;
    const double width = (histogramUpper - histogramLower) / double(histogram.size());
    for (std::size_t i = 0; i < histogram.size(); ++i) {
        const double lower = histogramLower + width * double(i);
        edges.emplace_back(std::min(largest, std::max(std::abs(lower), std::abs(lower + width))), histogram[i]);
    }
    std::sort(edges.begin(), edges.end());
    const double wanted = share * double(finite);
    std::uint64_t seen = 0;
    for (const auto& [edge, amount] : edges) {
        seen += amount;
        if (double(seen) >= wanted)
            return edge;
    }
    return largest;
}

Result<TensorStatistics> tensorStatistics(const ElementReader& reader, const StatisticsOptions& options,
                                          const Work& work) {
    return Collector(reader, options).run(work);
}

} // namespace lapidary
