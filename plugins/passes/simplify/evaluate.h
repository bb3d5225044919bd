// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/node.h"

namespace lapidary {

/// Computes one node from constant inputs, as ONNX defines it: shape arithmetic, moving of elements, cheap element-wise
/// operators. Null when this evaluator does not know the operator, the types or the case, or when the result would
/// exceed `maxBytes`; then the node simply stays. `inputs` may hold null for omitted ones.
TensorPtr evaluate(const Node& node, const std::vector<TensorPtr>& inputs, std::int64_t opset, std::uint64_t maxBytes);

// The parts of it, by family.
TensorPtr evaluateArithmetic(const Node& node, const std::vector<TensorPtr>& inputs, std::uint64_t maxBytes);
TensorPtr evaluateUnary(const Node& node, const Tensor& input, std::uint64_t maxBytes);
TensorPtr evaluateCast(const Node& node, const Tensor& input, std::uint64_t maxBytes);
TensorPtr evaluateMove(const Node& node, const std::vector<TensorPtr>& inputs, std::int64_t opset,
                       std::uint64_t maxBytes);

// What they share.

/// Result of numpy-style broadcasting; nullopt if the shapes do not fit.
std::optional<Shape> broadcastShape(const Shape& a, const Shape& b);
/// The elements at offset + sum(index[i] * strides[i]) of the source, for every index of `shape`; elements of at least
/// 8 bits. Strides may be 0 or negative. Null over `maxBytes`.
TensorPtr stridedCopy(const Tensor& source, const Shape& shape, const std::vector<std::int64_t>& strides,
                      std::int64_t offset, std::uint64_t maxBytes);
/// `source` repeated to `shape`.
TensorPtr broadcastTo(const Tensor& source, const Shape& shape, std::uint64_t maxBytes);
/// The same elements under another shape; precondition: equal counts.
TensorPtr reshaped(const Tensor& source, Shape shape);
/// Integers behind an optional constant input or, in older opsets, an attribute.
std::optional<std::vector<std::int64_t>> integersOf(const Node& node, const std::vector<TensorPtr>& inputs,
                                                    std::size_t index, std::string_view attribute);
/// A negative axis counts from the end; nullopt if it is out of range.
std::optional<std::size_t> axisOf(std::int64_t axis, std::size_t rank);
/// Known type, complete data, elements of at least 8 bits: safe to compute with.
bool isUsable(const Tensor& tensor);
bool fits(DataType type, const Shape& shape, std::uint64_t maxBytes);

} // namespace lapidary
