// SPDX-License-Identifier: GPL-3.0-or-later
// A layered graph whose links all join neighbouring layers: long edges are cut by bend points.
#pragma once

#include "ui/graphview/layout/csr.h"

#include <cstdint>
#include <limits>
#include <vector>

namespace lapidary::layout {

constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

/// An edge turned downwards. Edges with one `bundle` number carry the same value and share their line.
struct DownEdge {
    std::uint32_t upper = 0;
    std::uint32_t lower = 0;
    std::uint32_t bundle = 0;
    float upperAt = 0; ///< where it touches nodes with fixed ports, across the flow from their centre
    float lowerAt = 0;
};

struct Link {
    std::uint32_t upper = 0;
    std::uint32_t lower = 0;
    float upperAt = 0; ///< 0 at bend points and at nodes that let lines touch where they like
    float lowerAt = 0;
};

/// Vertices below nodeCount are nodes; the rest are bend points, each with exactly one link from above.
struct ProperGraph {
    std::uint32_t nodeCount = 0;
    std::vector<std::uint32_t> layerOf; ///< per vertex
    std::vector<double> breadth;        ///< per vertex: size along the layer, 0 for a bend point
    std::vector<Link> links;
    Csr down;                                       ///< links by upper vertex
    Csr up;                                         ///< links by lower vertex
    std::vector<std::vector<std::uint32_t>> layers; ///< vertices in drawing order
    std::vector<std::uint32_t> place;               ///< per vertex: index in its layer
    std::vector<std::uint32_t> lastLink;            ///< per edge: the link that reaches its lower end, or none
    std::vector<std::uint32_t> outside;             ///< bundles that are to be led round the outside, ascending
    std::vector<bool> fixedPorts;        ///< per node, or empty: lines touch it exactly where their edges say
    std::vector<double> spine;           ///< per node, or empty: where a straight main line passes, from the centre
    std::vector<std::uint32_t> heldRank; ///< per node, or empty: nodes of one layer and group keep the order of ranks
    std::vector<std::uint32_t> heldGroup;

    bool isBend(std::uint32_t vertex) const { return vertex >= nodeCount; }
    bool hasFixedPorts(std::uint32_t vertex) const { return vertex < fixedPorts.size() && fixedPorts[vertex]; }
    double spineOf(std::uint32_t vertex) const { return vertex < spine.size() ? spine[vertex] : 0; }
    std::uint32_t heldGroupOf(std::uint32_t vertex) const {
        return vertex < heldGroup.size() ? heldGroup[vertex] : none;
    }
    std::uint32_t vertexCount() const { return static_cast<std::uint32_t>(layerOf.size()); }
    void renumber(std::uint32_t layer);
};

/// Cuts the edges. When more than `maxBends` bend points would arise, the longest bundles are left out and listed
/// in `outside`; their edges have no lastLink. Layers are filled by a depth-first walk that follows nodes first.
ProperGraph makeProper(const std::vector<std::uint32_t>& layerOf, const std::vector<double>& breadth,
                       const std::vector<DownEdge>& edges, std::size_t maxBends);

} // namespace lapidary::layout
