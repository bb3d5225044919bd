// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/allocation.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lapidary {

Allocation::Allocation(std::vector<std::vector<AllocationChoice>> parts, std::size_t buckets)
    : m_parts(std::move(parts)), m_buckets(buckets) {
    const bool empty = std::ranges::any_of(m_parts, [](const auto& choices) { return choices.empty(); });
    if (empty || m_buckets < 2)
        m_parts.clear();
    for (const auto& choices : m_parts) {
        const auto [low, high] = std::ranges::minmax(choices, {}, &AllocationChoice::cost);
        m_least.push_back(low.cost);
        m_cheapest += low.cost;
        m_dearest += high.cost;
    }
    m_step = (m_dearest - m_cheapest) / double(m_buckets - 1);
    if (!m_parts.empty())
        solve();
}

std::size_t Allocation::bucketsOf(std::size_t part, std::size_t choice) const {
    const double above = m_parts[part][choice].cost - m_least[part];
    return m_step > 0 ? std::size_t(std::ceil(above / m_step - 1e-9)) : 0;
}

void Allocation::solve() {
    constexpr double never = std::numeric_limits<double>::infinity();
    std::vector<double> best(m_buckets, 0), next(m_buckets);
    for (std::size_t part = 0; part < m_parts.size(); ++part) {
        std::ranges::fill(next, never);
        std::vector<std::uint16_t> chosen(m_buckets, 0);
        for (std::size_t choice = 0; choice < m_parts[part].size(); ++choice) {
            const std::size_t shift = bucketsOf(part, choice);
            const double loss = m_parts[part][choice].loss;
            for (std::size_t b = shift; b < m_buckets; ++b)
                if (const double total = best[b - shift] + loss; total < next[b]) {
                    next[b] = total;
                    chosen[b] = std::uint16_t(choice);
                }
        }
        std::swap(best, next);
        m_chosen.push_back(std::move(chosen));
    }
}

std::vector<std::size_t> Allocation::choicesFor(double budget) const {
    std::vector<std::size_t> choices(m_parts.size(), 0);
    const double above = std::clamp(budget - m_cheapest, 0.0, m_dearest - m_cheapest);
    std::size_t bucket = m_step > 0 ? std::min(m_buckets - 1, std::size_t(above / m_step + 1e-9)) : m_buckets - 1;
    for (std::size_t part = m_parts.size(); part-- > 0;) {
        choices[part] = m_chosen[part][bucket];
        bucket -= bucketsOf(part, choices[part]);
    }
    return choices;
}

double Allocation::costOf(const std::vector<std::size_t>& choices) const {
    double sum = 0;
    for (std::size_t part = 0; part < m_parts.size() && part < choices.size(); ++part)
        sum += m_parts[part][choices[part]].cost;
    return sum;
}

double Allocation::lossOf(const std::vector<std::size_t>& choices) const {
    double sum = 0;
    for (std::size_t part = 0; part < m_parts.size() && part < choices.size(); ++part)
        sum += m_parts[part][choices[part]].loss;
    return sum;
}

} // namespace lapidary
