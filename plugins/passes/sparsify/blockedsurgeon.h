// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "removaltrace.h"

namespace lapidary {

struct BlockedResult {
    Mask mask;
    RowMatrix weights; ///< made up for what went
};

/// Optimal brain surgeon for wide layers, column by column with the inverse Hessian shared by all rows: Frantar &
/// Alistarh 2023, "SparseGPT". The mask is chosen when a stripe of columns (or a set of N:M) is reached, by
/// w^2 / [H^-1]_cc of the weights as they are by then; the sparsity is the same in each stripe. One group after the
/// other, one thread: O(rows * columns^2 + columns^3). Any pattern. `given`: keeps to this mask instead of choosing
/// one.
Result<BlockedResult> pruneBlocked(const LayerProblem& problem, const SparsityPattern& pattern, double sparsity,
                                   const Work& work, const Mask* given = nullptr);

/// w^2 / [H^-1]_cc for every weight, [output][column]: what one removal costs before any other.
Result<std::vector<double>> removalScores(const LayerProblem& problem, const Work& work);

} // namespace lapidary
