// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lapidary {

/// One setting of one part of a network.
struct AllocationChoice {
    double cost = 0; ///< what counts against the budget: MACs, bytes, milliseconds …
    double loss = 0; ///< what the setting is expected to spoil; smaller is better
};

/// Which setting every part gets so that the total cost keeps to a budget and the total loss is least, for all budgets
/// at once: dynamic programming over the budget in equal buckets (multiple-choice knapsack, Dudziński and Walukiewicz
/// 1987; for compression: Frantar and Alistarh 2022, "SPDY", and Frantar et al. 2022, "Optimal brain compression").
/// Immutable; any thread. Solving takes parts x choices x buckets steps, asking for a budget parts steps: a slider may
/// ask at will.
class Allocation {
public:
    /// Every part needs at least one choice; costs and losses must be finite and not negative. With fewer than two
    /// buckets or a part without choices nothing is allocated.
    explicit Allocation(std::vector<std::vector<AllocationChoice>> parts, std::size_t buckets = 4000);

    /// Index of the choice of every part. The cheapest of everything when even that exceeds the budget. Costs are
    /// rounded up to buckets, so the true total never exceeds a budget that can be kept.
    std::vector<std::size_t> choicesFor(double budget) const;
    double costOf(const std::vector<std::size_t>& choices) const;
    double lossOf(const std::vector<std::size_t>& choices) const;
    double cheapest() const { return m_cheapest; } ///< least possible total cost
    double dearest() const { return m_dearest; }   ///< total cost of the dearest choices

private:
    void solve();
    std::size_t bucketsOf(std::size_t part, std::size_t choice) const;

    std::vector<std::vector<AllocationChoice>> m_parts;
    std::vector<double> m_least; // by part: cost of the cheapest choice
    double m_cheapest = 0, m_dearest = 0, m_step = 0;
    std::size_t m_buckets;
    std::vector<std::vector<std::uint16_t>> m_chosen; // by part, bucket
};

} // namespace lapidary
