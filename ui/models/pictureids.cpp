// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/pictureids.h"

#include "analysis/hierarchy/graphlinks.h"

namespace lapidary {

namespace {

constexpr std::uint32_t rangeSize = 0x20000000u;

/// Nodes, then inputs, then outputs, then the gate.
std::uint64_t roomFor(const Graph& graph) {
    return graph.nodeIdLimit() + 2 * graph.valueIdLimit() + 1;
}

} // namespace

PictureIds::PictureIds(GraphHierarchyPtr hierarchy) : m_hierarchy(std::move(hierarchy)) {
    placeInstances();
    placeGroups();
}

void PictureIds::placeGroups() {
    const auto& groups = m_hierarchy->groups();
    m_groupId.assign(groups.size(), 0);
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (groups[i].kind == GroupKind::Control) {
            m_groupId[i] = node(groups[i].ownerInstance, groups[i].owner);
            continue;
        }
        auto id = groupIdBase + std::uint32_t(groups[i].key % rangeSize);
        while (!m_groupOf.emplace(id, std::int32_t(i)).second)
            id = groupIdBase + (id - groupIdBase + 1) % rangeSize;
        m_groupId[i] = id;
    }
}

void PictureIds::placeInstances() {
    const auto& instances = m_hierarchy->instances();
    m_begin.assign(instances.size(), 0);
    std::uint64_t used = 0;
    for (std::size_t i = 1; i < instances.size(); ++i) {
        const auto room = roomFor(*instances[i].graph);
        used += room;
        if (used > rangeSize / 4) {
            used -= room;
            continue;
        }
        const auto size = std::uint32_t(room);
        auto begin = innerIdBase + std::uint32_t(StructureHash().add(instances[i].path).value() % (rangeSize - size));
        for (;;) {
            auto next = m_ranges.lower_bound(begin);
            if (next != m_ranges.begin() && std::prev(next)->second.end > begin)
                --next; // the one before reaches into it
            if (next == m_ranges.end() || next->first >= begin + size)
                break;
            begin = next->second.end;
            if (begin + size > innerIdBase + rangeSize)
                begin = innerIdBase;
        }
        m_begin[i] = begin;
        m_ranges.emplace(begin, Range{begin + size, std::int32_t(i)});
    }
}

std::uint32_t PictureIds::group(std::int32_t group) const {
    return m_groupId[std::size_t(group)];
}

std::uint32_t PictureIds::node(std::int32_t instance, NodeId node) const {
    return m_begin[std::size_t(instance)] + node.number;
}

std::uint32_t PictureIds::input(std::int32_t instance, ValueId value) const {
    if (instance == 0)
        return ioIdBase + value.number;
    return m_begin[std::size_t(instance)] + std::uint32_t(m_hierarchy->instance(instance).graph->nodeIdLimit()) +
           value.number;
}

std::uint32_t PictureIds::output(std::int32_t instance, ValueId value) const {
    if (instance == 0)
        return outputIdBase + value.number;
    return input(instance, value) + std::uint32_t(m_hierarchy->instance(instance).graph->valueIdLimit());
}

std::uint32_t PictureIds::gate(std::int32_t instance) const {
    return m_begin[std::size_t(instance)] + std::uint32_t(roomFor(*m_hierarchy->instance(instance).graph) - 1);
}

SceneRef PictureIds::inner(std::uint32_t offset, std::int32_t instance) const {
    const auto& place = m_hierarchy->instance(instance);
    const auto nodes = std::uint32_t(place.graph->nodeIdLimit());
    const auto values = std::uint32_t(place.graph->valueIdLimit());
    SceneRef ref;
    ref.instance = instance;
    if (offset < nodes) {
        ref.node = NodeId{offset};
    } else if (offset < nodes + values) {
        ref.kind = SceneRef::Kind::Input;
        ref.value = ValueId{offset - nodes};
    } else if (offset < nodes + 2 * values) {
        ref.kind = SceneRef::Kind::Output;
        ref.value = ValueId{offset - nodes - values};
    } else {
        ref.kind = SceneRef::Kind::Gate;
        ref.node = place.owner;
        ref.instance = place.parent;
        ref.group = m_hierarchy->groupOf(place.parent, place.owner);
    }
    return ref;
}

std::optional<SceneRef> PictureIds::find(std::uint32_t id) const {
    SceneRef ref;
    ref.instance = 0;
    if (id >= ioIdBase) {
        ref.kind = id >= outputIdBase ? SceneRef::Kind::Output : SceneRef::Kind::Input;
        ref.value = ValueId{id - (id >= outputIdBase ? outputIdBase : ioIdBase)};
    } else if (id >= innerIdBase) {
        auto it = m_ranges.upper_bound(id);
        if (it == m_ranges.begin() || (--it)->second.end <= id)
            return std::nullopt;
        ref = inner(id - it->first, it->second.instance);
    } else if (id >= groupIdBase) {
        const auto it = m_groupOf.find(id);
        if (it == m_groupOf.end())
            return std::nullopt;
        ref.kind = SceneRef::Kind::Group;
        ref.group = it->second;
    } else {
        ref.node = NodeId{id};
    }
    if (ref.kind == SceneRef::Kind::Node) {
        const auto group = m_hierarchy->groupOf(ref.instance, ref.node);
        if (group < 0)
            return std::nullopt;
        if (m_hierarchy->group(group).kind == GroupKind::Control && m_hierarchy->group(group).owner == ref.node &&
            m_hierarchy->group(group).ownerInstance == ref.instance)
            ref.group = group;
    }
    return ref;
}

} // namespace lapidary
