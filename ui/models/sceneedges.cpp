// SPDX-License-Identifier: GPL-3.0-or-later
// The edges of a picture: where values come from when their makers are inside of closed groups or open bodies.
#include "ui/models/scenebuilder.h"

#include "ui/models/grouptexts.h"

#include <algorithm>

namespace lapidary {

void SceneBuilder::addEdges(const Place& place) {
    for (const auto& node : place.graph->nodes()) {
        if (place.folded[node->id.number])
            continue;
        const auto group = m_ids ? m_ids->hierarchy().groupOf(place.instance, node->id) : -1;
        if (place.shown[node->id.number] == none)
            addBodyEdges(place, *node, group);
        else
            addInputEdges(place, *node);
    }
    addCaptures(place);
    if (place.instance > 0)
        for (std::size_t i = 0; i < place.outputs.size(); ++i)
            connect(place, place.graph->outputs()[i], place.outputs[i], 0, false);
}

void SceneBuilder::addInputEdges(const Place& place, const Node& node) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
        if (const auto* value = place.graph->value(node.inputs[i]))
            connect(place, node.inputs[i], place.shown[node.id.number], std::uint32_t(i), value->outer);
}

/// To the inputs of the bodies where those are the node's own, else to its gate.
void SceneBuilder::addBodyEdges(const Place& place, const Node& node, std::int32_t control) {
    for (const auto body : m_bodies[std::size_t(control)]) {
        const auto& inner = *m_places[std::size_t(body)];
        const auto& inputs = inner.graph->inputs();
        if (instance(inner).function || inputs.size() != node.inputs.size())
            continue;
        for (std::size_t i = 0; i < inputs.size(); ++i)
            if (const auto to = inner.source[inputs[i].number]; to != none && node.inputs[i].valid())
                connect(place, node.inputs[i], to, 0, false);
    }
    if (const auto gate = m_gates.find(control); gate != m_gates.end())
        for (std::size_t i = 0; i < node.inputs.size(); ++i)
            if (node.inputs[i].valid())
                connect(place, node.inputs[i], gate->second, std::uint32_t(i), false);
}

/// What closed bodies read of the graph around them.
void SceneBuilder::addCaptures(const Place& place) {
    for (const auto id : place.graph->valueIds()) {
        NodeId last;
        for (const auto& use : place.graph->uses(id)) {
            if (use.input >= 0 || use.node == last || place.shown[use.node.number] == none)
                continue;
            last = use.node;
            connect(place, id, place.shown[use.node.number], std::uint32_t(place.graph->node(use.node)->inputs.size()),
                    true);
        }
    }
}

/// A gate leads to whatever in the bodies nothing else leads to: that is what it decides on.
void SceneBuilder::addGateEdges() {
    std::vector<bool> reached(m_scene.picture.nodes.size(), false);
    for (const auto& edge : m_scene.picture.edges)
        reached[edge.to] = true;
    for (const auto& [control, gate] : m_gates)
        for (const auto body : m_bodies[std::size_t(control)]) {
            const auto& place = *m_places[std::size_t(body)];
            for (auto node = place.begin; node < place.end; ++node)
                if (!reached[node] && m_scene.picture.nodes[node].category != NodeCategory::Constant) {
                    reached[node] = true;
                    addEdge({gate, 0, {}}, node, 0, true);
                }
        }
}

void SceneBuilder::sourcesOf(const Place& place, ValueId value, std::vector<Source>& found) const {
    if (const auto node = place.source[value.number]; node != none) {
        found.push_back({node, value.number, shapeLabel(place, value)});
        return;
    }
    if (const auto* maker = place.graph->producer(value)) {
        if (!place.folded[maker->id.number])
            bodySources(place, *maker, value, found);
        return;
    }
    if (place.instance == 0)
        return;
    const auto& here = instance(place);
    const auto& outer = *m_places[std::size_t(here.parent)];
    if (here.function) {
        const auto& inputs = place.graph->inputs();
        const auto at = std::size_t(std::find(inputs.begin(), inputs.end(), value) - inputs.begin());
        const auto& call = *outer.graph->node(here.owner);
        if (at < inputs.size() && call.input(at).valid())
            sourcesOf(outer, call.input(at), found);
    } else if (const auto* named = place.graph->value(value); named && named->outer) {
        if (const auto* same = outer.graph->findValue(named->name))
            sourcesOf(outer, same->id, found);
    }
}

/// A value that an open control-flow node or function makes comes out of its bodies: their last outputs are the node's.
void SceneBuilder::bodySources(const Place& place, const Node& node, ValueId value, std::vector<Source>& found) const {
    const auto output = std::size_t(std::find(node.outputs.begin(), node.outputs.end(), value) - node.outputs.begin());
    for (const auto body : m_bodies[std::size_t(m_ids->hierarchy().groupOf(place.instance, node.id))]) {
        const auto& inner = *m_places[std::size_t(body)];
        const auto& outputs = inner.graph->outputs();
        const bool function = instance(inner).function;
        const auto extra = !function && outputs.size() > node.outputs.size() ? outputs.size() - node.outputs.size() : 0;
        if (output + extra >= outputs.size())
            continue;
        if (function)
            sourcesOf(inner, outputs[output], found);
        else
            found.push_back({inner.outputs[output + extra], value.number, shapeLabel(place, value)});
    }
}

void SceneBuilder::connect(const Place& place, ValueId value, std::uint32_t to, std::uint32_t port, bool dashed) {
    std::vector<Source> sources;
    sourcesOf(place, value, sources);
    for (auto& source : sources)
        addEdge(std::move(source), to, port, dashed);
}

void SceneBuilder::addEdge(Source from, std::uint32_t to, std::uint32_t port, bool dashed) {
    auto& edges = m_scene.picture.edges;
    if (from.node == to)
        return;
    const bool merge = m_isClosed[from.node] || m_isClosed[to];
    if (merge) {
        const auto [it, isNew] = m_merged.try_emplace({from.node, to}, Merged{edges.size(), {from.port}});
        if (!isNew) {
            auto& ports = it->second.ports;
            auto& edge = edges[it->second.edge];
            edge.dashed = edge.dashed && dashed;
            if (std::find(ports.begin(), ports.end(), from.port) != ports.end())
                return;
            ports.push_back(from.port);
            edge.label = GroupTexts::tensors(ports.size()).toStdString();
            edge.values = std::uint32_t(ports.size());
            return;
        }
    }
    edges.push_back({from.node, to, from.port, port, std::move(from.label), dashed});
}

} // namespace lapidary
