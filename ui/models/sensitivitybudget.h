// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/measuredsensitivity.h"

namespace lapidary {

/// What a budget counts.
enum class BudgetMeasure { Macs, Parameters, Bytes, Latency };

double countOf(const ModelTotals& totals, BudgetMeasure measure); ///< not Latency: 0

/// Which share of every layer goes so that the whole network keeps to a budget and measured losses add up to the least:
/// solved once for all budgets, so a slider may ask at will. Losses and savings are taken as sums over layers, which is
/// an estimate: layers between two narrowed ones save a product. Immutable; any thread.
class SensitivityBudget {
public:
    struct Choice {
        std::map<std::string, double> shares; ///< by layer, those above zero
        double cost = 0;                      ///< predicted to stay
        double loss = 0;                      ///< predicted, in the measure the sensitivity was solved in
        bool operator==(const Choice& other) const { return shares == other.shares; }
    };

    /// `pointMs`: predicted milliseconds by point, for Latency only.
    SensitivityBudget(const MeasuredSensitivity& measured, BudgetMeasure measure,
                      const std::vector<double>* pointMs = nullptr, double wholeMs = 0);

    double whole() const { return m_whole; }
    /// How many times smaller than the whole it can get; 1 if nothing that counts can go.
    double largestFactor() const;
    /// The best that leaves at most `cost`.
    Choice at(double cost) const;
    /// The factor (whole / cost) from which on loss grows faster than before: where the curve of loss over the factor
    /// lies farthest below its chord (Satopää et al. 2011, "Finding a kneedle in a haystack"). Nothing where it does
    /// not bend.
    std::optional<double> bend(double upTo) const;

private:
    SensitivityResult::Parts m_parts;
    double m_whole = 0;
    std::unique_ptr<Allocation> m_allocation;
    double m_fixed = 0; ///< what stays whatever is chosen
};

/// Brings a budget's choice to the exact count: previews tell what a choice really leaves, and the next is asked for
/// with a corrected sum. Plain value.
class BudgetSearch {
public:
    BudgetSearch() = default;
    BudgetSearch(std::shared_ptr<const SensitivityBudget> budget, double target);

    bool running() const { return m_running; }
    const SensitivityBudget::Choice& current() const { return m_current; }
    /// What current() really leaves. True if current() is another one now, to be counted next; else current() is the
    /// best that was found: the largest that keeps to the target, or the smallest seen where none does.
    bool counted(double exact);

private:
    bool finish();

    std::shared_ptr<const SensitivityBudget> m_budget;
    double m_target = 0, m_asked = 0, m_low = 0, m_high = 0;
    int m_left = 0;
    bool m_running = false;
    SensitivityBudget::Choice m_current, m_best;
    std::optional<double> m_bestExact;
};

} // namespace lapidary
