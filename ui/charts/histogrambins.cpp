// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/histogrambins.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

namespace lapidary {
namespace {

template <typename T>
HistogramBins binned(std::span<const T> values, int bins) {
    HistogramBins result;
    double least = std::numeric_limits<double>::infinity();
    double greatest = -least;
    for (const T v : values) {
        if (std::isfinite(v)) {
            least = std::min(least, double(v));
            greatest = std::max(greatest, double(v));
        }
    }
    if (bins < 1 || least > greatest) {
        return result;
    }
    if (least == greatest) {
        const double half = std::max(std::abs(least) * 0.05, 1e-6);
        least -= half;
        greatest += half;
    }
    result.lower = least;
    result.upper = greatest;
    result.counts.assign(std::size_t(bins), 0);
    const double scale = bins / (greatest - least);
    for (const T v : values) {
        if (std::isfinite(v)) {
            const auto bin = std::size_t(std::clamp((double(v) - least) * scale, 0.0, double(bins - 1)));
            ++result.counts[bin];
        }
    }
    return result;
}

} // namespace

HistogramBins rebinned(const HistogramBins& from, double lower, double upper, int bins) {
    HistogramBins result;
    if (from.isEmpty() || bins < 1 || !(lower < upper)) {
        return result;
    }
    result.lower = lower;
    result.upper = upper;
    const auto below = [&](double value) {
        const double place = std::clamp((value - from.lower) / from.width(), 0.0, double(from.counts.size()));
        const auto whole = std::size_t(place);
        const auto sum =
            std::accumulate(from.counts.begin(), from.counts.begin() + std::ptrdiff_t(whole), std::uint64_t(0));
        const double part = whole < from.counts.size() ? (place - double(whole)) * double(from.counts[whole]) : 0;
        return sum + std::uint64_t(std::llround(part));
    };
    std::uint64_t counted = 0;
    for (int i = 1; i <= bins; ++i) {
        const std::uint64_t upTo = i == bins ? from.total() : below(lower + (upper - lower) / bins * double(i));
        result.counts.push_back(upTo - counted);
        counted = upTo;
    }
    return result;
}

std::uint64_t HistogramBins::total() const {
    return std::accumulate(counts.begin(), counts.end(), std::uint64_t(0));
}

double HistogramBins::shareOutside(double from, double to) const {
    const std::uint64_t all = total();
    if (isEmpty() || all == 0) {
        return 0;
    }
    double inside = 0;
    for (std::size_t i = 0; i < counts.size(); ++i) {
        const double left = lower + width() * double(i);
        const double right = lower + width() * double(i + 1);
        const double overlap = std::min(right, to) - std::max(left, from);
        inside += double(counts[i]) * std::clamp(overlap / (right - left), 0.0, 1.0);
    }
    return std::clamp(1.0 - inside / double(all), 0.0, 1.0);
}

HistogramBins makeHistogram(std::span<const float> values, int bins) {
    return binned(values, bins);
}
HistogramBins makeHistogram(std::span<const double> values, int bins) {
    return binned(values, bins);
}

double sortedQuantile(std::span<const double> ascending, double q) {
    if (ascending.empty()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const double place = std::clamp(q, 0.0, 1.0) * double(ascending.size() - 1);
    const auto below = std::size_t(place);
    const auto above = std::min(below + 1, ascending.size() - 1);
    return ascending[below] + (ascending[above] - ascending[below]) * (place - double(below));
}

std::vector<double> densityCurve(std::span<const double> values, double lower, double upper, int count) {
    std::vector<double> sorted(values.begin(), values.end());
    std::sort(sorted.begin(), sorted.end());
    if (sorted.size() < 2 || count < 2) {
        return {};
    }
    const double n = double(sorted.size());
    const double mean = std::accumulate(sorted.begin(), sorted.end(), 0.0) / n;
    double squares = 0;
    for (const double v : sorted) {
        squares += (v - mean) * (v - mean);
    }
    const double deviation = std::sqrt(squares / (n - 1));
    const double quartiles = (sortedQuantile(sorted, 0.75) - sortedQuantile(sorted, 0.25)) / 1.34;
    // Times often repeat to the last digit, which makes the quartiles meet; then the deviation has to do.
    const double spread = quartiles > 0 ? std::min(deviation, quartiles) : deviation;
    const double bandwidth = 0.9 * spread * std::pow(n, -0.2);
    if (!(bandwidth > 0)) {
        return {};
    }
    std::vector<double> curve(std::size_t(count), 0.0);
    for (int i = 0; i < count; ++i) {
        const double x = lower + (upper - lower) * i / (count - 1);
        double sum = 0;
        for (const double v : sorted) {
            const double z = (x - v) / bandwidth;
            sum += std::abs(z) < 6 ? std::exp(-0.5 * z * z) : 0.0;
        }
        curve[std::size_t(i)] = sum / (n * bandwidth * std::sqrt(2 * std::numbers::pi));
    }
    return curve;
}

} // namespace lapidary
