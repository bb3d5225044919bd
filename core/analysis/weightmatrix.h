// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"

#include <set>

namespace lapidary {

/// A constant weight that layers multiply their input with, seen as one matrix per group: a row makes an output
/// channel, a column meets one input channel at one kernel position. Columns are ordered by kernel position first, so
/// that neighbours are neighbouring input channels at the same position: what hardware reads together.
struct WeightMatrix {
    ValueId weight;
    std::vector<NodeId> nodes; ///< the layers that use it, in graph order
    DataType type = DataType::Undefined;
    Shape shape;
    std::size_t groups = 1;
    std::size_t rows = 0;    ///< output channels per group
    std::size_t inputs = 0;  ///< input channels per group
    std::size_t kernel = 1;  ///< kernel positions
    bool transposed = false; ///< the layer scatters its input (ConvTranspose): the columns are no window of the input

    std::size_t columns() const { return inputs * kernel; }
    std::size_t outputs() const { return groups * rows; }
    std::size_t count() const { return groups * rows * columns(); }
    bool depthwise() const { return groups > 1 && inputs == 1; }
    /// Where in the tensor the element of a group, row and column stands.
    std::size_t element(std::size_t group, std::size_t row, std::size_t column) const {
        return group * groupStride + row * rowStride + (column % inputs) * inputStride + column / inputs;
    }

    std::size_t groupStride = 0, rowStride = 0, inputStride = 0; ///< in elements
};

/// Extents of a layer's stacked matrices: groups * rows rows, inputs * kernel columns.
struct MatrixShape {
    std::size_t groups = 1, rows = 0, inputs = 0, kernel = 1;
    explicit MatrixShape(const WeightMatrix& m) : groups(m.groups), rows(m.rows), inputs(m.inputs), kernel(m.kernel) {}
    MatrixShape(std::size_t g, std::size_t r, std::size_t i, std::size_t k)
        : groups(g), rows(r), inputs(i), kernel(k) {}
    std::size_t outputs() const { return groups * rows; }
    std::size_t columns() const { return inputs * kernel; }
    std::size_t count() const { return outputs() * columns(); }
};

/// Fills `matrix` (nodes: this one) for a node that computes weight times input by its operator traits, or says why it
/// cannot be seen so ("its weight is not constant"). Empty: it can. The layer's weight is a float type with its data.
std::string describeWeight(const Graph& graph, const Node& node, WeightMatrix& matrix);

/// A layer that is left alone, and why.
struct FencedWeight {
    NodeId node;
    std::string reason;
};
struct WeightMatrices {
    std::vector<WeightMatrix> matrices; ///< in graph order of their first user; a shared weight stands once
    std::vector<FencedWeight> fenced;   ///< layers whose weight cannot be seen as a matrix, in graph order
};
/// Every weight that the layers of `scope` (empty: all) multiply with. A shared weight is taken if all its users are
/// layers that see the same matrix. O(nodes); reads no weights.
WeightMatrices findWeightMatrices(const Graph& graph, const std::set<NodeId>& scope = {});

/// The elements as [group][row][column], and back into the tensor's order.
std::vector<float> matrixOrder(const WeightMatrix& matrix, std::span<const float> elements);
std::vector<float> tensorOrder(const WeightMatrix& matrix, std::span<const float> ordered);

} // namespace lapidary
