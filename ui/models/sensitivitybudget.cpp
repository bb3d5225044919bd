// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/sensitivitybudget.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

constexpr int mostCounts = 8;
constexpr double nearEnough = 0.005; // of the target, below it
constexpr int bendSteps = 60;

} // namespace

double countOf(const ModelTotals& totals, BudgetMeasure measure) {
    switch (measure) {
    case BudgetMeasure::Macs:
        return double(totals.macs);
    case BudgetMeasure::Parameters:
        return double(totals.parameters);
    case BudgetMeasure::Bytes:
        return double(totals.bytes);
    case BudgetMeasure::Latency:
        break;
    }
    return 0;
}

SensitivityBudget::SensitivityBudget(const MeasuredSensitivity& measured, BudgetMeasure measure,
                                     const std::vector<double>* pointMs, double wholeMs) {
    const bool latency = measure == BudgetMeasure::Latency;
    m_parts = measured.result.parts([&](const ModelTotals& totals) { return countOf(totals, measure); });
    m_whole = latency ? wholeMs : countOf(measured.result.before, measure);
    if (latency) {
        // Totals know no time: choices cost what the points were predicted to take above each layer's least.
        for (std::size_t i = 0; i < m_parts.choices.size() && i < measured.layers.size(); ++i) {
            const auto& layer = measured.layers[i];
            std::vector<double> ms{wholeMs};
            for (std::size_t p = layer.first; p < layer.first + layer.count; ++p)
                ms.push_back(pointMs && p < pointMs->size() ? (*pointMs)[p] : wholeMs);
            const double least = *std::ranges::min_element(ms);
            for (std::size_t c = 0; c < m_parts.choices[i].size() && c < ms.size(); ++c)
                m_parts.choices[i][c].cost = ms[c] - least;
        }
    }
    m_allocation = std::make_unique<Allocation>(m_parts.choices);
    double asItIs = 0; // choice 0 of every layer
    for (const auto& choices : m_parts.choices)
        asItIs += choices.empty() ? 0 : choices.front().cost;
    m_fixed = m_whole - asItIs;
}

double SensitivityBudget::largestFactor() const {
    const double least = m_fixed + m_allocation->cheapest();
    // Sums overstate what can be saved: beyond sixteen times smaller they say nothing.
    return m_whole <= 0 ? 1 : m_whole / std::max(least, m_whole / 16);
}

SensitivityBudget::Choice SensitivityBudget::at(double cost) const {
    Choice choice;
    choice.cost = m_whole;
    if (cost >= m_whole) // the buckets round up, so that nothing at all would not quite fit
        return choice;
    const auto chosen = m_allocation->choicesFor(cost - m_fixed);
    for (std::size_t i = 0; i < chosen.size() && i < m_parts.layers.size(); ++i)
        if (m_parts.levels[i][chosen[i]] > 0)
            choice.shares[m_parts.layers[i]] = m_parts.levels[i][chosen[i]];
    choice.cost = m_fixed + m_allocation->costOf(chosen);
    choice.loss = m_allocation->lossOf(chosen);
    return choice;
}

std::optional<double> SensitivityBudget::bend(double upTo) const {
    if (m_whole <= 0 || upTo <= 1.05)
        return std::nullopt;
    std::vector<double> losses;
    for (int i = 0; i <= bendSteps; ++i)
        losses.push_back(at(m_whole / (1 + (upTo - 1) * i / bendSteps)).loss);
    const double span = losses.back() - losses.front();
    if (!(span > 0))
        return std::nullopt;
    int best = 0;
    double depth = 0;
    for (int i = 1; i < bendSteps; ++i) {
        const double below = double(i) / bendSteps - (losses[std::size_t(i)] - losses.front()) / span;
        if (below > depth) {
            depth = below;
            best = i;
        }
    }
    constexpr double worthSaying = 0.1;
    return depth < worthSaying ? std::nullopt : std::optional(1 + (upTo - 1) * best / bendSteps);
}

BudgetSearch::BudgetSearch(std::shared_ptr<const SensitivityBudget> budget, double target)
    : m_budget(std::move(budget)), m_target(target), m_asked(target), m_high(m_budget->whole()), m_left(mostCounts),
      m_running(true), m_current(m_budget->at(target)) {}

bool BudgetSearch::finish() {
    m_running = false;
    const bool other = !(m_best == m_current);
    m_current = m_best;
    return other;
}

bool BudgetSearch::counted(double exact) {
    if (!m_running)
        return false;
    const bool fits = exact <= m_target * (1 + 1e-9);
    const bool bestFits = m_bestExact && *m_bestExact <= m_target * (1 + 1e-9);
    if (!m_bestExact || (fits && (!bestFits || exact > *m_bestExact)) || (!fits && !bestFits && exact < *m_bestExact)) {
        m_best = m_current;
        m_bestExact = exact;
    }
    (fits ? m_low : m_high) = m_asked;
    if (--m_left <= 0 || (fits && exact >= m_target * (1 - nearEnough)))
        return finish();
    // The sum is off by about as much as it was here; halves where that leads out of what is still open.
    double next = m_asked + (m_target - exact);
    if (next <= m_low || next >= m_high)
        next = (m_low + m_high) / 2;
    // Steps of the levels: asking for a little more or less often gives the same; go on until something changes.
    for (int i = 0; i < 12 && m_high - m_low > m_target * 1e-4; ++i) {
        auto choice = m_budget->at(next);
        if (!(choice == m_current)) {
            m_asked = next;
            m_current = std::move(choice);
            return true;
        }
        (fits ? m_low : m_high) = next;
        next = (m_low + m_high) / 2;
    }
    return finish();
}

} // namespace lapidary
