// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "graph/grapheditor.h"

namespace lapidary {

/// What a DequantizeLinear makes of constants, as float32: (code - zero point) * scale, with one scale or one along the
/// node's axis. Null where the value is not made so. Fails with "tensor.*".
Result<TensorPtr> dequantizedConstant(const Graph& graph, ValueId value);

/// Reads a layer's data through an operator that changes nothing and that no runtime removes. ONNX Runtime quantizes
/// the float weights of a layer between Q/DQ pairs by itself (one scale per tensor, 8 bits); this keeps them as they
/// are. Nothing happens where the data does not come from a DequantizeLinear. Precondition: the data is float32.
void keepFloatWeights(GraphEditor& editor, NodeId layer, std::size_t dataInput);

} // namespace lapidary
