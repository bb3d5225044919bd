// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/calibration.h"
#include "tensor/tensor.h"

namespace lapidary {

/// A histogram over a range that is not known beforehand. Bins are as wide as a power of two and start at its
/// multiples; when the range no longer fits into `maxBins` bins, neighbours merge in pairs. Width and bins therefore
/// depend on the values alone, not on their order or on how they were cut into batches.
class GrowingHistogram {
public:
    static constexpr std::int64_t maxBins = 2048;

    /// Makes room for finite values in [low, high].
    void cover(float low, float high);
    /// Counts finite values inside the range covered.
    void add(std::span<const float> values);
    /// Bins from the lowest to the highest value covered.
    void finish(ValueStatistics& out) const;
    std::uint64_t bytes() const { return m_counts.capacity() * sizeof(std::uint64_t); } ///< of the bins

private:
    void rebin(int exponent, std::int64_t first);
    double width() const;

    std::vector<std::uint64_t> m_counts; ///< maxBins entries from m_first on; empty: nothing seen
    int m_exponent = 0;                  ///< bins are 2^m_exponent wide
    std::int64_t m_first = 0;            ///< number of the first bin: it starts at m_first * width
    float m_low = 0;
    float m_high = 0;
};

/// Smallest and largest finite value; `bad` counts the others. low > high if there is no finite value.
struct FiniteRange {
    float low;
    float high;
    std::uint64_t bad = 0;
};
FiniteRange finiteRange(std::span<const float> values);

/// Gathers the statistics of one value from tensors that come one after the other. Memory does not depend on their
/// number. NaN and infinities are counted and left out. One thread at a time.
class StreamingStatistics {
public:
    explicit StreamingStatistics(unsigned wanted) : m_wanted(wanted) {}

    /// `values` are the elements of a tensor of that shape; channels are axis 1. If axis 0 has `samples` entries, each
    /// counts as a sample of its own, otherwise the whole tensor is one.
    void add(std::span<const float> values, const Shape& shape, std::size_t samples = 1);
    ValueStatistics finish() const;
    std::uint64_t bytes() const; ///< held now

private:
    void addSample(std::span<const float> values);
    /// Returns the range of the finite values; low > high if there are none.
    FiniteRange addFinite(std::span<const float> values);
    void addChannels(std::span<const float> values, std::size_t channels, std::size_t inner);
    void addChannelPart(std::size_t channel, std::span<const float> values);

    unsigned m_wanted;
    ValueStatistics m_result;
    double m_lowSum = 0, m_highSum = 0; ///< over samples
    std::uint64_t m_samples = 0;
    GrowingHistogram m_histogram;
    std::vector<double> m_channelSum, m_channelSquares;
    std::vector<std::uint64_t> m_channelCount;
};

} // namespace lapidary
