// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/hierarchy/graphhierarchy.h"

namespace lapidary {

/// What a node reads that never changes.
struct ConstantInput {
    TensorPtr tensor;         ///< as it is stored; null: the input is no constant
    bool byNode = false;      ///< a Constant or a DequantizeLinear makes it; otherwise it is an initializer
    bool dequantized = false; ///< it is stored as integers behind a DequantizeLinear
};

/// An initializer, the tensor of a Constant node, or what a DequantizeLinear makes of either.
ConstantInput constantInput(const Graph& graph, ValueId input);
/// The same in a body: what it captures of the graphs around it and what a function's call hands in are looked up
/// there.
ConstantInput constantInput(const GraphHierarchy& hierarchy, std::int32_t instance, ValueId input);

/// Whether a node does no more than hold a constant: a Constant, or a DequantizeLinear of constants.
bool holdsConstant(const Graph& graph, const Node& node);

} // namespace lapidary
