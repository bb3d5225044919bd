// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/hierarchy/graphhierarchy.h"

#include "analysis/hierarchy/hierarchybuilder.h"

#include <algorithm>

namespace lapidary {

std::shared_ptr<const GraphHierarchy> GraphHierarchy::build(const Model& model, const HierarchyOptions& options) {
    return HierarchyBuilder(model, options).build();
}

std::int32_t GraphHierarchy::groupOf(std::int32_t instance, NodeId node) const {
    if (instance < 0 || std::size_t(instance) >= m_instances.size())
        return -1;
    const auto& groups = m_instances[std::size_t(instance)].groupOf;
    return node.number < groups.size() ? groups[node.number] : -1;
}

std::int32_t GraphHierarchy::find(std::uint64_t key) const {
    const auto it = std::lower_bound(m_byKey.begin(), m_byKey.end(), std::pair(key, std::int32_t(-1)));
    return it != m_byKey.end() && it->first == key ? it->second : -1;
}

std::vector<NodeId> GraphHierarchy::mainNodes(std::int32_t index) const {
    // A group inside of a body stands for the node of the main graph that holds it.
    auto top = index;
    for (auto i = index; i >= 0; i = group(i).parent)
        if (group(i).kind == GroupKind::Control && group(i).ownerInstance == 0)
            top = i;
    if (group(top).kind == GroupKind::Control && top != index)
        return {group(top).owner};
    std::vector<NodeId> nodes;
    std::vector<std::int32_t> stack{index};
    while (!stack.empty()) {
        const auto& next = group(stack.back());
        stack.pop_back();
        if (next.kind == GroupKind::Control) {
            nodes.push_back(next.owner);
            continue;
        }
        nodes.insert(nodes.end(), next.nodes.begin(), next.nodes.end());
        stack.insert(stack.end(), next.children.begin(), next.children.end());
    }
    std::sort(nodes.begin(), nodes.end());
    return nodes;
}

} // namespace lapidary
