// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"

namespace lapidary {

/// What a node reads that never changes.
struct ConstantInput {
    TensorPtr tensor;         ///< as it is stored; null: the input is no constant
    bool dequantized = false; ///< it is stored as integers behind a DequantizeLinear
};

/// An initializer, the tensor of a Constant node, or what a DequantizeLinear makes of either.
ConstantInput constantInput(const Graph& graph, ValueId input);

/// Whether a node does no more than hold a constant: a Constant, or a DequantizeLinear of constants.
bool holdsConstant(const Graph& graph, const Node& node);

} // namespace lapidary
