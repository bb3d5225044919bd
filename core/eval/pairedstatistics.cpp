// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/pairedstatistics.h"

#include "eval/metrics.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

constexpr double significant = 0.05;

/// How A and B go together, -1..1: Newcombe's phi, drawn towards 0 where it is positive.
double correlation(const PairedCounts& counts) {
    const double n = double(counts.samples());
    const double rightA = double(counts.rightA()), rightB = double(counts.rightB());
    const double product = rightA * (n - rightA) * rightB * (n - rightB);
    if (!(product > 0))
        return 0;
    double excess = double(counts.bothRight) * double(counts.bothWrong) - double(counts.onlyA) * double(counts.onlyB);
    if (excess > 0)
        excess = std::max(excess - n / 2, 0.0);
    return excess / std::sqrt(product);
}

double squareAndAdd(double x, double y, double phi) {
    return std::sqrt(std::max(0.0, x * x - 2 * phi * x * y + y * y));
}

} // namespace

PairedDifference pairedDifference(const PairedCounts& counts) {
    const auto n = counts.samples();
    if (n == 0)
        return {};
    const auto a = proportion(counts.rightA(), n);
    const auto b = proportion(counts.rightB(), n);
    const double phi = correlation(counts);
    PairedDifference result;
    result.points = 100 * (double(counts.onlyB) - double(counts.onlyA)) / double(n);
    result.low = std::max(-100.0, result.points - squareAndAdd(b.percent - b.low, a.high - a.percent, phi));
    result.high = std::min(100.0, result.points + squareAndAdd(b.high - b.percent, a.percent - a.low, phi));
    return result;
}

McNemarTest mcNemarTest(std::uint64_t onlyA, std::uint64_t onlyB) {
    const std::uint64_t n = onlyA + onlyB;
    if (n == 0)
        return {};
    const std::uint64_t few = std::min(onlyA, onlyB);
    // The probability of exactly `few` among n fair coins, by its logarithm: the factors alone leave a double's range.
    double logarithm = -double(n) * std::log(2.0);
    for (std::uint64_t i = 1; i <= few; ++i)
        logarithm += std::log(double(n - few + i) / double(i));
    const double point = std::exp(logarithm);
    double term = point, tail = 0;
    for (std::uint64_t k = few; term > 0; --k) {
        tail += term;
        if (k == 0 || term < tail * 1e-17)
            break;
        term *= double(k) / double(n - k + 1);
    }
    McNemarTest result;
    result.exact = std::min(1.0, 2 * tail);
    result.midP = onlyA == onlyB ? 1 - point / 2 : std::min(1.0, 2 * tail - point);
    return result;
}

PairedVerdict pairedVerdict(const PairedCounts& counts, const McNemarTest& test) {
    if (counts.onlyA == 0 && counts.onlyB == 0)
        return PairedVerdict::Identical;
    if (!(test.midP < significant))
        return PairedVerdict::Unclear;
    return counts.onlyB > counts.onlyA ? PairedVerdict::Better : PairedVerdict::Worse;
}

} // namespace lapidary
