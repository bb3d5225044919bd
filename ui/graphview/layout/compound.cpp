// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/compound.h"

#include "ui/graphview/layout/csr.h"
#include "ui/graphview/layout/propergraph.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace lapidary::layout {
namespace {

class Builder {
public:
    explicit Builder(const LayoutGraph& graph)
        : m_graph(graph), m_nodes(static_cast<std::uint32_t>(graph.nodes.size())),
          m_levels(static_cast<std::uint32_t>(graph.groups.size()) + 1) {}

    Compound build() {
        nest();
        placeItems();
        raiseEdges();
        turnBackArcs();
        m_stamps.resize(m_levels);
        m_compound.chains.resize(m_graph.edges.size());
        makeChains();
        return std::move(m_compound);
    }

private:
    /// The level in which an edge runs between two different items, and these items.
    struct Raised {
        std::uint32_t level = none;
        std::uint32_t from = 0;
        std::uint32_t to = 0;
    };
    /// Anchors of the bundle at hand on a level's borders, and the level edges that end there.
    struct Stamp {
        std::uint32_t outOf = none;
        std::uint32_t into = none;
        std::int32_t outAnchor = -1;
        std::int32_t inAnchor = -1;
        std::int32_t outEdge = -1;
        std::int32_t inEdge = -1;
    };

    void nest() {
        m_compound.levels.resize(m_levels);
        m_compound.parentLevel.assign(m_levels, 0);
        m_depth.assign(m_levels, 0);
        for (std::uint32_t level = 1; level < m_levels; ++level) {
            const std::int32_t parent = m_graph.groups[level - 1].parent;
            if (parent >= 0 && static_cast<std::uint32_t>(parent) + 1 < level)
                m_compound.parentLevel[level] = static_cast<std::uint32_t>(parent) + 1;
            m_depth[level] = m_depth[m_compound.parentLevel[level]] + 1;
        }
    }

    std::uint32_t levelOf(std::uint32_t node) const {
        const std::int32_t group = m_graph.nodes[node].group;
        return group >= 0 && static_cast<std::uint32_t>(group) + 1 < m_levels ? static_cast<std::uint32_t>(group) + 1
                                                                              : 0;
    }
    std::uint32_t itemOf(std::uint32_t level) const { return m_nodes + level - 1; }

    /// Groups stand among nodes where their first node would.
    void placeItems() {
        std::vector<std::uint32_t> first(m_levels, none);
        for (std::uint32_t node = 0; node < m_nodes; ++node)
            first[levelOf(node)] = std::min(first[levelOf(node)], node);
        for (std::uint32_t level = m_levels - 1; level > 0; --level)
            first[m_compound.parentLevel[level]] = std::min(first[m_compound.parentLevel[level]], first[level]);
        for (std::uint32_t node = 0; node < m_nodes; ++node)
            m_compound.levels[levelOf(node)].items.push_back(node);
        for (std::uint32_t level = 1; level < m_levels; ++level)
            m_compound.levels[m_compound.parentLevel[level]].items.push_back(itemOf(level));
        const auto key = [&](std::uint32_t item) {
            return std::pair(item < m_nodes ? item : first[item - m_nodes + 1], item);
        };
        m_compound.local.resize(m_nodes + m_levels - 1);
        for (Level& level : m_compound.levels) {
            if (m_levels > 1)
                std::ranges::sort(level.items, {}, key);
            for (std::uint32_t i = 0; i < level.items.size(); ++i)
                m_compound.local[level.items[i]] = i;
        }
    }

    void raiseEdges() {
        m_raised.resize(m_graph.edges.size());
        for (std::size_t e = 0; e < m_raised.size(); ++e) {
            const LayoutEdge& edge = m_graph.edges[e];
            if (edge.from >= m_nodes || edge.to >= m_nodes || edge.from == edge.to)
                continue;
            Raised raised{0, edge.from, edge.to};
            std::uint32_t a = levelOf(edge.from);
            std::uint32_t b = levelOf(edge.to);
            while (a != b) {
                const auto [level, item] = m_depth[a] >= m_depth[b] ? std::tie(a, raised.from) : std::tie(b, raised.to);
                item = itemOf(level);
                level = m_compound.parentLevel[level];
            }
            raised.level = a;
            m_raised[e] = raised;
        }
    }

    /// Decided before anything is drawn, because it says through which border of its groups an edge passes.
    void turnBackArcs() {
        std::vector<std::uint32_t> usable;
        for (std::uint32_t e = 0; e < m_raised.size(); ++e)
            if (m_raised[e].level != none)
                usable.push_back(e);
        const Csr byLevel(m_levels, usable.size(), [&](std::uint32_t i) { return m_raised[usable[i]].level; });
        m_turned.resize(m_raised.size());
        std::vector<Arc> arcs;
        for (std::uint32_t level = 0; level < m_levels; ++level) {
            const auto members = byLevel.of(level);
            arcs.clear();
            for (const std::uint32_t i : members) {
                const Raised& raised = m_raised[usable[i]];
                arcs.push_back({m_compound.local[raised.from], m_compound.local[raised.to]});
            }
            const auto back = findBackArcs(static_cast<std::uint32_t>(m_compound.levels[level].items.size()), arcs);
            for (std::size_t i = 0; i < members.size(); ++i)
                m_turned[usable[members[i]]] = back[i];
        }
    }

