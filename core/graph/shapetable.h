// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"

#include <functional>
#include <map>
#include <memory>

namespace lapidary {

struct Model;

struct TensorType {
    DataType type = DataType::Undefined;
    std::optional<Shape> shape; ///< -1: unknown extent; nullopt: rank unknown
    bool operator==(const TensorType&) const = default;
};

/// Element type and shape of every value of one graph, as far as known: initializers, declared types, and what
/// inference found. Plain value, cheap to look up by id.
class ShapeTable {
public:
    ShapeTable() = default;
    /// Starts from what the graph itself declares.
    explicit ShapeTable(const Graph& graph);

    const TensorType* find(ValueId id) const; ///< null if nothing is known
    std::optional<Shape> shape(ValueId id) const;
    DataType type(ValueId id) const;
    /// Extent of one axis (negative axes count from the end); -1 if unknown.
    std::int64_t extent(ValueId id, int axis) const;
    int rank(ValueId id) const; ///< -1 if unknown
    void set(ValueId id, TensorType type);

    /// Of a body of one of the graph's control-flow nodes; null if nothing was found out about it.
    const ShapeTable* body(const Graph& body) const;
    void setBody(GraphPtr body, ShapeTable table);

private:
    struct Body {
        GraphPtr graph;
        std::shared_ptr<const ShapeTable> table;
    };
    std::vector<std::optional<TensorType>> m_types;
    std::map<const Graph*, Body> m_bodies;
};

/// Finds shapes of a model's values. Injected where it is needed, because the two engines that do it (ONNX's inference
/// and ONNX Runtime) live in rooms that may not be used everywhere. Thread-safe to call.
using ShapeInference = std::function<Result<ShapeTable>(const Model&)>;

} // namespace lapidary
