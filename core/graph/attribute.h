// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tensor/tensor.h"

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace lapidary {

class Graph;
using GraphPtr = std::shared_ptr<const Graph>;

/// An attribute Lapidary does not look into (sparse tensors, type protos, kinds newer than this program): the serialized
/// AttributeProto, written back byte for byte.
struct OpaqueAttribute {
    int kind = 0; ///< ONNX's AttributeProto.AttributeType number
    std::string bytes;
    bool operator==(const OpaqueAttribute&) const = default;
};

using AttributeValue =
    std::variant<std::monostate, float, std::int64_t, std::string, TensorPtr, GraphPtr, std::vector<float>,
                 std::vector<std::int64_t>, std::vector<std::string>, std::vector<TensorPtr>, std::vector<GraphPtr>,
                 OpaqueAttribute>;

struct Attribute {
    std::string name;
    AttributeValue value;
    std::string refAttrName; ///< inside local functions: the function attribute that gives the value
    int refKind = 0;         ///< ONNX's attribute type number when refAttrName is set
    std::string doc;
    std::string unknownFields;
};

} // namespace lapidary