    /// Edges of one port are one bundle; a turned edge stays alone.
    void makeChains() {
        std::vector<std::uint32_t> order;
        for (std::uint32_t e = 0; e < m_raised.size(); ++e)
            if (m_raised[e].level != none)
                order.push_back(e);
        const auto port = [&](std::uint32_t e) { return std::pair(m_graph.edges[e].from, m_graph.edges[e].fromPort); };
        std::ranges::stable_sort(order, {}, port);
        std::uint32_t bundle = 0;
        std::uint32_t last = 0;
        std::uint32_t previous = none;
        for (const std::uint32_t e : order) {
            if (m_turned[e]) {
                makeChain(e, bundle++);
                continue;
            }
            if (previous == none || port(previous) != port(e))
                last = bundle++;
            makeChain(e, last);
            previous = e;
        }
    }

    std::int32_t addAnchor(std::uint32_t level, Border side) {
        Level& owner = m_compound.levels[level];
        const auto anchor = static_cast<std::uint32_t>(m_compound.anchors.size());
        m_compound.anchors.push_back({level, side, owner.size(), 0});
        owner.anchors.push_back(anchor);
        return static_cast<std::int32_t>(anchor);
    }

    std::int32_t addEdge(const LevelEdge& edge) {
        m_compound.levels[edge.level].edges.push_back(static_cast<std::uint32_t>(m_compound.edges.size()));
        m_compound.edges.push_back(edge);
        return static_cast<std::int32_t>(m_compound.edges.size()) - 1;
    }

    std::uint32_t localOf(std::int32_t anchor) const {
        return m_compound.anchors[static_cast<std::size_t>(anchor)].local;
    }

    void makeChain(std::uint32_t e, std::uint32_t bundle) {
        const LayoutEdge& edge = m_graph.edges[e];
        EdgeChain& chain = m_compound.chains[e];
        chain.turned = m_turned[e];
        const std::uint32_t top = chain.turned ? edge.to : edge.from;
        const std::uint32_t end = chain.turned ? edge.from : edge.to;
        LevelEdge piece{levelOf(top), m_compound.local[top], 0, bundle, -1, -1, -1};
        const auto passed = [&](std::int32_t index) {
            piece.previous = index;
            if (chain.first < 0)
                chain.first = index;
        };
        while (piece.level != m_raised[e].level) {
            Stamp& stamp = m_stamps[piece.level];
            if (stamp.outOf != bundle) {
                stamp.outOf = bundle;
                stamp.outAnchor = addAnchor(piece.level, Border::Bottom);
                piece.lower = localOf(stamp.outAnchor);
                stamp.outEdge = addEdge(piece);
            }
            passed(stamp.outEdge);
            piece.upper = m_compound.local[itemOf(piece.level)];
            piece.upperPort = stamp.outAnchor;
            piece.level = m_compound.parentLevel[piece.level];
        }
        m_path.clear();
        for (std::uint32_t level = levelOf(end); level != m_raised[e].level; level = m_compound.parentLevel[level])
            m_path.push_back(level);
        for (; !m_path.empty(); m_path.pop_back()) {
            Stamp& stamp = m_stamps[m_path.back()];
            if (stamp.into != bundle) {
                stamp.into = bundle;
                stamp.inAnchor = addAnchor(m_path.back(), Border::Top);
                piece.lower = m_compound.local[itemOf(m_path.back())];
                piece.lowerPort = stamp.inAnchor;
                stamp.inEdge = addEdge(piece);
            }
            passed(stamp.inEdge);
            piece.level = m_path.back();
            piece.upper = localOf(stamp.inAnchor);
            piece.upperPort = -1;
            piece.lowerPort = -1;
        }
        piece.lower = m_compound.local[end];
        passed(addEdge(piece));
        chain.last = piece.previous;
    }

    const LayoutGraph& m_graph;
    const std::uint32_t m_nodes;
    const std::uint32_t m_levels;
    Compound m_compound;
    std::vector<std::uint32_t> m_depth;
    std::vector<Raised> m_raised;
    std::vector<bool> m_turned;
    std::vector<Stamp> m_stamps;
    std::vector<std::uint32_t> m_path;
};

} // namespace

Compound takeApart(const LayoutGraph& graph) {
    return Builder(graph).build();
}

} // namespace lapidary::layout
