// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/timingstatistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lapidary {

namespace {

constexpr double normal95 = 1.959964;
constexpr double normal99 = 2.575829;
constexpr std::size_t mostBlocks = 120; ///< the tests below look at every pair of blocks
constexpr double tiny = 1e-12;

struct Blocks {
    std::vector<double> medians;
    std::size_t length = 1; ///< runs per block
};

Blocks blocksOf(std::span<const double> series) {
    Blocks blocks;
    blocks.length = (series.size() + mostBlocks - 1) / mostBlocks;
    for (std::size_t begin = 0; begin + blocks.length <= series.size(); begin += blocks.length)
        blocks.medians.push_back(
            medianOf({series.begin() + std::ptrdiff_t(begin), series.begin() + std::ptrdiff_t(begin + blocks.length)}));
    return blocks;
}

int sign(double value) {
    return value > 0 ? 1 : value < 0 ? -1 : 0;
}

/// Variance of Kendall's S without a trend; values that occur more than once lower it.
double kendallVariance(std::vector<double> values) {
    const auto term = [](double n) { return n * (n - 1) * (2 * n + 5) / 18; };
    std::sort(values.begin(), values.end());
    double variance = term(double(values.size()));
    for (std::size_t i = 0; i < values.size();) {
        std::size_t end = i;
        while (end < values.size() && values[end] == values[i])
            ++end;
        variance -= term(double(end - i));
        i = end;
    }
    return variance;
}

/// How alike neighbours are, seen from the median.
double signAutocorrelation(std::span<const double> series, double median) {
    std::vector<double> signs;
    for (const double value : series)
        signs.push_back(sign(value - median));
    double own = 0, next = 0;
    for (std::size_t i = 0; i < signs.size(); ++i) {
        own += signs[i] * signs[i];
        next += i > 0 ? signs[i] * signs[i - 1] : 0;
    }
    const double r = own > 0 ? next / own : 0;
    return r > normal95 / std::sqrt(double(signs.size())) ? std::min(r, 0.98) : 0;
}

double meanOf(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / double(std::max<std::size_t>(1, values.size()));
}

/// Mean absolute distance from two levels, split at `at`, over that from the straight line of `slope` per block.
double stepMisfit(const std::vector<double>& values, std::size_t at, double before, double after, double slope) {
    std::vector<double> intercepts;
    for (std::size_t i = 0; i < values.size(); ++i)
        intercepts.push_back(values[i] - slope * double(i));
    const double intercept = medianOf(intercepts);
    double levels = 0, line = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        levels += std::abs(values[i] - (i < at ? before : after));
        line += std::abs(intercepts[i] - intercept);
    }
    return levels / std::max(line, tiny);
}

/// The place that parts the values near one level best from those near the other, by absolute distances.
std::size_t bestSplit(std::span<const double> series, double before, double after) {
    double cost = 0, least = 0;
    std::size_t best = 0;
    for (std::size_t i = 0; i < series.size(); ++i) { // against a step at the beginning
        cost += std::abs(series[i] - before) - std::abs(series[i] - after);
        if (cost < least) {
            least = cost;
            best = i + 1;
        }
    }
    return best;
}

double theilSenSlope(const std::vector<double>& values) {
    std::vector<double> slopes;
    for (std::size_t i = 0; i < values.size(); ++i)
        for (std::size_t j = i + 1; j < values.size(); ++j)
            slopes.push_back((values[j] - values[i]) / double(j - i));
    return slopes.empty() ? 0 : medianOf(std::move(slopes));
}

} // namespace

double quantileOfSorted(std::span<const double> sorted, double fraction) {
    const double position = fraction * double(sorted.size() - 1);
    const auto low = std::size_t(position);
    const auto high = std::min(low + 1, sorted.size() - 1);
    return sorted[low] + (sorted[high] - sorted[low]) * (position - double(low));
}

double medianOf(std::vector<double> values) {
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    return quantileOfSorted(values, 0.5);
}

MedianInterval medianInterval(std::span<const double> series) {
    std::vector<double> sorted(series.begin(), series.end());
    std::sort(sorted.begin(), sorted.end());
    MedianInterval interval;
    interval.median = quantileOfSorted(sorted, 0.5);
    interval.autocorrelation = signAutocorrelation(series, interval.median);
    const double r = interval.autocorrelation;
    const auto n = double(sorted.size());
    // The normal approximation of the binomial, exact enough from ten runs on.
    const double half = normal95 * std::sqrt(n) / 2 * std::sqrt((1 + r) / (1 - r));
    const double low = std::max(0.0, std::floor(n / 2 - half) - 1);
    const double high = std::min(n - 1, std::max(0.0, std::ceil(n / 2 + half)));
    interval.low = sorted[std::size_t(low)];
    interval.high = sorted[std::size_t(high)];
    return interval;
}

