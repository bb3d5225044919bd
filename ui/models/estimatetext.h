// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/evaluator.h"

#include <QCoreApplication>
#include <QString>

namespace lapidary {

/// Words for accuracies that are still being measured. They never look like finished ones.
class EstimateText {
    Q_DECLARE_TR_FUNCTIONS(lapidary::EstimateText)

public:
    /// "≈ 84.10 % ± 0.9"; "…" before the first samples. `ofAll`: where the number for the whole dataset will lie.
    static QString share(const std::optional<Proportion>& share, const std::optional<Proportion>& ofAll);
    /// "400 of 3,000"
    static QString seen(const EvaluationResult& running);
    /// For a tool tip: how many were seen, and where the end will be.
    static QString explained(const EvaluationResult& running, const std::optional<Proportion>& ofAll);
    /// "clearly better or worse than the source"
    static QString rule(const StopRule& rule);
    /// "more than 1 points are lost"
    static QString verdict(const StopVerdict& verdict);
    /// "−0.90 points"
    static QString points(double points);
    /// "−0.90 points (−1.60 to −0.20)", a fall being negative; empty without a reference.
    static QString change(const std::optional<PairedDrop>& drop);
};

} // namespace lapidary
