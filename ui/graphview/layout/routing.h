// SPDX-License-Identifier: GPL-3.0-or-later
// Turns a placed layered graph into boxes and lines. Inside a layer's band lines run straight along the flow; they
// bend only between bands, where no node is. So a line never crosses a node that is not its own.
#pragma once

#include "ui/graphview/layout/layoutgraph.h"
#include "ui/graphview/layout/propergraph.h"

#include <vector>

namespace lapidary::layout {

/// One connected part, drawn top-down, with its top left corner at (0,0).
struct Drawing {
    std::vector<LayoutBox> boxes;
    std::vector<RouteSegment> segments;
    std::vector<EdgeRoute> routes; ///< per edge, in the order of `edges`
    double width = 0;
    double height = 0;
};

/// `across` are the vertices' centres, `size` the nodes' sizes, `edges` what makeProper was given.
Drawing routeEdges(const ProperGraph& graph, const std::vector<double>& across, const std::vector<LayoutNode>& size,
                   const std::vector<DownEdge>& edges, const LayoutOptions& options);

} // namespace lapidary::layout
