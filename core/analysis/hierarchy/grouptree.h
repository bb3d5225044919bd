// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/hierarchy/graphhierarchy.h"

namespace lapidary {

/// A group while the tree of one graph is made; nodes are positions in Graph::nodes().
struct TreeGroup {
    GroupKind kind = GroupKind::Scope;
    std::int32_t parent = -1;
    std::uint32_t scope = 0;            ///< Scope: number in the ScopeTable
    std::uint32_t piece = 0;            ///< Scope: which piece of a scope that had to be split
    std::uint32_t index = 0, count = 0; ///< as in HierarchyGroup
    std::vector<std::uint32_t> all;     ///< every node below, ascending
    std::vector<std::uint32_t> direct;  ///< those in no child
    std::vector<std::int32_t> children;
    bool searched = false; ///< its level was looked through for repeated blocks, or must not be
};

/// The first is the root, which has every node of the graph.
using GroupTree = std::vector<TreeGroup>;

} // namespace lapidary
