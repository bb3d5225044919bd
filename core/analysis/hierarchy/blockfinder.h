// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/hierarchy/levelgraph.h"
#include "graph/graph.h"

namespace lapidary {

/// Adds Run, Block and Part groups to the groups of a graph: repeated blocks, found where a single value leads on, by
/// equal operators, attributes and wiring; blocks that stand alone between them; and, where a group would still show
/// more than `mostItems` things at once, stretches of its topological order. Every group stays one stretch of a
/// topological order.
class BlockFinder {
public:
    static constexpr std::size_t mostItems = 512;

    BlockFinder(const Graph& graph, const GraphLinks& links, GroupTree& tree);
    void run();

private:
    /// Items [begin, end) of a level that become `count` groups of equal length, in a Run if there are several.
    struct Plan {
        std::uint32_t begin = 0;
        std::uint32_t end = 0;
        std::uint32_t count = 1;
    };
    struct Segments;

    void search(std::int32_t group);
    void analyse(const LevelGraph& level, std::uint32_t begin, std::uint32_t end, std::uint32_t longest, int depth,
                 std::vector<Plan>& plans) const;
    Segments segments(const LevelGraph& level, std::uint32_t begin, std::uint32_t end, std::uint32_t longest) const;
    void planAlone(const LevelGraph& level, const Segments& parts, std::uint32_t allWeight, int depth,
                   std::vector<Plan>& plans) const;
    std::uint64_t token(const LevelGraph& level, std::uint32_t begin, std::uint32_t end) const;
    void apply(std::int32_t group, const LevelGraph& level, const std::vector<Plan>& plans);
    void divide(std::int32_t group);
    std::vector<std::int32_t> moveInto(std::int32_t group, const LevelGraph& level, const std::vector<Plan>& pieces,
                                       GroupKind kind);

    const Graph& m_graph;
    const GraphLinks& m_links;
    GroupTree& m_tree;
    std::vector<std::uint64_t> m_signatures;
    LevelMaker m_levels;
    std::vector<std::int32_t> m_host; ///< by node: the new group it goes into; -1: none
};

/// How many values cross each boundary of items [begin, end): entry i stands before item begin + i. Values that run
/// over more than `longest` items do not count, nor do those over a third of the items that come from outside of the
/// level or go to eight users and more, nor what earlier items of the level made.
std::vector<std::uint32_t> valuesAcross(const LevelGraph& level, std::uint32_t begin, std::uint32_t end,
                                        std::uint32_t longest);

} // namespace lapidary
