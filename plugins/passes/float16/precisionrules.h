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

/// Why the node has to compute in float32, as a sentence for people; empty if float16 will do. `blocked` are the
/// operators the user wants to keep.
std::string whyFloat32(const Model& model, const Node& node, const std::set<std::string>& blocked);

} // namespace lapidary