std::vector<std::size_t> findOutliers(std::span<const double> series) {
    std::vector<std::size_t> found;
    if (series.size() < fewestTimings)
        return found;
    std::vector<double> sorted(series.begin(), series.end());
    std::sort(sorted.begin(), sorted.end());
    const double median = quantileOfSorted(sorted, 0.5);
    const double low = quantileOfSorted(sorted, 0.25), high = quantileOfSorted(sorted, 0.75);
    const double range = 3 * (high - low);
    for (std::size_t i = 0; i < series.size(); ++i)
        if ((series[i] > high + range || series[i] < low - range) && std::abs(series[i] - median) > 0.02 * median)
            found.push_back(i);
    return found;
}

Trend findTrend(std::span<const double> series) {
    Trend trend;
    const auto blocks = blocksOf(series).medians;
    const auto n = blocks.size();
    if (n < fewestTimings)
        return trend;
    double s = 0;
    for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = i + 1; j < n; ++j)
            s += sign(blocks[j] - blocks[i]);
    const double variance = kendallVariance(blocks);
    const double z = variance > 0 ? (s - sign(s)) / std::sqrt(variance) : 0;
    trend.significant = std::abs(z) > normal99;
    trend.change = theilSenSlope(blocks) * double(n - 1) / std::max(medianOf(blocks), tiny);
    return trend;
}

Step findStep(std::span<const double> series) {
    Step step;
    const auto blocks = blocksOf(series);
    const auto& values = blocks.medians;
    const auto n = values.size();
    if (n < 2 * fewestTimings)
        return step;
    double sum = 0, largest = 0;
    std::size_t at = 0;
    for (std::size_t t = 0; t + 1 < n; ++t) {
        for (const double other : values)
            sum += sign(values[t] - other); // Pettitt's U(t) = U(t - 1) + sum of the signs
        if (std::abs(sum) > largest) {
            largest = std::abs(sum);
            at = t + 1;
        }
    }
    const std::size_t margin = std::max<std::size_t>(2, n / 20);
    if (at < margin || at + margin > n)
        return step;
    const auto cubes = double(n) * double(n) * double(n) + double(n) * double(n);
    step.significant = 2 * std::exp(-6 * largest * largest / cubes) < 0.01;
    // Pettitt's place leans towards the middle; the levels that it gives part the values better.
    double before = 0, after = 0;
    for (int round = 0; round < 3; ++round) {
        before = medianOf({values.begin(), values.begin() + std::ptrdiff_t(at)});
        after = medianOf({values.begin() + std::ptrdiff_t(at), values.end()});
        at = std::clamp(bestSplit(values, before, after), margin, n - margin);
    }
    step.change = (after - before) / std::max(before, tiny);
    step.at = bestSplit(series, before, after);
    step.misfit = stepMisfit(values, at, before, after, theilSenSlope(values));
    return step;
}

Modes findModes(std::span<const double> series) {
    Modes modes;
    std::vector<double> sorted;
    const auto outliers = findOutliers(series);
    for (std::size_t i = 0; i < series.size(); ++i)
        if (!std::binary_search(outliers.begin(), outliers.end(), i))
            sorted.push_back(std::log(std::max(series[i], tiny))); // long tails on the right are no second group
    const auto n = sorted.size();
    if (n < 20)
        return modes;
    std::sort(sorted.begin(), sorted.end());
    const double mean = meanOf(sorted);
    double total = 0;
    for (const double value : sorted)
        total += (value - mean) * (value - mean);
    double left = 0, best = 0;
    std::size_t split = 0;
    for (std::size_t k = 1; k < n; ++k) { // variance between the groups, for every place to split
        left += sorted[k - 1] - mean;
        const double between = left * left * (1 / double(k) + 1 / double(n - k));
        if (between > best) {
            best = between;
            split = k;
        }
    }
    if (split == 0 || total <= 0)
        return modes;
    modes.low = std::exp(meanOf(std::span(sorted).first(split)));
    modes.high = std::exp(meanOf(std::span(sorted).subspan(split)));
    modes.highShare = double(n - split) / double(n);
    modes.two =
        best >= 0.9 * total && std::min(modes.highShare, 1 - modes.highShare) >= 0.08 && modes.high > 1.05 * modes.low;
    return modes;
}

} // namespace lapidary
