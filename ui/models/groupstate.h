// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/hierarchy/graphhierarchy.h"

#include <unordered_map>

namespace lapidary {

/// Which groups of a hierarchy are open. Goes by the groups' keys, so it can be carried over to another variant of the
/// model. A plain value.
class GroupState {
public:
    enum class Show : std::uint8_t {
        Closed, ///< one node
        Open,   ///< its members, as if there were no group
        Framed  ///< its members in a frame
    };

    /// What nobody set is closed; the root is open.
    Show of(const HierarchyGroup& group) const;
    bool isOpen(const HierarchyGroup& group) const { return of(group) != Show::Closed; }
    void set(const HierarchyGroup& group, Show show) { m_show[group.key] = show; }
    bool knows(const HierarchyGroup& group) const { return m_show.count(group.key) > 0; }
    bool empty() const { return m_show.empty(); }

    /// How a model opens: up to 1 500 nodes as it is, without frames; a larger one with as many levels of groups open
    /// as keep it under 600 things, name scopes in frames. Bodies of control flow and functions are closed.
    static GroupState opening(const GraphHierarchy& hierarchy);
    /// Everything open without frames, bodies in theirs; bodies stay closed if there are more than 30 000 nodes.
    static GroupState allOpen(const GraphHierarchy& hierarchy);
    static GroupState allClosed(const GraphHierarchy& hierarchy);
    /// Blocks closed, what is around them open: repeated blocks, and scopes that are numbered ("layer1.0", "fire2").
    static GroupState blocks(const GraphHierarchy& hierarchy);
    /// `this` where it knows the groups of `next`, and the opening state for those it does not.
    GroupState carriedTo(const GraphHierarchy& next) const;

    /// Opens a group, framed if it was closed, and all around it.
    void reveal(const GraphHierarchy& hierarchy, std::int32_t group);

private:
    std::unordered_map<std::uint64_t, Show> m_show;
};

/// Per group the outermost closed one that hides it or is it; -1: it is open to the eye.
std::vector<std::int32_t> closedBy(const GraphHierarchy& hierarchy, const GroupState& state);

} // namespace lapidary
