// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/count.h"
#include "graph/node.h"
#include "graph/shapetable.h"

namespace lapidary {

/// Arithmetic of one node for the shapes given; see NodeCost for what is counted as what.
struct NodeWork {
    std::uint64_t macs = 0;
    std::uint64_t operations = 0;
    bool known = true; ///< false: a shape is missing or the operator is not known, so macs is a lower bound
};

NodeWork workOf(const Node& node, const ShapeTable& shapes);

/// Fused attention operators (ONNX 23 and com.microsoft): projections, Q x K^T and probabilities x V.
NodeWork attentionWork(const Node& node, const ShapeTable& shapes);

} // namespace lapidary
