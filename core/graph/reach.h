// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"

#include <limits>
#include <set>
#include <span>
#include <vector>

namespace lapidary {

/// What leads to what in one graph: who makes a node's inputs and who reads its outputs, in subgraphs too. Made once in
/// linear time; every question is linear at most. Keeps no reference to the graph. Immutable: any thread.
class GraphReach {
public:
    static constexpr int everything = std::numeric_limits<int>::max();

    explicit GraphReach(const Graph& graph);

    /// Nodes directly before and after a node, each once, in graph order; empty for an unknown id.
    std::span<const NodeId> producers(NodeId id) const { return m_producers.of(id); }
    std::span<const NodeId> consumers(NodeId id) const { return m_consumers.of(id); }

    /// Nodes from which one of `from` is reached in at most `steps` steps, without `from` itself.
    std::set<NodeId> upstream(const std::set<NodeId>& from, int steps = everything) const;
    std::set<NodeId> downstream(const std::set<NodeId>& from, int steps = everything) const;

    /// A path with the fewest nodes from one to the other, both included, in the direction in which there is one;
    /// among equals the one whose nodes come first in the graph. Empty if neither leads to the other.
    std::vector<NodeId> shortestPath(NodeId a, NodeId b) const;
    /// Every node on any path between the two, both included; empty if neither leads to the other.
    std::set<NodeId> between(NodeId a, NodeId b) const;
    /// Every node on any path from one of `nodes` to another, `nodes` included.
    std::set<NodeId> among(const std::set<NodeId>& nodes) const;

    /// As upstream and downstream, by NodeId::number and with `from` included: for many questions at once.
    std::vector<bool> upstreamMask(std::span<const NodeId> from) const;
    std::vector<bool> downstreamMask(std::span<const NodeId> from) const;

private:
    /// Neighbours of all nodes in one array.
    struct Neighbours {
        std::vector<std::uint32_t> begin; ///< by NodeId::number, one more than there are ids
        std::vector<NodeId> nodes;
        std::span<const NodeId> of(NodeId id) const;
    };
    static Neighbours gather(std::size_t limit, std::vector<std::pair<NodeId, NodeId>>& pairs,
                             const std::vector<std::uint32_t>& order);
    static std::vector<bool> mask(const Neighbours& ways, std::span<const NodeId> from);
    static std::set<NodeId> within(const Neighbours& ways, const std::set<NodeId>& from, int steps);
    std::vector<NodeId> pathDown(NodeId from, NodeId to) const;

    Neighbours m_producers, m_consumers;
};

} // namespace lapidary
