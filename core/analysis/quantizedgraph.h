// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace lapidary {

/// Fails with "pass.already_quantized", naming a node, where the graph computes with integers or takes a layer's weight
/// from stored codes: quantization operators, integer layers, or constants of whole numbers that operators turn into a
/// weight. O(nodes).
Status refuseQuantized(const Graph& graph);

} // namespace lapidary
