// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"

#include <set>
#include <string>

namespace lapidary {

/// What an input of an operator asks of a floating point tensor.
enum class PortPrecision {
    Follows, ///< the precision the node computes in
    Float32, ///< float32 always (Resize's scales …)
    Either   ///< takes what comes (Shape, Cast …)
};

PortPrecision portPrecision(const Node& node, std::size_t input, std::int64_t opset);

/// Operator types from "Softmax, LayerNormalization" (commas, semicolons or spaces).
std::set<std::string> operatorList(const std::string& text);

/// Operators whose sums, squares or powers easily leave the range of float16, as a list for operatorList(). Those that
/// runtimes compute in a safe way (Softmax takes the largest value off first, averages sum in float32) are not among
/// them.
std::string growingOperators();

/// Why the node has to compute in float32, as a sentence for people; empty if float16 will do. `blocked` are the
/// operators the user wants to keep.
std::string whyFloat32(const Model& model, const Node& node, const std::set<std::string>& blocked);

} // namespace lapidary
