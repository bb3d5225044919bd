// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/optimalrounding.h"
#include "eval/layerproblem.h"

namespace lapidary {

struct ProblemRounding {
    DataType scaleType = DataType::Float; ///< what scales are stored as
    bool dearestFirst = false;            ///< the order of columns, see OptimalRounder
    bool fixedScales = false;
};

/// Rounds a layer's best weights (problem.optimum) to the grid with OptimalRounder, rows side by side. The grid's
/// scales are improved unless they are shared or fixed. Results do not depend on `threads`. Precondition:
/// problem.known(). Fails with "math.singular" or cancelled.
Result<RoundedRows> roundProblem(const LayerProblem& problem, RoundingGrid& grid, const ProblemRounding& options,
                                 int threads, const Work& work);

} // namespace lapidary
