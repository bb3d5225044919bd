// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "graph/node.h"
#include "tensor/tensor.h"

#include <optional>
#include <string>
#include <vector>

namespace lapidary {

/// One extent of a declared shape: a number, a symbol ("N"), or nothing known.
struct Dimension {
    std::int64_t extent = -1; ///< -1: not a number
    std::string symbol;
    std::string denotation;
    std::string unknownFields;
    bool operator==(const Dimension&) const = default;
};

/// The type a model declares for a value. Sequences, optionals, maps and sparse tensors stay opaque.
struct TypeInfo {
    DataType elementType = DataType::Undefined;
    std::optional<std::vector<Dimension>> dimensions; ///< nullopt: rank unknown
    std::string denotation;
    std::string opaque; ///< serialized TypeProto when this is not a tensor type
    std::string unknownFields;

    static TypeInfo tensor(DataType type, const Shape& shape);
    bool isTensor() const { return opaque.empty(); }
    /// Extents with -1 for symbols and unknown; nullopt if the rank is unknown.
    std::optional<Shape> shape() const;
    bool operator==(const TypeInfo&) const = default;
};

/// An edge of the graph: a tensor that one node (or the outside) makes and others use.
struct Value {
    ValueId id;
    std::string name; ///< unique in its graph
    std::optional<TypeInfo> type; ///< as declared in the model (inputs, outputs, value_info); inferred types live in ShapeTable
    TensorPtr initializer; ///< set: a constant
    std::string doc;
    MetadataProps metadata;
    std::string unknownFields;
    bool outer = false; ///< in a subgraph: a name of an enclosing graph

    bool isConstant() const { return initializer != nullptr; }
};

using ValuePtr = std::shared_ptr<const Value>;

/// A place where a value is used.
struct Use {
    NodeId node;
    int input = 0; ///< index in Node::inputs; -1: inside one of the node's subgraphs
    bool operator==(const Use&) const = default;
};

} // namespace lapidary
