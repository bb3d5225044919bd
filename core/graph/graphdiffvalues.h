// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"

namespace lapidary::diff {

/// Type, shape and content; what two graphs share in memory is not read.
bool sameData(const Tensor& a, const Tensor& b);
/// Deep, subgraphs included; values in subgraphs are compared by name.
bool sameAttribute(const Attribute& a, const Attribute& b);

std::string nameOf(const Graph& graph, ValueId id); ///< empty for an omitted value
std::string tensorText(const Tensor& tensor);       ///< "float32 64x3x7x7"
/// The value for people; empty if it is too much to show.
std::string valueText(const AttributeValue& value);
std::string arrow(const std::string& from, const std::string& to); ///< "from → to"

} // namespace lapidary::diff
