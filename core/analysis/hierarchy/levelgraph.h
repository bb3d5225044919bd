// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/hierarchy/graphlinks.h"
#include "analysis/hierarchy/grouptree.h"

namespace lapidary {

/// What stands directly in a group, in topological order: child groups as wholes, and single nodes. Nodes that depend
/// on constants only are left out.
struct LevelGraph {
    struct Item {
        std::int32_t group = -1;  ///< or
        std::uint32_t node = 0;   ///< position in the graph; of a group: its first node
        std::uint32_t weight = 1; ///< nodes in it
        std::uint64_t signature = 0;
    };
    /// A value made by one item, or made outside and first used by it, and last used by another of the level.
    struct Span {
        std::uint32_t from = 0;
        std::uint32_t last = 0;
        std::uint32_t users = 0;
        bool outside = false;
    };
    /// What an item reads: which earlier item, or none for what comes from outside.
    struct Input {
        std::uint32_t item = 0;
        std::uint32_t reader = 0;
    };

    std::vector<Item> items;
    std::vector<Span> spans;
    std::vector<Input> inputs;             ///< by reader, then ascending; one per value
    std::vector<std::uint32_t> inputBegin; ///< by item, size + 1
};

/// Makes levels of one graph's groups. Scratch space for the whole graph, so that each level costs what it is.
class LevelMaker {
public:
    /// `signatures`: by node.
    LevelMaker(const GraphLinks& links, const std::vector<std::uint64_t>& signatures);
    LevelGraph make(const GroupTree& tree, std::int32_t group);

private:
    void collectItems(const GroupTree& tree, const TreeGroup& group, LevelGraph& level);
    void sortItems(const TreeGroup& group, LevelGraph& level);
    void collectLinks(const TreeGroup& group, LevelGraph& level) const;

    const GraphLinks& m_links;
    const std::vector<std::uint64_t>& m_signatures;
    std::vector<std::uint32_t> m_itemOf; ///< by node
};

} // namespace lapidary
