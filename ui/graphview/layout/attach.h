// SPDX-License-Identifier: GPL-3.0-or-later
// Where lines touch their nodes.
#pragma once

#include "ui/graphview/layout/layoutgraph.h"
#include "ui/graphview/layout/propergraph.h"

#include <vector>

namespace lapidary::layout {

/// Per link, the coordinate across the flow where it leaves its upper and enters its lower vertex.
struct Attachments {
    std::vector<double> upper;
    std::vector<double> lower;
};

/// `size` are the nodes' own sizes; their breadth in the graph may include room for loops. A single line touches its
/// node in the middle. Several are led towards where they go, as near as the node's side
/// allows, and kept apart. Nodes with fixed ports are touched there.
Attachments attachLinks(const ProperGraph& graph, const std::vector<double>& across,
                        const std::vector<LayoutNode>& size);

} // namespace lapidary::layout
