// SPDX-License-Identifier: GPL-3.0-or-later
// The nodes of a picture; edges are in sceneedges.cpp.
#include "ui/models/scenebuilder.h"

#include "ui/models/constantinput.h"
#include "ui/models/grouptexts.h"

#include <algorithm>

namespace lapidary {

SceneBuilder::SceneBuilder(const AnalysedModel& model, PictureIdsPtr ids, const GroupState& state,
                           LayoutDirection direction, ConstantNodes constants)
    : m_model(model), m_ids(std::move(ids)), m_fold(constants == ConstantNodes::Folded), m_places(1) {
    m_scene.picture.direction = direction;
    m_scene.ids = m_ids;
    if (!m_ids)
        return;
    const auto& hierarchy = m_ids->hierarchy();
    m_scene.closedBy = closedBy(hierarchy, state);
    m_places.resize(hierarchy.instances().size());
    m_bodies.resize(hierarchy.groups().size());
    for (std::size_t i = 1; i < hierarchy.instances().size(); ++i) {
        const auto& body = hierarchy.instances()[i];
        m_bodies[std::size_t(hierarchy.groupOf(body.parent, body.owner))].push_back(std::int32_t(i));
    }
    addFrames(state);
}

GraphScene SceneBuilder::build() {
    addPlace(0, *m_model.model->graph, m_model.shapes);
    for (const auto& place : m_places)
        if (place)
            addEdges(*place);
    auto& main = *m_places[0];
    addOutputs(main);
    addGateEdges();
    listFolded();
    listLines();
    return std::move(m_scene);
}

/// The first that stands for itself: scales are read by a DequantizeLinear that stands in its reader too.
NodeId SceneBuilder::readerOf(const Place& place, NodeId constant) const {
    while (place.folded[constant.number])
        constant = place.graph->uses(place.graph->node(constant)->output()).front().node;
    return constant;
}

void SceneBuilder::listFolded() {
    if (!m_ids)
        return;
    for (const auto& place : m_places) {
        if (!place)
            continue;
        for (std::uint32_t number = 0; number < place->folded.size(); ++number) {
            if (!place->folded[number])
                continue;
            m_scene.folded[m_ids->node(place->instance, NodeId{number})] =
                m_scene.picture.nodes[place->shown[readerOf(*place, NodeId{number}).number]].id;
        }
    }
}

/// The picture itself goes to the screen; what its lines stand for stays.
void SceneBuilder::listLines() {
    const auto& picture = m_scene.picture;
    const auto lineOf = [&](const PictureEdge& edge) {
        return GraphScene::Line{picture.nodes[edge.from].id, edge.fromPort};
    };
    auto& lines = m_scene.allLines;
    for (const auto& edge : picture.edges)
        lines.push_back(lineOf(edge));
    std::sort(lines.begin(), lines.end());
    lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
    for (const auto& [ends, merged] : m_merged) {
        if (merged.ports.size() < 2)
            continue;
        auto& ports = m_scene.merged[lineOf(picture.edges[merged.edge])];
        for (const auto port : merged.ports)
            if (std::find(ports.begin(), ports.end(), port) == ports.end())
                ports.push_back(port);
    }
}

void SceneBuilder::addFrames(const GroupState& state) {
    const auto& groups = m_ids->hierarchy().groups();
    m_frame.assign(groups.size(), -1);
    for (std::size_t i = 1; i < groups.size(); ++i) {
        const auto outer = m_frame[std::size_t(groups[i].parent)];
        m_frame[i] = outer;
        const bool body = groups[i].kind == GroupKind::Control || groups[i].kind == GroupKind::Body;
        if (m_scene.closedBy[i] >= 0 || (state.of(groups[i]) != GroupState::Show::Framed && !body))
            continue;
        m_frame[i] = std::int32_t(m_scene.picture.groups.size());
        PictureGroup frame;
        frame.id = m_ids->group(std::int32_t(i));
        frame.title = GroupTexts::frameTitle(groups[i]).toStdString();
        frame.name = groups[i].name;
        frame.category = groupCategory(m_ids->hierarchy(), std::int32_t(i));
        frame.parent = outer;
        m_scene.picture.groups.push_back(std::move(frame));
    }
}

std::int32_t SceneBuilder::closedOver(const Place& place, NodeId node) const {
    if (!m_ids)
        return -1;
    return m_scene.closedBy[std::size_t(m_ids->hierarchy().groupOf(place.instance, node))];
}

bool SceneBuilder::isOwner(std::int32_t group, const Place& place, NodeId node) const {
    const auto& at = m_ids->hierarchy().group(group);
    return at.kind == GroupKind::Control && at.owner == node && at.ownerInstance == place.instance;
}

/// Shown by its bodies, with no node of its own.
bool SceneBuilder::isOpenOwner(const Place& place, NodeId node) const {
    const auto own = m_ids ? m_ids->hierarchy().groupOf(place.instance, node) : -1;
    return own >= 0 && m_scene.closedBy[std::size_t(own)] < 0 && isOwner(own, place, node);
}

bool SceneBuilder::isFolded(const Place& place, const Node& node) const {
    if (!m_fold || !holdsConstant(*place.graph, node) || place.graph->isOutput(node.output()))
        return false;
    const auto uses = place.graph->uses(node.output());
    return !uses.empty() && std::all_of(uses.begin(), uses.end(), [&](const Use& use) {
        return use.input >= 0 && !isOpenOwner(place, use.node);
    });
}

void SceneBuilder::addPlace(std::int32_t instance, const Graph& graph, ShapeTable shapes) {
    auto& place = m_places[std::size_t(instance)];
    place = std::make_unique<Place>();
    place->instance = instance;
    place->graph = &graph;
    place->shapes = std::move(shapes);
    place->source.assign(graph.valueIdLimit(), none);
    place->shown.assign(graph.nodeIdLimit(), none);
    place->folded.assign(graph.nodeIdLimit(), false);
    place->begin = std::uint32_t(m_scene.picture.nodes.size());
    addInputs(*place);
    addNodes(*place);
    if (instance > 0)
        addOutputs(*place);
    place->end = std::uint32_t(m_scene.picture.nodes.size());
}

/// A function's inputs are those of its call; a closed body takes its own.
void SceneBuilder::addInputs(Place& place) {
    if (place.instance > 0 && instance(place).function)
        return;
    const auto closed = place.instance > 0 ? m_scene.closedBy[std::size_t(instance(place).group)] : -1;
    for (const auto id : place.graph->requiredInputs())
        place.source[id.number] = closed >= 0 ? closedNode(closed) : addPort(place, id, NodeCategory::Input);
}

void SceneBuilder::addOutputs(Place& place) {
    if (place.instance > 0 && instance(place).function)
        return;
    const auto closed = place.instance > 0 ? m_scene.closedBy[std::size_t(instance(place).group)] : -1;
    for (const auto id : place.graph->outputs()) {
        place.outputs.push_back(closed >= 0 ? closedNode(closed) : addPort(place, id, NodeCategory::Output));
        if (place.instance == 0)
            connect(place, id, place.outputs.back(), 0, false);
    }
}

void SceneBuilder::addNodes(Place& place) {
    for (const auto& node : place.graph->nodes()) {
        const auto closed = closedOver(place, node->id);
        const auto own = m_ids ? m_ids->hierarchy().groupOf(place.instance, node->id) : -1;
        auto& shown = place.shown[node->id.number];
        if (closed >= 0 && !isOwner(closed, place, node->id))
            shown = closedNode(closed);
        else if (isOpenOwner(place, node->id))
            addBodies(place, *node, own);
        else if (isFolded(place, *node))
            place.folded[node->id.number] = true;
        else
            shown = addNode(place, *node, closed >= 0 ? m_ids->hierarchy().group(closed).parent : own);
        if (shown == none)
            continue;
        for (const auto output : node->outputs)
            if (output.valid())
                place.source[output.number] = shown;
    }
}

void SceneBuilder::addBodies(const Place& place, const Node& node, std::int32_t control) {
    const auto& bodies = m_bodies[std::size_t(control)];
    const auto& hierarchy = m_ids->hierarchy();
    const bool inputsArePassed = std::all_of(bodies.begin(), bodies.end(), [&](std::int32_t body) {
        return hierarchy.instance(body).function ||
               hierarchy.instance(body).graph->inputs().size() == node.inputs.size();
    });
    if (!inputsArePassed) {
        PictureNode gate;
        gate.id = m_ids->gate(bodies.front());
        gate.title = node.opType;
        gate.name = displayName(node);
        gate.category = pictureCategory(node);
        gate.group = m_frame[std::size_t(control)];
        m_gates[control] = std::uint32_t(m_scene.picture.nodes.size());
        m_scene.picture.nodes.push_back(std::move(gate));
        m_isClosed.push_back(false);
    }
    for (const auto body : bodies) {
        const auto& graph = *hierarchy.instance(body).graph;
        const auto* known = place.shapes.body(graph);
        addPlace(body, graph, known ? *known : ShapeTable(graph));
    }
}

std::string SceneBuilder::shapeLabel(const Place& place, ValueId id) const {
    const auto shape = place.shapes.shape(id);
    return shape ? shapeText(*shape) : std::string();
}

std::uint32_t SceneBuilder::addPort(const Place& place, ValueId id, NodeCategory category) {
    PictureNode node;
    const bool input = category == NodeCategory::Input;
    if (m_ids)
        node.id = input ? m_ids->input(place.instance, id) : m_ids->output(place.instance, id);
    else
        node.id = (input ? ioIdBase : outputIdBase) + id.number;
    node.title = place.graph->value(id)->name;
    node.name = node.title;
    node.category = category;
    if (place.instance > 0)
        node.group = m_frame[std::size_t(instance(place).group)];
    if (auto shape = shapeLabel(place, id); !shape.empty())
        node.lines.push_back(dataTypeName(place.shapes.type(id)) + "  " + shape);
    m_scene.picture.nodes.push_back(std::move(node));
    m_isClosed.push_back(false);
    return std::uint32_t(m_scene.picture.nodes.size() - 1);
}

std::uint32_t SceneBuilder::addNode(const Place& place, const Node& node, std::int32_t group) {
    PictureNode shown;
    shown.id = m_ids ? m_ids->node(place.instance, node.id) : node.id.number;
    shown.title = node.opType;
    shown.name = displayName(node);
    shown.category = node.is("Constant") ? NodeCategory::Constant : pictureCategory(node);
    shown.channels = outputChannels(node, *place.graph, place.shapes);
    shown.inputChannels = inputChannels(node, *place.graph, place.shapes);
    shown.kernel = kernelText(node, *place.graph);
    shown.group = group >= 0 ? m_frame[std::size_t(group)] : -1;
    std::size_t lines = 0;
    for (const auto input : node.inputs)
        if (const auto* value = place.graph->value(input); value && value->initializer && lines < 3) {
            shown.lines.push_back(shapeText(value->initializer->shape));
            ++lines;
        }
    for (const auto& [attribute, subgraph] : node.subgraphs())
        shown.lines.push_back(attribute + ": " + GroupTexts::nodes(subgraph ? subgraph->nodeCount() : 0).toStdString());
    m_scene.picture.nodes.push_back(std::move(shown));
    m_isClosed.push_back(false);
    return std::uint32_t(m_scene.picture.nodes.size() - 1);
}

std::uint32_t SceneBuilder::closedNode(std::int32_t group) {
    const auto [it, isNew] = m_closed.emplace(group, std::uint32_t(m_scene.picture.nodes.size()));
    if (!isNew)
        return it->second;
    const auto& from = m_ids->hierarchy().group(group);
    PictureNode node;
    node.id = m_ids->group(group);
    node.title = GroupTexts::title(from).toStdString();
    node.name = from.name;
    node.category = groupCategory(m_ids->hierarchy(), group);
    node.members = from.nodeCount;
    node.group = m_frame[std::size_t(from.parent)];
    for (const auto& line : GroupTexts::lines(from))
        node.lines.push_back(line.toStdString());
    m_scene.picture.nodes.push_back(std::move(node));
    m_isClosed.push_back(true);
    return it->second;
}

} // namespace lapidary
