// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "graph/graph.h"

namespace lapidary {

/// What a DequantizeLinear makes of constants, as float32: (code - zero point) * scale, with one scale or one along the
/// node's axis. Null where the value is not made so. Fails with "tensor.*".
Result<TensorPtr> dequantizedConstant(const Graph& graph, ValueId value);

} // namespace lapidary
