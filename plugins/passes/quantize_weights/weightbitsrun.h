// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "weightbitsplan.h"

namespace lapidary {

/// Carries out a plan: statistics, bits, codes, reports, the written model.
Result<PassOutcome> runWeightBits(const PassInput& input, const WeightBitsOptions& options, WeightBitsPlan plan,
                                  PassContext& context);

} // namespace lapidary
