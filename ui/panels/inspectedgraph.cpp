// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/inspectedgraph.h"

#include <algorithm>

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
    const auto* known = shapes().body(*place->m_graph);
    place->m_shapes = known ? *known : ShapeTable(*place->m_graph);
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

InspectedGraphPtr InspectedGraph::at(const InspectedGraphPtr& main, const GraphHierarchy& hierarchy,
                                     std::int32_t index) {
    if (!main || index < 0 || std::size_t(index) >= hierarchy.instances().size())
        return nullptr;
    if (index == 0)
        return main;
    const GraphInstance& instance = hierarchy.instance(index);
    const auto parent = at(main, hierarchy, std::max(instance.parent, 0));
    const Node* owner = parent ? parent->graph().node(instance.owner) : nullptr;
    if (!owner)
        return nullptr;
    if (instance.function) {
        const Function* function = main->model().model->functionOf(*owner);
        return function ? ofFunction(main->modelPtr(), *function) : nullptr;
    }
    const auto bodies = owner->subgraphs();
    for (std::size_t i = 0; i < bodies.size(); ++i)
        if (bodies[i].second == instance.graph)
            return parent->inside(*owner, i);
    return nullptr;
}

} // namespace lapidary
