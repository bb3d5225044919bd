// SPDX-License-Identifier: GPL-3.0-or-later
// The first two steps of the layered layout: break cycles, then give every node a layer.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace lapidary::layout {

/// An edge from the node that will stand higher to the one that will stand lower.
struct Arc {
    std::uint32_t upper = 0;
    std::uint32_t lower = 0;
};

/// Says per arc whether it must be turned round so that no cycle is left: the arcs that close a cycle in a
/// depth-first walk which starts at nodes without producers, in index order. No arc may be a self-loop.
std::vector<bool> findBackArcs(std::uint32_t nodeCount, const std::vector<Arc>& arcs);

/// A node that stands for a line which enters or leaves through the border of a frame.
enum class Border : std::uint8_t {
    None,
    Top,    ///< in the first layer, alone with its like; has no arc from above
    Bottom, ///< in the last layer, alone with its like; has no arc downwards
};

/// Layer of every node of an acyclic graph, from 0: the longest path from above, after which side branches and
/// constants sink towards their consumers where that shortens edges; on small graphs edges are then made the shortest
/// in sum. Every arc goes down by at least one layer. `border` is empty or has an entry per node.
std::vector<std::uint32_t> assignLayers(std::uint32_t nodeCount, const std::vector<Arc>& arcs,
                                        const std::vector<Border>& border = {});

/// Nodes that may stand anywhere between what they read and what reads them, at no cost in length, go up to what they
/// read; assignLayers() has them down. False if there are none.
bool raiseFloating(std::uint32_t nodeCount, const std::vector<Arc>& arcs, const std::vector<Border>& border,
                   std::vector<std::uint32_t>& layer);

} // namespace lapidary::layout
