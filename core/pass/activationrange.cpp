// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/activationrange.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lapidary {

namespace {

/// Adding and taking away 1.5 * 2^52 rounds to nearest even, in instructions that work on vectors.
constexpr double roundingMagic = 6755399441055744.0;

double roundEven(double value) {
    return (value + roundingMagic) - roundingMagic;
}

/// The bins that hold anything, by their centres.
struct Bins {
    std::vector<double> centre, count;
    double width = 0;
    double total = 0;

    explicit Bins(const ValueStatistics& statistics) {
        const auto& histogram = statistics.histogram;
        if (histogram.empty())
            return;
        width = (double(statistics.histogramHigh) - double(statistics.histogramLow)) / double(histogram.size());
        for (std::size_t i = 0; i < histogram.size(); ++i)
            if (histogram[i] > 0) {
                centre.push_back(double(statistics.histogramLow) + (double(i) + 0.5) * width);
                count.push_back(double(histogram[i]));
                total += count.back();
            }
    }
    bool empty() const { return !(total > 0) || !(width > 0); }
};

/// The numbers that integers of a range stand for.
struct Grid {
    double scale = 0; ///< 0: everything becomes 0
    double lowest = 0, highest = 0;

    Grid(double low, double high, int levels, bool symmetric) {
        const double steps = levels - 1;
        if (symmetric) {
            scale = std::max(-low, high) / (levels / 2 - 1);
            lowest = -scale * (levels / 2);
            highest = scale * (levels / 2 - 1);
            return;
        }
        scale = (high - low) / steps;
        const double zero = scale > 0 ? std::clamp(roundEven(-low / scale), 0.0, steps) : 0;
        lowest = -zero * scale;
        highest = (steps - zero) * scale;
    }
};

/// Sum of squared errors. Where a step is narrower than two bins the place inside the bin decides, which is not known:
/// there the error of rounding is that of evenly spread values.
double squaredError(const Bins& bins, const Grid& grid) {
    const std::size_t count = bins.centre.size();
    double sum = 0;
    if (grid.scale < 2 * bins.width) {
        const double rounding = grid.scale * grid.scale / 12;
        for (std::size_t i = 0; i < count; ++i) {
            const double outside = bins.centre[i] - std::min(std::max(bins.centre[i], grid.lowest), grid.highest);
            sum += bins.count[i] * (outside != 0 ? outside * outside : rounding);
        }
        return sum;
    }
    const double inverse = 1 / grid.scale;
    for (std::size_t i = 0; i < count; ++i) {
        const double inside = std::min(std::max(bins.centre[i], grid.lowest), grid.highest);
        const double error = bins.centre[i] - roundEven(inside * inverse) * grid.scale;
        sum += bins.count[i] * error * error;
    }
    return sum;
}

class MseSearch {
public:
    MseSearch(const Bins& bins, ActivationRange all, const RangeOptions& options)
        : m_bins(bins), m_all(all), m_options(options) {}

    ActivationRange best() {
        m_error = error(1, 1);
        for (int i = 1; i < candidates; ++i)
            consider(factor(i), factor(i));
        for (int round = 0; round < rounds && !m_options.symmetric && m_all.low < 0 && m_all.high > 0; ++round) {
            const auto before = std::pair(m_low, m_high);
            for (int i = 0; i < candidates; ++i)
                consider(m_low, factor(i));
            for (int i = 0; i < candidates; ++i)
                consider(factor(i), m_high);
            if (before == std::pair(m_low, m_high))
                break;
        }
        return {float(m_low * double(m_all.low)), float(m_high * double(m_all.high))};
    }

private:
    static constexpr int candidates = 128; ///< down to a fiftieth of the range, in steps of three percent
    static constexpr int rounds = 4;

    static double factor(int index) { return std::pow(0.97, index); }

    double error(double low, double high) const {
        return squaredError(
            m_bins, Grid(low * double(m_all.low), high * double(m_all.high), m_options.levels, m_options.symmetric));
    }

    void consider(double low, double high) {
        const double next = error(low, high);
        if (!(next < m_error))
            return;
        m_error = next;
        m_low = low;
        m_high = high;
    }

