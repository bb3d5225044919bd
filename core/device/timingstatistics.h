// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace lapidary {

/// What a series of timings says, in the order in which they were taken. All functions are pure and may be called from
/// any thread. Shares are of the median: 0.05 is 5 %.

/// Value at `fraction` (0..1) of ascending numbers, linear between neighbours. Precondition: not empty.
double quantileOfSorted(std::span<const double> sorted, double fraction);
double medianOf(std::vector<double> values);

/// With fewer values no pair of order statistics encloses the median with 95 %: 1 - 2 (1/2)^n.
inline constexpr std::size_t fewestTimings = 6;

struct MedianInterval {
    double median = 0, low = 0, high = 0;
    double autocorrelation = 0; ///< of "above the median or not" between one run and the next; 0 if not significant
};
/// The median and its 95 % interval from order statistics (David & Nagaraja 2003, 7.1), whatever the distribution.
/// Where neighbours are alike, n runs tell less than n independent ones: the ranks are widened by sqrt((1 + r) / (1 -
/// r)), the variance of a sum of first-order autocorrelated signs. Precondition: not empty.
MedianInterval medianInterval(std::span<const double> series);

/// Runs beyond Tukey's outer fences (Tukey 1977: three interquartile ranges outside of the quartiles) that are also
/// more than 2 % off the median. Positions in the series, ascending.
std::vector<std::size_t> findOutliers(std::span<const double> series);

struct Trend {
    bool significant = false; ///< p < 0.01
    double change = 0;        ///< from the first run to the last, as a share of the median
};
/// A steady drift: the Mann-Kendall test with correction for ties (Mann 1945; Kendall 1975) and the Theil-Sen slope
/// (Sen 1968) over medians of blocks, which takes away most of what neighbours have in common.
Trend findTrend(std::span<const double> series);

struct Step {
    bool significant = false; ///< p < 0.01, and at least a twentieth of the series on either side
    std::size_t at = 0;       ///< first run behind the step
    double change = 0;        ///< of the median, as a share of the one before
    /// Mean absolute distance from two levels over that from a straight line: below 1 it is a step, not a drift.
    double misfit = 1;
};
/// One change of level, as when a processor starts to throttle: Pettitt's test (Pettitt 1979) over medians of blocks.
Step findStep(std::span<const double> series);

struct Modes {
    bool two = false;
    double low = 0, high = 0; ///< geometric means of the two groups
    double highShare = 0;     ///< of the runs
};
/// Two groups of runs with next to nothing between them: the split into two that is best in least squares (Fisher 1958)
/// of the logarithms leaves at most a tenth of the variance, both groups have at least 8 % of the runs, and they are 5
/// % apart.
Modes findModes(std::span<const double> series);

} // namespace lapidary
