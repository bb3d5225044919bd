// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/groupstate.h"

#include <algorithm>
#include <map>

namespace lapidary {

namespace {

constexpr std::uint32_t smallGraph = 1500;
constexpr std::size_t mostShown = 600;
constexpr std::uint32_t mostWithBodies = 30'000;

bool holdsBody(const HierarchyGroup& group) {
    return group.kind == GroupKind::Control || group.kind == GroupKind::Body;
}

/// Without the digits in it.
std::string stem(const std::string& label) {
    std::string text;
    std::copy_if(label.begin(), label.end(), std::back_inserter(text), [](char c) { return c < '0' || c > '9'; });
    return text;
}

/// Scopes that have a sibling with another number.
std::vector<bool> numberedScopes(const GraphHierarchy& hierarchy) {
    std::vector<bool> numbered(hierarchy.groups().size(), false);
    for (const auto& group : hierarchy.groups()) {
        std::map<std::string, std::vector<std::int32_t>> byStem;
        for (const auto child : group.children)
            if (hierarchy.group(child).kind == GroupKind::Scope)
                byStem[stem(hierarchy.group(child).label)].push_back(child);
        for (const auto& [text, children] : byStem)
            if (children.size() > 1)
                for (const auto child : children)
                    numbered[std::size_t(child)] = true;
    }
    return numbered;
}

/// Nodes of the main graph, bodies not counted.
std::uint32_t mainNodeCount(const GraphHierarchy& hierarchy) {
    return std::uint32_t(hierarchy.instance(0).graph->nodeCount());
}

} // namespace

GroupState::Show GroupState::of(const HierarchyGroup& group) const {
    if (group.kind == GroupKind::Model)
        return Show::Open;
    const auto it = m_show.find(group.key);
    return it == m_show.end() ? Show::Closed : it->second;
}

GroupState GroupState::opening(const GraphHierarchy& hierarchy) {
    GroupState state;
    if (mainNodeCount(hierarchy) <= smallGraph) {
        for (const auto& group : hierarchy.groups())
            state.set(group, holdsBody(group) ? Show::Closed : Show::Open);
        return state;
    }
    // Level by level, so that equal things look equal.
    std::vector<std::int32_t> level{0};
    std::size_t shown = 0;
    while (!level.empty()) {
        std::size_t next = shown;
        for (const auto index : level)
            next += hierarchy.group(index).nodes.size() + hierarchy.group(index).children.size();
        next -= shown == 0 ? 0 : level.size();
        if (shown > 0 && next > mostShown)
            break;
        shown = next;
        std::vector<std::int32_t> deeper;
        for (const auto index : level) {
            const auto& group = hierarchy.group(index);
            state.set(group, group.kind == GroupKind::Scope ? Show::Framed : Show::Open);
            for (const auto child : group.children)
                if (!holdsBody(hierarchy.group(child)))
                    deeper.push_back(child);
        }
        level = std::move(deeper);
    }
    for (const auto& group : hierarchy.groups())
        if (!state.knows(group))
            state.set(group, Show::Closed);
    return state;
}

GroupState GroupState::allOpen(const GraphHierarchy& hierarchy) {
    const bool bodies = hierarchy.group(0).nodeCount <= mostWithBodies;
    GroupState state;
    for (const auto& group : hierarchy.groups())
        state.set(group, !holdsBody(group) ? Show::Open : bodies ? Show::Framed : Show::Closed);
    return state;
}

GroupState GroupState::allClosed(const GraphHierarchy& hierarchy) {
    GroupState state;
    for (const auto& group : hierarchy.groups())
        state.set(group, Show::Closed);
    return state;
}

GroupState GroupState::blocks(const GraphHierarchy& hierarchy) {
    const auto& groups = hierarchy.groups();
    const auto numbered = numberedScopes(hierarchy);
    std::vector<bool> below(groups.size(), false); // has a block in it
    std::vector<bool> block(groups.size(), false);
    for (auto i = groups.size(); i-- > 1;) {
        // A numbered scope with numbered scopes in it is a stage of the network, not a block.
        const bool stage = below[i] && std::any_of(groups[i].children.begin(), groups[i].children.end(),
                                                   [&](std::int32_t child) { return numbered[std::size_t(child)]; });
        block[i] = groups[i].kind == GroupKind::Block || (numbered[i] && !stage);
        if (block[i] || below[i])
            below[std::size_t(groups[i].parent)] = true;
    }
    GroupState state;
    for (std::size_t i = 1; i < groups.size(); ++i)
        state.set(groups[i], block[i] || !below[i] || holdsBody(groups[i]) ? Show::Closed : Show::Open);
    return state;
}

GroupState GroupState::carriedTo(const GraphHierarchy& next) const {
    auto state = opening(next);
    for (const auto& group : next.groups())
        if (knows(group))
            state.set(group, of(group));
    return state;
}

void GroupState::reveal(const GraphHierarchy& hierarchy, std::int32_t group) {
    for (auto i = group; i >= 0; i = hierarchy.group(i).parent)
        if (!isOpen(hierarchy.group(i)))
            set(hierarchy.group(i), Show::Framed);
}

std::vector<std::int32_t> closedBy(const GraphHierarchy& hierarchy, const GroupState& state) {
    std::vector<std::int32_t> result(hierarchy.groups().size(), -1);
    for (std::size_t i = 1; i < result.size(); ++i) {
        const auto& group = hierarchy.groups()[i];
        const auto outer = result[std::size_t(group.parent)];
        result[i] = outer >= 0 ? outer : state.isOpen(group) ? -1 : std::int32_t(i);
    }
    return result;
}

} // namespace lapidary
