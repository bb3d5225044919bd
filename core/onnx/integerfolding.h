// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tensor/shape.h"

#include <onnx/onnx_pb.h>

#include <optional>
#include <vector>

namespace lapidary {

/// A small integer tensor: a shape, or what exporters compute from shapes.
struct IntegerTensor {
    std::int32_t type = onnx::TensorProto::INT64; ///< INT64, INT32 or BOOL
    Shape shape;
    std::vector<std::int64_t> values;
};

/// Nothing larger is folded.
constexpr std::size_t foldLimit = 1024;

/// nullopt if the tensor is not a complete small tensor of one of the three types.
std::optional<IntegerTensor> integerTensorOf(const onnx::TensorProto& tensor);
onnx::TensorProto toProto(const IntegerTensor& tensor);

/// Result of a node on known integers, for the operators with which exporters compute shapes, beyond what ONNX's own
/// data propagation does (any rank, ConstantOfShape, Transpose, Where …). `inputs` has nullptr for inputs that are left
/// away; `shape` is the output's inferred shape. nullopt if the operator or its arguments are not among them.
std::optional<IntegerTensor> foldIntegers(const onnx::NodeProto& node, const std::vector<const IntegerTensor*>& inputs,
                                          const Shape& shape);

} // namespace lapidary
