// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "sparsifyplan.h"

namespace lapidary {

/// Carries out a plan: statistics, shares, cuts, reports, ledger.
Result<PassOutcome> runSparsify(const PassInput& input, const SparsifyOptions& options, SparsifyPlan plan,
                                PassContext& context);

} // namespace lapidary
