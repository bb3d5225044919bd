// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/layerproblem.h"
#include "sparsitypattern.h"

namespace lapidary {

/// In which order a bundle of rows that share their zeros gives up its units, and what each removal adds to the error
/// once the remaining weights have made up for it.
struct RemovalTrace {
    Span rows;
    std::vector<std::uint32_t> order; ///< indices into columnRuns(shape, pattern.unitColumns())
    std::vector<double> cost;         ///< per weight of the unit; never negative
};

/// Exact optimal brain surgeon, greedily, on a problem's optimum and hessian: Hassibi & Stork 1993; row by row as in
/// Frantar & Alistarh 2022, "Optimal Brain Compression". Each step removes the unit whose loss w_b' (H^-1_bb)^-1 w_b is
/// least and updates w and H^-1 exactly. Under N:M (input channels) a set stops giving once `keep` are left; otherwise
/// every unit has its place in the order. O(rows * columns^3 / 3). The result does not depend on `threads`. Not for N:M
/// across outputs, whose rows are coupled.
Result<std::vector<RemovalTrace>> traceRemovals(const LayerProblem& problem, const SparsityPattern& pattern,
                                                int threads, const Work& work);

/// The mask that takes removals from all traces by rising cost until `sparsity` is reached (all there are under N:M).
Mask maskOf(const LayerProblem& problem, const SparsityPattern& pattern, const std::vector<RemovalTrace>& traces,
            double sparsity);

/// The best weights for a given mask: minimises the problem's error row by row, exactly (Kwon et al. 2022; the fixed
/// mask's least squares that OBS updates lead to). Rows with the same mask share one factorisation.
Result<RowMatrix> bestWeights(const LayerProblem& problem, const Mask& mask, int threads, const Work& work);

/// Row by row (w - optimum)' H (w - optimum).
double outputError(const LayerProblem& problem, const RowMatrix& weights);

} // namespace lapidary
