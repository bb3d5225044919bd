// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "lowrankplan.h"

namespace lapidary {

/// Carries out a plan: statistics, spectra where ranks depend on them, factors, the new graph, reports.
Result<PassOutcome> runLowRank(const PassInput& input, const LowRankOptions& options, LowRankPlan plan,
                               SpectrumCache& cache, PassContext& context);

} // namespace lapidary
