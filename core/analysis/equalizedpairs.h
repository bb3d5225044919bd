// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/equalization.h"
#include "analysis/weightmatrix.h"

#include <limits>

namespace lapidary {

/// A layer and the layers that read its output, with nothing between that would notice factors of its channels.
struct EqualizablePair {
    NodeId writer;
    std::vector<NodeId> readers;
    /// Nothing between notices as long as the output keeps to values up to this; infinite: whatever it is.
    float upperBound = std::numeric_limits<float>::infinity();
    /// The writer's own input is between 0 and this; infinite: not known.
    float inputBound = std::numeric_limits<float>::infinity();
};

/// In graph order. Adds layers that other layers follow but that cannot be scaled to `skipped`. O(nodes).
std::vector<EqualizablePair> findEqualizablePairs(const Graph& graph, const std::set<NodeId>& keep,
                                                  std::vector<UnequalizedLayer>& skipped);

/// The layer's constant bias; invalid if it has none.
ValueId biasOf(const Graph& graph, const WeightMatrix& matrix);

} // namespace lapidary
