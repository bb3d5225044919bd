// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/graphview/graphdecor.h"
#include "ui/models/graphscene.h"

#include <functional>

namespace lapidary {

/// How a closed group's value comes of its members'.
enum class Aggregation {
    Sum,   ///< what adds up: time, MACs, parameters, bytes
    Worst, ///< the largest: sensitivity, error
    None   ///< members that disagree have no common value: a precision
};

/// The overlay's values before they were scaled, and how to scale and word them.
struct OverlayValues {
    std::vector<std::optional<double>> byNode; ///< by NodeId::number of the main graph; empty: no numbers
    Aggregation aggregation = Aggregation::None;
    std::function<float(double value, double largest)> scale; ///< to 0..1
    std::function<std::string(double value)> text;
    /// Words a legend whose scale ends at another largest value; empty: its upper end is worded by `text`.
    std::function<void(GraphDecor& decor, double largest)> legend = {};
};

/// `decor`, which is of nodes of the main graph, with the decorations of members put on the closed groups that hide
/// them: values by the aggregation (all values are scaled anew if a group's is the largest, and the legend says so), a
/// coupled group that all decorated members share, a fence if all of the members are fenced, how many will become
/// narrower, badges they have in common. O(nodes).
GraphDecor aggregateDecor(GraphDecor decor, const GraphScene& scene, const OverlayValues& values);

} // namespace lapidary
