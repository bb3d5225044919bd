// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/layerrows.h"
#include "graph/model.h"

namespace lapidary {

/// What stands between a layer and the place where its output counts: constant scales and shifts per channel, and the
/// sum with a residual stream. The layer's best output is the one that makes that sum right, so that what went wrong in
/// the stream before is made good here.
struct LayerTarget {
    ValueId judged;            ///< the value compared with the original's: the sum, or the layer's own output
    ValueId stream;            ///< other summand; invalid: `judged` is the layer's output
    std::vector<double> scale; ///< judged - stream = scale * output + shift, by channel; empty: 1
    std::vector<double> shift; ///< empty: 0
    NodeId normalization;      ///< BatchNormalization right behind the layer, with constant statistics; invalid: none
    NodeId adder;              ///< Add of a constant per channel right behind the layer; invalid: none
};

/// Follows the layer's output. Never fails: without anything to follow the target is the output itself.
LayerTarget layerTarget(const Graph& graph, const ShapeTable& shapes, const LayerRows& layer);

/// Index of BatchNormalization's running mean and variance among its inputs.
inline constexpr std::size_t normalizationMean = 3, normalizationVariance = 4;

} // namespace lapidary
