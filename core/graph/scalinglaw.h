// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"

#include <optional>

namespace lapidary {

/// Operators that hand positive factors of their channels on: channel c of the result is f(channel c of the data), with
/// f(s x) = s f(x) for every s > 0 (Relu, LeakyRelu, pooling, Identity …).
struct ScalingLaw {
    /// The law holds as long as the data keeps to values up to this (Clip from 0); infinite: everywhere.
    float upperBound = 0;
};

/// The law of a node whose data is its first input and whose only used result is its first output; nothing if there is
/// none. A Clip has one if its lower bound is 0 or absent.
std::optional<ScalingLaw> scalingLawOf(const Graph& graph, const Node& node);

/// The one number behind an attribute or a constant input of a node; `fallback` if there is neither. Nothing where the
/// input is not constant.
std::optional<float> constantNumber(const Graph& graph, const Node& node, std::string_view attribute, std::size_t input,
                                    float fallback);

} // namespace lapidary
