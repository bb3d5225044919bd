// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "tensor/elementreader.h"

namespace lapidary {

/// Spread of the elements at one position of an axis. Without finite elements min, max, mean and norm are NaN.
struct ChannelStatistics {
    std::uint64_t finite = 0; ///< examined elements that are neither NaN nor infinite; all else is about these
    std::uint64_t zeros = 0;
    double minimum = 0, maximum = 0, mean = 0;
    double norm = 0; ///< Euclidean
};

struct StatisticsOptions {
    int bins = 128;                         ///< of the histogram
    int channelAxis = -1;                   ///< -1: no statistics per channel
    std::uint64_t sampleAbove = 50'000'000; ///< larger tensors are sampled
    std::uint64_t sampleSize = 16'000'000;  ///< about as many elements then, in evenly spaced runs
    std::uint64_t distinctLimit = 65'536;   ///< distinct values are counted up to here
    std::uint64_t channelLimit = 65'536;    ///< more positions than that: no statistics per channel
};

struct TensorStatistics {
    std::uint64_t count = 0;    ///< elements of the tensor
    std::uint64_t examined = 0; ///< fewer if sampled; every count below is out of these
    std::uint64_t finite = 0, nan = 0, positiveInfinite = 0, negativeInfinite = 0;
    std::uint64_t zeros = 0;
    std::uint64_t distinct = 0; ///< values (NaN is none, -0 equals 0)
    bool moreDistinct = false;  ///< there are more than `distinct`
    double minimum = 0, maximum = 0, mean = 0;
    double deviation = 0;                          ///< of the population
    std::uint64_t firstNonFinite = 0;              ///< index of the first NaN or infinity, if there is one
    double histogramLower = 0, histogramUpper = 0; ///< equal if there is nothing to show
    std::vector<std::uint64_t> histogram;          ///< counts of the finite elements in bins of equal width
    std::vector<ChannelStatistics> channels;       ///< by position of the axis

    bool sampled() const { return examined < count; }
    /// The smallest magnitude that at least `share` of the finite elements do not exceed, to a bin's width.
    double magnitudeQuantile(double share) const;
};

/// Two passes over the elements in memory that does not depend on their number: moments by Chan, Golub and LeVeque's
/// pairwise update ("Algorithms for computing the sample variance", 1983), then the histogram. Deterministic. Fails
/// only when cancelled, within some milliseconds.
Result<TensorStatistics> tensorStatistics(const ElementReader& reader, const StatisticsOptions& options = {},
                                          const Work& work = {});

} // namespace lapidary
