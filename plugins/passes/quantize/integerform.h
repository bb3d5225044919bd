// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/grapheditor.h"
#include "graph/model.h"

#include <set>
#include <string_view>

namespace lapidary {

/// ONNX Runtime's own operators.
inline constexpr std::string_view microsoftDomain = "com.microsoft";

/// A node between DequantizeLinear and QuantizeLinear takes the integers before the one and makes those behind the
/// other; what it fills with becomes the zero point. Nothing happens where its data does not come from 8 bits.
void standOnIntegers(GraphEditor& editor, NodeId id);

/// Every node of `quantized` (nodes of `original`) that has a form on integers takes that form, with its scales as
/// inputs, and what only moves bytes stands on the integers; activations that its output range cuts off disappear.
/// Nodes keep their ids. A node whose inputs or output are not in 8 bits stays as it is.
void useIntegerOperators(GraphEditor& editor, const Graph& original, const std::set<NodeId>& quantized,
                         std::int64_t opset);

/// Lists the domain among the model's opsets if a node is of it.
void importMicrosoftOperators(Model& model);

} // namespace lapidary
