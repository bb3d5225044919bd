// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/graphscene.h"

#include <algorithm>

namespace lapidary {

namespace {

bool isOwner(const HierarchyGroup& group, std::int32_t instance, NodeId node) {
    return group.kind == GroupKind::Control && group.owner == node && group.ownerInstance == instance;
}

/// The innermost group that a picture id lies in, or is.
std::int32_t groupAt(const GraphHierarchy& hierarchy, const SceneRef& ref) {
    if (ref.group >= 0)
        return ref.group;
    return ref.kind == SceneRef::Kind::Node ? hierarchy.groupOf(ref.instance, ref.node)
                                            : hierarchy.instance(ref.instance).group;
}

} // namespace

std::optional<std::uint32_t> GraphScene::shown(std::int32_t instance, NodeId node) const {
    const auto group = hierarchy().groupOf(instance, node);
    if (group < 0)
        return std::nullopt;
    const auto closed = closedBy[std::size_t(group)];
    if (closed < 0 || isOwner(hierarchy().group(closed), instance, node)) {
        const auto own = ids->node(instance, node);
        const auto reader = folded.find(own);
        return reader == folded.end() ? own : reader->second;
    }
    return ids->group(closed);
}

std::int32_t GraphScene::hiddenBy(std::uint32_t id) const {
    const auto ref = ids->find(id);
    if (!ref)
        return -1;
    const auto group = groupAt(hierarchy(), *ref);
    const auto closed = group < 0 ? -1 : closedBy[std::size_t(group)];
    return closed >= 0 && ids->group(closed) != id ? closed : -1;
}

std::vector<NodeId> GraphScene::mainNodes(std::uint32_t id) const {
    const auto ref = ids->find(id);
    if (!ref)
        return {};
    if (ref->kind == SceneRef::Kind::Node && ref->instance == 0)
        return {ref->node};
    if (ref->kind == SceneRef::Kind::Group || ref->instance > 0) {
        const auto group = groupAt(hierarchy(), *ref);
        auto nodes = hierarchy().mainNodes(group);
        // What is not a group stands for the owner of its body only.
        return ref->kind == SceneRef::Kind::Group || nodes.size() == 1 ? nodes : std::vector<NodeId>();
    }
    return ref->kind == SceneRef::Kind::Gate ? std::vector<NodeId>{ref->node} : std::vector<NodeId>();
}

std::int32_t GraphScene::groupOf(std::uint32_t id) const {
    const auto ref = ids->find(id);
    return ref && (ref->kind == SceneRef::Kind::Node || ref->kind == SceneRef::Kind::Group) ? ref->group : -1;
}

std::optional<GraphScene::Value> GraphScene::value(std::uint32_t id, std::uint32_t port) const {
    const auto ref = ids->find(id);
    if (!ref || ref->kind == SceneRef::Kind::Gate)
        return std::nullopt;
    // What leaves the output of a body is a value of the graph around it; ports of main inputs are in the main graph.
    std::int32_t instance = ref->instance;
    if (ref->kind == SceneRef::Kind::Group)
        instance = hierarchy().group(ref->group).instance;
    else if (ref->kind == SceneRef::Kind::Output && instance > 0)
        instance = hierarchy().instance(instance).parent;
    if (instance < 0)
        return std::nullopt;
    const auto& graph = *hierarchy().instance(instance).graph;
    const ValueId value{port};
    if (!graph.value(value))
        return std::nullopt;
    const auto* maker = graph.producer(value);
    if (ref->kind == SceneRef::Kind::Node && (!maker || maker->id != ref->node))
        return std::nullopt;
    return Value{instance, value};
}

std::vector<GraphScene::Value> GraphScene::values(std::uint32_t id, std::uint32_t port) const {
    const auto several = merged.find({id, port});
    std::vector<Value> found;
    for (const auto one : several == merged.end() ? std::vector{port} : several->second)
        if (const auto known = value(id, one))
            found.push_back(*known);
    return found;
}

std::vector<GraphScene::Line> GraphScene::lines(std::int32_t instance, ValueId wanted) const {
    const auto leaves = [&](std::uint32_t id) {
        const auto same = value(id, wanted.number);
        return same && same->instance == instance;
    };
    std::vector<Line> found;
    for (const auto& line : allLines)
        if (line.port == wanted.number && leaves(line.id))
            found.push_back(line);
    for (const auto& [line, ports] : merged)
        if (line.port != wanted.number && std::find(ports.begin(), ports.end(), wanted.number) != ports.end() &&
            leaves(line.id))
            found.push_back(line);
    return found;
}

std::int32_t GraphScene::expandable(std::uint32_t id) const {
    const auto ref = ids->find(id);
    if (!ref || ref->group < 0 || closedBy[std::size_t(ref->group)] != ref->group)
        return -1;
    for (std::size_t i = 1; i < hierarchy().instances().size(); ++i) {
        const auto& body = hierarchy().instances()[i];
        if (hierarchy().groupOf(body.parent, body.owner) == ref->group && !ids->hasRoom(std::int32_t(i)))
            return -1;
    }
    return ref->group;
}

std::int32_t GraphScene::collapsible(std::uint32_t id) const {
    const auto ref = ids->find(id);
    if (!ref)
        return -1;
    auto group = groupAt(hierarchy(), *ref);
    while (group > 0 && closedBy[std::size_t(group)] >= 0)
        group = hierarchy().group(group).parent;
    return group > 0 ? group : -1;
}

} // namespace lapidary
