// SPDX-License-Identifier: GPL-3.0-or-later
// Puts what is made for one node alone on both sides of the node's main input.
#pragma once

#include "ui/graphview/layout/propergraph.h"

namespace lapidary::layout {

/// Weights, scales and constants that nodes compute come in beside a node's main input. Where they all stand on one
/// side of it, half of them go to the other: the main line stays straight, and the farthest line is half as long. Only
/// where no crossing arises, and nowhere if nodes are held. `work` bounds the links and vertices looked at.
void balanceSides(ProperGraph& graph, std::size_t work);

} // namespace lapidary::layout
