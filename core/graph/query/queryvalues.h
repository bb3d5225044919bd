// SPDX-License-Identifier: GPL-3.0-or-later
// What a query reads off a node.
#pragma once

#include "graph/shapetable.h"

#include <string>

namespace lapidary {

/// Output channels: of a layer with constant weights those its weights make; of other nodes axis 1 of an output with
/// two dimensions or at least four. -1 if that is not known.
std::int64_t nodeChannels(const Node& node, const Graph& graph, const ShapeTable& shapes);

/// The element type a node's weights are stored in, behind a DequantizeLinear too; without weights that of its output.
DataType nodeWeightType(const Node& node, const Graph& graph, const ShapeTable& shapes);

/// The constant a layer multiplies with, as the operator table says; null if there is none.
TensorPtr nodeWeight(const Node& node, const Graph& graph);

/// "3x3", "SAME_UPPER", "0.1", "64x3x7x7" (shape of a tensor); empty for subgraphs and what is not looked into.
std::string attributeText(const AttributeValue& value);

/// One filter per channel: a grouped layer whose weights have one input channel.
bool isDepthwise(const Node& node, const Graph& graph);

} // namespace lapidary