    const Bins& m_bins;
    ActivationRange m_all;
    const RangeOptions& m_options;
    double m_low = 1, m_high = 1; ///< shares of the ends
    double m_error = 0;
};

/// Kullback-Leibler divergence between the first `kept` bins, with everything beyond added to the last of them, and the
/// same bins rounded to `levels` equal parts.
double divergence(const std::vector<double>& counts, std::size_t kept, std::size_t levels, double total) {
    constexpr double nothing = 1e-9; // of the probability of a bin that rounding left without any
    double inside = 0;
    for (std::size_t i = 0; i < kept; ++i)
        inside += counts[i];
    // With nearly everything in its last bin a clipped histogram agrees with itself, which says nothing.
    if (!(inside >= 0.9 * total) || !(inside > 0))
        return std::numeric_limits<double>::infinity();
    double sum = 0;
    for (std::size_t level = 0; level < levels; ++level) {
        const std::size_t first = level * kept / levels, end = (level + 1) * kept / levels;
        double mass = 0, used = 0;
        for (std::size_t i = first; i < end; ++i) {
            mass += counts[i];
            used += counts[i] > 0 ? 1 : 0;
        }
        for (std::size_t i = first; i < end; ++i) {
            const double p = (counts[i] + (i + 1 == kept ? total - inside : 0)) / total;
            const double q = counts[i] > 0 ? mass / used / inside : nothing;
            if (p > 0)
                sum += p * std::log(p / q);
        }
    }
    return sum;
}

ActivationRange entropyRange(const Bins& bins, ActivationRange all, const RangeOptions& options) {
    constexpr std::size_t candidates = 256;
    const double largest = std::max(-double(all.low), double(all.high));
    // A narrow histogram far from zero has bins too fine to start counting them from zero.
    const double width = std::max(bins.width, largest / 8192);
    std::vector<double> counts(std::size_t(largest / width) + 2, 0.0);
    for (std::size_t i = 0; i < bins.centre.size(); ++i)
        counts[std::min(counts.size() - 1, std::size_t(std::fabs(bins.centre[i]) / width))] += bins.count[i];
    while (counts.size() > 1 && counts.back() == 0)
        counts.pop_back();
    // Zero is represented exactly whatever the range: how many there are says nothing about where to clip.
    double total = bins.total;
    if (counts.size() > 1) {
        total -= counts[0] - std::min(counts[0], counts[1]);
        counts[0] = std::min(counts[0], counts[1]);
    }
    const bool oneSided = !options.symmetric && (all.low >= 0 || all.high <= 0);
    const auto levels = std::size_t(oneSided ? options.levels : options.levels / 2);
    if (counts.size() <= levels)
        return all;
    const std::size_t stride = (counts.size() - levels) / candidates + 1;
    std::size_t best = counts.size();
    double least = divergence(counts, best, levels, total);
    const auto consider = [&](std::size_t kept) {
        const double next = divergence(counts, kept, levels, total);
        if (next < least) {
            least = next;
            best = kept;
        }
    };
    for (std::size_t kept = levels; kept < counts.size(); kept += stride)
        consider(kept);
    const std::size_t from = std::max(levels, best - std::min(best, stride)),
                      to = std::min(counts.size(), best + stride);
    for (std::size_t kept = from; kept < to; ++kept)
        consider(kept);
    const double threshold = best == counts.size() ? largest : double(best) * width;
    return {std::max(all.low, float(-threshold)), std::min(all.high, float(threshold))};
}

ActivationRange withZero(double low, double high) {
    return {float(std::min(0.0, low)), float(std::max(0.0, high))};
}

} // namespace

unsigned statisticsFor(const RangeOptions& options) {
    const bool histogram = options.method == RangeMethod::Entropy || options.method == RangeMethod::Mse ||
                           (options.method == RangeMethod::Percentile && options.percent < 100);
    return unsigned(Statistic::Range) | (histogram ? unsigned(Statistic::Histogram) : 0u);
}

ActivationRange chooseRange(const ValueStatistics& statistics, const RangeOptions& options) {
    const ActivationRange all = withZero(double(statistics.minimum), double(statistics.maximum));
    if (options.method == RangeMethod::MovingAverage)
        return withZero(std::max(double(all.low), statistics.meanMinimum),
                        std::min(double(all.high), statistics.meanMaximum));
    const Bins bins(statistics);
    if (bins.empty())
        return all;
    switch (options.method) {
    case RangeMethod::Percentile: {
        const double cut = (1 - options.percent / 100) / 2;
        return withZero(double(CalibrationData::percentile(statistics, cut)),
                        double(CalibrationData::percentile(statistics, 1 - cut)));
    }
    case RangeMethod::Entropy:
        return entropyRange(bins, all, options);
    case RangeMethod::Mse:
        return MseSearch(bins, all, options).best();
    case RangeMethod::MinMax:
    case RangeMethod::MovingAverage:
        break;
    }
    return all;
}

double RangeError::sqnrDb() const {
    return noise > 0 && signal > 0 ? std::min(200.0, 10 * std::log10(signal / noise)) : 200.0;
}

RangeError rangeError(const ValueStatistics& statistics, ActivationRange range, int levels, bool symmetric) {
    RangeError result;
    const Bins bins(statistics);
    if (bins.empty())
        return result;
    const Grid grid(double(range.low), double(range.high), levels, symmetric);
    double clipped = 0;
    for (std::size_t i = 0; i < bins.centre.size(); ++i) {
        result.signal += bins.count[i] * bins.centre[i] * bins.centre[i];
        const bool outside =
            bins.centre[i] + bins.width / 2 < grid.lowest || bins.centre[i] - bins.width / 2 > grid.highest;
        clipped += outside ? bins.count[i] : 0;
    }
    result.signal /= bins.total;
    result.clippedShare = clipped / bins.total;
    result.noise = (grid.scale > 0 ? squaredError(bins, grid) : result.signal * bins.total) / bins.total;
    return result;
}

} // namespace lapidary
