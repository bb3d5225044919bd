// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/metrics.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lapidary {

namespace {

constexpr double z = 1.959963984540054; // 97.5 % quantile of the normal distribution

/// Wilson's interval for a share `p` of `n` samples; n need not be whole.
void setWilson(Proportion& result, double p, double n) {
    const double scale = 1 / (1 + z * z / n);
    const double middle = (p + z * z / (2 * n)) * scale;
    const double half = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n)) * scale;
    result.percent = 100 * p;
    result.low = result.hits == 0 ? 0 : 100 * std::max(0.0, middle - half);
    result.high = result.hits == result.samples ? 100 : 100 * std::min(1.0, middle + half);
}

} // namespace

Proportion proportion(std::uint64_t hits, std::uint64_t samples) {
    Proportion result{0, 0, 100, hits, samples};
    if (samples > 0)
        setWilson(result, double(hits) / double(samples), double(samples));
    return result;
}

Proportion proportionOfAll(std::uint64_t hits, std::uint64_t samples, std::uint64_t population) {
    Proportion result = proportion(hits, samples);
    if (samples == 0)
        return result;
    const double p = double(hits) / double(samples);
    if (samples >= population) {
        result.low = result.high = result.percent;
        return result;
    }
    setWilson(result, p, double(samples) * double(population - 1) / double(population - samples));
    // What was seen is certain.
    result.low = std::max(result.low, 100 * double(hits) / double(population));
    result.high = std::min(result.high, 100 * double(hits + population - samples) / double(population));
    return result;
}

PairedDrop pairedDrop(std::uint64_t lost, std::uint64_t gained, std::uint64_t samples, std::uint64_t population) {
    PairedDrop result{0, -100, 100, lost, gained, samples};
    if (samples == 0)
        return result;
    result.percent = 100 * (double(lost) - double(gained)) / double(samples);
    const double n = double(samples) + 2;
    const double middle = (double(lost) - double(gained)) / n;
    double variance = ((double(lost) + double(gained) + 1) / n - middle * middle) / n;
    if (population > 0)
        variance *= samples >= population ? 0 : double(population - samples) / double(population - 1);
    const double half = z * std::sqrt(variance);
    const bool all = population > 0 && samples >= population;
    result.low = all ? result.percent : 100 * std::max(-1.0, middle - half);
    result.high = all ? result.percent : 100 * std::min(1.0, middle + half);
    return result;
}

std::vector<std::int64_t> topClasses(std::span<const float> scores, std::size_t k) {
    const auto rank = [&](std::size_t i) {
        return std::isnan(scores[i]) ? -std::numeric_limits<float>::infinity() : scores[i];
    };
    std::vector<std::int64_t> best;
    best.reserve(k + 1);
    for (std::size_t i = 0; i < scores.size() && k > 0; ++i) {
        if (best.size() == k && !(rank(i) > rank(std::size_t(best.back()))))
            continue;
        auto at = best.end();
        while (at != best.begin() && rank(i) > rank(std::size_t(*(at - 1))))
            --at;
        best.insert(at, std::int64_t(i));
        if (best.size() > k)
            best.pop_back();
    }
    return best;
}

void SqnrAccumulator::add(std::span<const float> reference, std::span<const float> value) {
    const std::size_t count = std::min(reference.size(), value.size());
    for (std::size_t i = 0; i < count; ++i) {
        const double a = reference[i];
        const double b = value[i];
        m_signal += a * a;
        m_noise += (a - b) * (a - b);
        m_dot += a * b;
        m_other += b * b;
    }
}

double SqnrAccumulator::db() const {
    if (m_noise == 0)
        return std::numeric_limits<double>::infinity();
    return 10 * std::log10(m_signal / m_noise);
}

double SqnrAccumulator::cosine() const {
    if (m_noise == 0)
        return 1;
    return m_signal == 0 || m_other == 0 ? 0 : m_dot / std::sqrt(m_signal * m_other);
}

} // namespace lapidary
