// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/reach.h"

#include <algorithm>

namespace lapidary {

GraphReach::GraphReach(const Graph& graph) {
    std::vector<std::pair<NodeId, NodeId>> down, up;
    for (const auto& node : graph.nodes())
        for (const auto output : node->outputs)
            if (output.valid())
                for (const Use& use : graph.uses(output))
                    if (use.node != node->id) {
                        down.emplace_back(node->id, use.node);
                        up.emplace_back(use.node, node->id);
                    }
    std::vector<std::uint32_t> order(graph.nodeIdLimit(), 0);
    for (std::uint32_t i = 0; i < graph.nodeCount(); ++i)
        order[graph.nodes()[i]->id.number] = i;
    m_consumers = gather(graph.nodeIdLimit(), down, order);
    m_producers = gather(graph.nodeIdLimit(), up, order);
}

std::span<const NodeId> GraphReach::Neighbours::of(NodeId id) const {
    if (!id.valid() || id.number + 1 >= begin.size())
        return {};
    return std::span(nodes).subspan(begin[id.number], begin[id.number + 1] - begin[id.number]);
}

GraphReach::Neighbours GraphReach::gather(std::size_t limit, std::vector<std::pair<NodeId, NodeId>>& pairs,
                                          const std::vector<std::uint32_t>& order) {
    std::sort(pairs.begin(), pairs.end(), [&order](const auto& a, const auto& b) {
        return std::pair(a.first.number, order[a.second.number]) < std::pair(b.first.number, order[b.second.number]);
    });
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    Neighbours all;
    all.begin.assign(limit + 1, 0);
    for (const auto& [from, to] : pairs)
        ++all.begin[from.number + 1];
    for (std::size_t i = 1; i < all.begin.size(); ++i)
        all.begin[i] += all.begin[i - 1];
    all.nodes.reserve(pairs.size());
    for (const auto& [from, to] : pairs)
        all.nodes.push_back(to);
    return all;
}

std::vector<bool> GraphReach::mask(const Neighbours& ways, std::span<const NodeId> from) {
    std::vector<bool> seen(ways.begin.size() - 1, false);
    std::vector<NodeId> open;
    const auto visit = [&](NodeId id) {
        if (id.number < seen.size() && !seen[id.number]) {
            seen[id.number] = true;
            open.push_back(id);
        }
    };
    for (const auto id : from)
        visit(id);
    while (!open.empty()) {
        const NodeId at = open.back();
        open.pop_back();
        for (const auto next : ways.of(at))
            visit(next);
    }
    return seen;
}

std::set<NodeId> GraphReach::within(const Neighbours& ways, const std::set<NodeId>& from, int steps) {
    std::set<NodeId> found;
    std::vector<NodeId> ring(from.begin(), from.end());
    for (int step = 0; step < steps && !ring.empty(); ++step) {
        std::vector<NodeId> next;
        for (const auto id : ring)
            for (const auto other : ways.of(id))
                if (from.count(other) == 0 && found.insert(other).second)
                    next.push_back(other);
        ring = std::move(next);
    }
    return found;
}

std::set<NodeId> GraphReach::upstream(const std::set<NodeId>& from, int steps) const {
    return within(m_producers, from, steps);
}

std::set<NodeId> GraphReach::downstream(const std::set<NodeId>& from, int steps) const {
    return within(m_consumers, from, steps);
}

std::vector<bool> GraphReach::upstreamMask(std::span<const NodeId> from) const {
    return mask(m_producers, from);
}

std::vector<bool> GraphReach::downstreamMask(std::span<const NodeId> from) const {
    return mask(m_consumers, from);
}

/// Breadth first; the first way found to a node is kept, so ties go to what stands first in the graph.
std::vector<NodeId> GraphReach::pathDown(NodeId from, NodeId to) const {
    std::vector<NodeId> cameFrom(m_consumers.begin.size() - 1);
    std::vector<NodeId> ring{from};
    while (!ring.empty() && !cameFrom[to.number].valid()) {
        std::vector<NodeId> next;
        for (const auto id : ring)
            for (const auto other : m_consumers.of(id))
                if (other != from && !cameFrom[other.number].valid()) {
                    cameFrom[other.number] = id;
                    next.push_back(other);
                }
        ring = std::move(next);
    }
    if (!cameFrom[to.number].valid())
        return {};
    std::vector<NodeId> path{to};
    while (path.back() != from)
        path.push_back(cameFrom[path.back().number]);
    std::reverse(path.begin(), path.end());
    return path;
}

std::vector<NodeId> GraphReach::shortestPath(NodeId a, NodeId b) const {
    const std::size_t limit = m_consumers.begin.size() - 1;
    if (a.number >= limit || b.number >= limit)
        return {};
    if (a == b)
        return {a};
    auto path = pathDown(a, b);
    return path.empty() ? pathDown(b, a) : path;
}

std::set<NodeId> GraphReach::between(NodeId a, NodeId b) const {
    for (const auto& [from, to] : {std::pair(a, b), std::pair(b, a)}) {
        const auto down = downstreamMask(std::span(&from, 1));
        if (to.number >= down.size() || !down[to.number])
            continue;
        const auto up = upstreamMask(std::span(&to, 1));
        std::set<NodeId> found;
        for (std::uint32_t i = 0; i < down.size(); ++i)
            if (down[i] && up[i])
                found.insert(found.end(), NodeId{i});
        return found;
    }
    return {};
}

std::set<NodeId> GraphReach::among(const std::set<NodeId>& nodes) const {
    const std::vector<NodeId> list(nodes.begin(), nodes.end());
    const auto down = downstreamMask(list);
    const auto up = upstreamMask(list);
    std::set<NodeId> found;
    for (std::uint32_t i = 0; i < down.size(); ++i)
        if (down[i] && up[i])
            found.insert(found.end(), NodeId{i});
    return found;
}

} // namespace lapidary
