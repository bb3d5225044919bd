// SPDX-License-Identifier: GPL-3.0-or-later
// What goes into the layered layout and what comes out of it. Plain values, no Qt; free to use on any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lapidary {

/// Which way data flows over the paper.
enum class LayoutDirection { TopDown, LeftRight };

/// A rectangle to be placed, in scene units (pixels at 100 %).
struct LayoutNode {
    double width = 0;
    double height = 0;
    std::int32_t group = -1; ///< the group it stands in; -1: none
};

/// A frame around its nodes and child groups. No other node stands inside of it.
struct LayoutGroup {
    double headerWidth = 0; ///< room for a title at the top left corner
    double headerHeight = 0;
    std::int32_t parent = -1; ///< -1: none
};

/// From a producer to a consumer. Edges that leave the same port carry the same value and share one line for as
/// long as they run side by side. Self-loops, repeated edges and cycles are allowed.
struct LayoutEdge {
    std::uint32_t from = 0;
    std::uint32_t to = 0;
    std::uint32_t fromPort = 0;
    std::uint32_t toPort = 0;
};

/// Where a node lies: top left corner and size.
struct LayoutBox {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
};

/// Where a node or group lay in an earlier layout of a similar graph, in the same direction.
struct LayoutHint {
    LayoutBox box;
    std::uint32_t layer = 0;
    std::uint32_t part = 0;
    bool known = false; ///< false for what is new
};

struct LayoutGraph {
    std::vector<LayoutNode> nodes;
    std::vector<LayoutEdge> edges;
    std::vector<LayoutGroup> groups; ///< parents stand before their children
    LayoutDirection direction = LayoutDirection::TopDown;
    std::vector<LayoutHint> nodeHints; ///< per node, or empty: keeps the order within layers and of parts
    std::vector<LayoutHint> groupHints;
};

/// Distances in scene units, and limits that keep large graphs quick.
struct LayoutOptions {
    double nodeGap = 26;               ///< between two nodes of one layer
    double edgeGap = 14;               ///< between a line and its neighbour in the layer
    double layerGap = 34;              ///< between two layers; wide bends get up to three times as much
    double componentGap = 60;          ///< between parts that are not connected
    unsigned sweeps = 24;              ///< crossing reduction stops earlier when nothing improves
    std::size_t swapWork = 20'000'000; ///< comparisons the transpose step may spend on one component
    std::size_t bendsPerNode = 6;      ///< longest lines go round the outside when there would be more bends
    bool coarse = false;               ///< a first look, several times as quick: crossings are left as they come
};

/// A piece of line. Lines that share a beginning form a tree: a piece continues where its parent ends.
struct RouteSegment {
    enum class Kind : std::uint8_t {
        Straight, ///< from (x0,y0) to (x1,y1)
        Bend,     ///< the same, as an S curve that leaves and arrives along the flow
        Loop,     ///< from a node's side back to the same side, bulging by `bulge` across the flow
    };
    double x0 = 0;
    double y0 = 0;
    double x1 = 0;
    double y1 = 0;
    double bulge = 0;
    std::int32_t parent = -1;
    Kind kind = Kind::Straight;
};

/// The line of one edge: the chain of parents that ends in `last`. The arrow stands at the consumer, which is the
/// end of `last`, or the start of `first` for an edge that had to be turned round to break a cycle.
struct EdgeRoute {
    std::int32_t first = -1;
    std::int32_t last = -1;
    bool reversed = false;
    double labelX = 0; ///< a point on the line, below its producer, where a text may stand beside it
    double labelY = 0;
    double lean = 0; ///< how far the line goes sideways below its producer; positive is right
};

struct LayoutResult {
    std::vector<LayoutBox> boxes;       ///< per node
    std::vector<LayoutBox> groupBoxes;  ///< per group
    std::vector<RouteSegment> segments; ///< parents stand before their children
    std::vector<EdgeRoute> routes;      ///< per edge
    std::vector<std::uint32_t> layers;  ///< per node: its layer within its part
    std::vector<std::uint32_t> parts;   ///< per node: number of its connected part within its group
    std::vector<std::uint32_t> groupLayers;
    std::vector<std::uint32_t> groupParts;
    double width = 0;
    double height = 0;
    std::uint32_t layerCount = 0; ///< of the part with most
    std::uint64_t crossings = 0;
    LayoutDirection direction = LayoutDirection::TopDown;
};

} // namespace lapidary
