// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/inspectedgraph.h"

namespace lapidary {

InspectedGraphPtr InspectedGraph::main(AnalysedModelPtr model) {
    auto place = std::shared_ptr<InspectedGraph>(new InspectedGraph);
    place->m_graph = model->model->graph;
    place->m_model = std::move(model);
    return place;
}

InspectedGraphPtr InspectedGraph::inside(const Node& owner, std::size_t index) const {
    const auto graphs = owner.subgraphs();
    if (index >= graphs.size() || !graphs[index].second)
        return nullptr;
    auto place = std::shared_ptr<InspectedGraph>(new InspectedGraph);
    place->m_model = m_model;
    place->m_graph = graphs[index].second;
    place->m_parent = shared_from_this();
    place->m_owner = owner.id;
    place->m_title = QString::fromStdString(displayName(owner) + " · " + graphs[index].first);
    place->m_shapes = ShapeTable(*place->m_graph);
    place->m_cost = analyseCost(*place->m_graph, place->m_shapes);
    return place;
}

InspectedGraphPtr InspectedGraph::ofFunction(AnalysedModelPtr model, const Function& function) {
    if (!function.body)
        return nullptr;
    auto place = std::shared_ptr<InspectedGraph>(new InspectedGraph);
    place->m_model = std::move(model);
    place->m_graph = function.body;
    place->m_title = QString::fromStdString(function.name);
    place->m_shapes = ShapeTable(*place->m_graph);
    place->m_cost = analyseCost(*place->m_graph, place->m_shapes);
    return place;
}

TensorPtr InspectedGraph::constant(ValueId id) const {
    const auto* value = m_graph->value(id);
    if (!value)
        return nullptr;
    if (auto tensor = m_graph->constant(id))
        return tensor;
    if (!value->outer || !m_parent)
        return nullptr;
    const auto* outside = m_parent->graph().findValue(value->name);
    return outside ? m_parent->constant(outside->id) : nullptr;
}

} // namespace lapidary
