// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/hierarchy/graphhierarchy.h"
#include "engine/engine.h"

#include <QString>

#include <memory>
#include <set>
#include <vector>

namespace lapidary {

class InspectedGraph;
using InspectedGraphPtr = std::shared_ptr<const InspectedGraph>;

/// One graph of a model with what is known about it: the main one, the body of a control-flow node, or of a function.
/// Ids of nodes and values mean nothing without it. Immutable.
class InspectedGraph : public std::enable_shared_from_this<InspectedGraph> {
public:
    static InspectedGraphPtr main(AnalysedModelPtr model);
    /// A graph attribute of `owner`, by its number among Node::subgraphs(). Null if there is no such.
    InspectedGraphPtr inside(const Node& owner, std::size_t index) const;
    /// The body of a local function; null if the function has none.
    static InspectedGraphPtr ofFunction(AnalysedModelPtr model, const Function& function);

    /// The graph at instance `index` of the model's hierarchy; null if there is none.
    static InspectedGraphPtr at(const InspectedGraphPtr& main, const GraphHierarchy& hierarchy, std::int32_t index);

    const AnalysedModel& model() const { return *m_model; }
    const AnalysedModelPtr& modelPtr() const { return m_model; }
    const Graph& graph() const { return *m_graph; }
    const InspectedGraphPtr& parent() const { return m_parent; } ///< null for the main graph and functions
    NodeId owner() const { return m_owner; }                     ///< in the parent
    const QString& title() const { return m_title; }             ///< "If_3 · then_branch"; empty for the main graph
    bool isMain() const { return m_graph == m_model->model->graph; }

    /// Of a graph inside: what was inferred for it, or of a function what it declares itself.
    const ShapeTable& shapes() const { return isMain() ? m_model->shapes : m_shapes; }
    const CostReport& cost() const { return isMain() ? m_model->cost : m_cost; }
    /// The constant behind a value, looked for in the enclosing graphs, too.
    TensorPtr constant(ValueId id) const;

private:
    InspectedGraph() = default;

    AnalysedModelPtr m_model;
    GraphPtr m_graph;
    InspectedGraphPtr m_parent;
    NodeId m_owner;
    QString m_title;
    ShapeTable m_shapes;
    CostReport m_cost;
};

/// What the inspector shows: a node, several, a value, or (nothing of these) the graph itself.
struct InspectorSubject {
    InspectedGraphPtr place; ///< null: nothing is open
    NodeId node;
    std::set<NodeId> nodes; ///< two or more: all of them at once
    ValueId value;
    std::vector<ValueId> values = {}; ///< two or more: all of them at once
    QString group = {};               ///< what the nodes have in common, as HTML, when they were selected as one group
    bool operator==(const InspectorSubject&) const = default;
};

} // namespace lapidary
