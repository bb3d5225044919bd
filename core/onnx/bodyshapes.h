// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/shapetable.h"

namespace onnx {
class NodeProto;
class TypeProto;
} // namespace onnx

namespace lapidary {

/// Element type and shape of a tensor type; symbols are -1.
TensorType tensorTypeOf(const onnx::TypeProto& type);

/// Tables of the bodies of a control-flow node, nested ones too, put into `around`, the table of `graph` that the node
/// stands in: what inference left in the node's protobuf form, and of captured values what `around` knows.
void readBodyShapes(const onnx::NodeProto& inferred, const Node& node, const Graph& graph, ShapeTable& around);

} // namespace lapidary
