// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lapidary {

/// Values sorted into bins of equal width.
struct HistogramBins {
    double lower = 0; ///< left edge of the first bin
    double upper = 0; ///< right edge of the last bin
    std::vector<std::uint64_t> counts;

    bool isEmpty() const { return counts.empty() || !(upper > lower); }
    double width() const { return counts.empty() ? 0 : (upper - lower) / double(counts.size()); }
    std::uint64_t total() const;

    /// Share 0..1 of the values outside lower..upper, taking values to be spread evenly inside a bin.
    double shareOutside(double from, double to) const;
};

/// The same values in `bins` bins from lower to upper, taking them to be spread evenly inside their bins; what lies
/// outside is counted in the outermost. The total stays. Empty bins, bins < 1 or lower >= upper give an empty result.
HistogramBins rebinned(const HistogramBins& from, double lower, double upper, int bins);

/// Bins finite values between their least and their greatest; NaN and infinities are left out. Constant data gets
/// one bin's width around it. No finite value, or bins < 1, gives an empty result. O(n).
HistogramBins makeHistogram(std::span<const float> values, int bins = 128);
HistogramBins makeHistogram(std::span<const double> values, int bins = 128);

/// A smooth curve over data: Gaussian kernel density at `count` places from lower to upper, bandwidth by Silverman's
/// rule of thumb (B. W. Silverman, "Density Estimation", 1986, eq. 3.31). Its area is 1 over the whole line. Fewer
/// than two values, or all equal, give an empty curve. O(n * count).
std::vector<double> densityCurve(std::span<const double> values, double lower, double upper, int count);

/// The q-quantile, 0..1, of ascending values with linear interpolation between neighbours; NaN of none.
double sortedQuantile(std::span<const double> ascending, double q);

} // namespace lapidary
