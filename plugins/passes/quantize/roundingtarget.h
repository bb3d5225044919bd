// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "int8plan.h"

#include "analysis/weightmatrix.h"
#include "eval/layermoments.h"

namespace lapidary {

/// A weight that is rounded by what its layers read.
struct RoundingTarget {
    WeightMatrix matrix;
    int axis = -1;        ///< of the weight, that has scales
    bool centred = false; ///< the bias takes up the mean

    /// Rounding takes long and much memory, so one such weight is rounded at a time, on all threads.
    bool wide() const;
};

/// The plan's weights that can be rounded to data, in graph order; one entry for layers that share a weight.
std::vector<RoundingTarget> roundingTargets(const Graph& graph, const Int8Plan& plan, const Int8Options& options);

/// Rounds a weight so that the output of its layers changes least over the data behind the moments. Fails when
/// cancelled and with "tensor.*".
Result<Int8Rounding> roundTarget(const Graph& graph, const RoundingTarget& target, const LayerMoments& moments,
                                 const Int8Options& options, int threads, const Work& work);

} // namespace lapidary
