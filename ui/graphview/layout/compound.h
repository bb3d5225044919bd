// SPDX-License-Identifier: GPL-3.0-or-later
// Takes a graph with nested groups apart into levels that can be drawn one by one, after K. Sugiyama and K. Misue,
// "Visualization of structural information: automatic drawing of compound digraphs", IEEE SMC 1991, with the levels
// drawn apart: in each level a child group is one node with ports, and a line that passes through the group's own
// border begins or ends at an anchor. An edge becomes a chain of level edges; edges that carry one value share it as
// far as they run together.
#pragma once

#include "ui/graphview/layout/layering.h"
#include "ui/graphview/layout/layoutgraph.h"

#include <cstdint>
#include <vector>

namespace lapidary::layout {

/// Where lines pass through the border of a group.
struct Anchor {
    std::uint32_t level = 0; ///< of the group
    Border side = Border::None;
    std::uint32_t local = 0; ///< its number in that level
    double at = 0;           ///< across the flow from the frame's centre; set once the group is drawn
};

/// Between local numbers of one level; always downwards.
struct LevelEdge {
    std::uint32_t level = 0;
    std::uint32_t upper = 0;
    std::uint32_t lower = 0;
    std::uint32_t bundle = 0;
    std::int32_t previous = -1;  ///< the level edge that it continues beyond a border
    std::int32_t upperPort = -1; ///< the anchor it leaves a child group by
    std::int32_t lowerPort = -1; ///< the anchor it enters a child group by
};

/// Local numbers: items first, then anchors.
struct Level {
    std::vector<std::uint32_t> items;   ///< nodes, and groups as node count + group, by their first node
    std::vector<std::uint32_t> anchors; ///< indices of Compound::anchors
    std::vector<std::uint32_t> edges;   ///< indices of Compound::edges

    std::uint32_t size() const { return static_cast<std::uint32_t>(items.size() + anchors.size()); }
};

/// The level edges of one edge, from the upper end down.
struct EdgeChain {
    std::int32_t first = -1; ///< -1: no line, or a line from a node to itself
    std::int32_t last = -1;
    bool turned = false; ///< the edge points upwards, since it closes a cycle
};

struct Compound {
    std::vector<Level> levels;              ///< 0: outside of all groups; group g is level g + 1
    std::vector<std::uint32_t> parentLevel; ///< per level; smaller than the level's own number
    std::vector<LevelEdge> edges;
    std::vector<Anchor> anchors;
    std::vector<EdgeChain> chains;    ///< per edge of the graph
    std::vector<std::uint32_t> local; ///< per item: its number in its level
};

/// Cost: linear in nodes and in edges times the borders they cross. Groups that name no earlier parent are outermost.
Compound takeApart(const LayoutGraph& graph);

} // namespace lapidary::layout
