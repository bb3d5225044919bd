// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "consumergram.h"
#include "importance.h"

namespace lapidary {

/// Scores of the groups `wanted` from calibration data, for Importance::Activation, Wanda and Obs. Groups that no layer
/// known reads fall back to L2 (fellBack). Fails with what the calibration fails with.
Result<std::vector<GroupScores>> dataScores(const PruneAnalysis& analysis, const ShapeTable& shapes,
                                            Importance importance, const std::vector<bool>& wanted,
                                            CalibrationProvider& calibration, const GramGathering& options,
                                            const Work& work);

} // namespace lapidary
