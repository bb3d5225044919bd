// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/shapetable.h"

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

namespace lapidary {

/// One number of a small integer tensor that steers shapes: a constant, or something computed from an extent at run
/// time.
struct ShapeElement {
    std::int64_t value = 0;
    bool known = false; ///< the value is known (for an extent: from the inferred shapes)
    bool live = false;  ///< computed from the shape of an activation: follows by itself when channels go
    ValueId source; ///< live: value = extent(source, axis) * numerator / denominator; invalid: some other computation
    int axis = 0;
    std::int64_t numerator = 1;
    std::int64_t denominator = 1;
};

struct ShapeTensor {
    Shape shape; ///< rank 0 to 2
    std::vector<ShapeElement> elements;

    bool isConstant() const; ///< every element known and none live
    std::vector<std::int64_t> values() const;
};

/// Evaluates the little integer computations that exporters put in front of Reshape, Pad, Slice and Resize.
/// Not thread-safe: caches.
class ShapeElements {
public:
    ShapeElements(const Graph& graph, const ShapeTable& shapes) : m_graph(graph), m_shapes(shapes) {}

    /// nullopt: not a small integer tensor this class can follow.
    std::optional<ShapeTensor> of(ValueId value);
    /// The values if all are constant.
    std::optional<std::vector<std::int64_t>> constants(ValueId value);

private:
    std::optional<ShapeTensor> evaluate(ValueId value, int depth);
    std::optional<ShapeTensor> evaluateNode(const Node& node, int depth);
    std::optional<ShapeTensor> cached(ValueId value, int depth);
    std::optional<ShapeTensor> shapeOf(const Node& node) const;
    std::optional<ShapeTensor> arithmetic(const Node& node, int depth);
    std::optional<ShapeTensor> concat(const Node& node, int depth);
    std::optional<ShapeTensor> gather(const Node& node, int depth);
    std::optional<ShapeTensor> slice(const Node& node, int depth);
    std::optional<ShapeTensor> reshape(const Node& node, int depth);
    std::optional<ShapeTensor> filled(const Node& node, int depth);
    std::optional<ShapeTensor> reduceProd(const Node& node, int depth);

    const Graph& m_graph;
    const ShapeTable& m_shapes;
    std::unordered_map<std::uint32_t, std::optional<ShapeTensor>> m_cache;
};

} // namespace lapidary
