// SPDX-License-Identifier: GPL-3.0-or-later
// has:, is:, upstream:, downstream: and between:.
#include "base/nearest.h"
#include "graph/operatortraits.h"
#include "graph/query/querytest.h"
#include "graph/query/queryvalues.h"
#include "graph/reach.h"

#include <algorithm>

namespace lapidary {

namespace {

class HasTest : public QueryTest {
public:
    HasTest(QueryHas what, const QueryScene& scene) : m_what(what), m_scene(scene) {}

    bool node(const Node& node) override {
        switch (m_what) {
        case QueryHas::Bias: {
            const auto* traits = traitsOf(node);
            return traits && traits->biasInput >= 0 && node.input(std::size_t(traits->biasInput)).valid();
        }
        case QueryHas::Weight:
            return nodeWeight(node, m_scene.graph) != nullptr;
        case QueryHas::Subgraph:
            return node.hasSubgraphs();
        case QueryHas::Name:
            return !node.name.empty();
        case QueryHas::Attributes:
            return !node.attributes.empty();
        case QueryHas::Shape:
            return std::all_of(node.outputs.begin(), node.outputs.end(),
                               [this](ValueId id) { return !id.valid() || shaped(id); });
        case QueryHas::Documentation:
            return !node.doc.empty();
        }
        return false;
    }

private:
    bool shaped(ValueId id) const {
        const auto* type = m_scene.shapes.find(id);
        return type && type->shape &&
               std::all_of(type->shape->begin(), type->shape->end(), [](auto e) { return e >= 0; });
    }

    QueryHas m_what;
    QueryScene m_scene;
};

class IsTest : public QueryTest {
public:
    IsTest(QueryIs what, const QueryScene& scene) : m_what(what), m_scene(scene) {
        if (what == QueryIs::Constant)
            findConstants();
    }

    bool node(const Node& node) override {
        const Graph& graph = m_scene.graph;
        const auto* traits = traitsOf(node);
        switch (m_what) {
        case QueryIs::Constant:
            return m_constant[node.id.number];
        case QueryIs::Quantized: {
            const auto type = nodeWeightType(node, graph, m_scene.shapes);
            return isInteger(type) && bitsPerElement(type) <= 8;
        }
        case QueryIs::Depthwise:
            return isDepthwise(node, graph);
        case QueryIs::Elementwise:
            return traits && traits->elementwise;
        case QueryIs::Input:
            return std::any_of(node.inputs.begin(), node.inputs.end(),
                               [&](ValueId id) { return id.valid() && graph.isInput(id) && !graph.constant(id); });
        case QueryIs::Output:
            return std::any_of(node.outputs.begin(), node.outputs.end(),
                               [&](ValueId id) { return id.valid() && graph.isOutput(id); });
        case QueryIs::Unused:
            return std::none_of(node.outputs.begin(), node.outputs.end(), [&](ValueId id) {
                return id.valid() && (graph.isOutput(id) || !graph.uses(id).empty());
            });
        case QueryIs::Unknown:
            return !traits;
        default:
            return m_scene.facts->is(node, m_what);
        }
    }

private:
    /// Nodes all of whose inputs are constants, or made by such nodes; in one sweep, because producers stand first.
    void findConstants() {
        const Graph& graph = m_scene.graph;
        m_constant.assign(graph.nodeIdLimit(), false);
        for (const auto& node : graph.nodes()) {
            const auto* traits = traitsOf(*node);
            m_constant[node->id.number] =
                (!traits || traits->deterministic) && !node->hasSubgraphs() &&
                std::all_of(node->inputs.begin(), node->inputs.end(), [&](ValueId id) {
                    const auto* maker = id.valid() ? graph.producer(id) : nullptr;
                    return !id.valid() || graph.constant(id) || (maker && m_constant[maker->id.number]);
                });
        }
    }

    QueryIs m_what;
    QueryScene m_scene;
    std::vector<bool> m_constant;
};

/// Membership, worked out before.
class SetTest : public QueryTest {
public:
    explicit SetTest(std::vector<bool> members) : m_members(std::move(members)) {}
    bool node(const Node& node) override { return m_members[node.id.number]; }
    int cost() const override { return 0; }

private:
    std::vector<bool> m_members;
};

/// Nodes with a name that fits; without any, those that make, or else read, a tensor with one.
Result<std::vector<NodeId>> namedNodes(const TextPattern& pattern, const Graph& graph) {
    auto matcher = TextMatcher::compile(pattern);
    if (!matcher)
        return matcher.status();
    std::vector<NodeId> found;
    for (const auto& node : graph.nodes())
        if (matcher->matches(NodeName(*node).text()))
            found.push_back(node->id);
    if (!found.empty())
        return found;
    for (const auto id : graph.valueIds()) {
        if (!matcher->matches(graph.value(id)->name))
            continue;
        if (const auto* maker = graph.producer(id))
            found.push_back(maker->id);
        else
            for (const Use& use : graph.uses(id))
                found.push_back(use.node);
    }
    if (!found.empty())
        return found;
    std::vector<std::string> names;
    for (const auto& node : graph.nodes())
        names.push_back(displayName(*node));
    const auto near = nearestName(pattern.text, names);
    return errorDiagnostic("query.unknown_node", "no node or tensor is called '" + pattern.text + "'",
                           near.empty() ? "The whole name is needed, or a pattern with * and ?"
                                        : "Did you mean '" + near + "'?");
}

std::vector<bool> without(std::vector<bool> members, const std::vector<NodeId>& nodes) {
    for (const auto id : nodes)
        members[id.number] = false;
    return members;
}

std::vector<bool> both(std::vector<bool> a, const std::vector<bool>& b) {
    for (std::size_t i = 0; i < a.size(); ++i)
        a[i] = a[i] && b[i];
    return a;
}

} // namespace

Result<QueryTestPtr> makeChoiceTest(const QueryTerm& term, const QueryScene& scene) {
    if (term.field == QueryField::Has)
        return QueryTestPtr(std::make_unique<HasTest>(QueryHas(term.choice), scene));
    const auto what = QueryIs(term.choice);
    const bool given =
        what == QueryIs::Coupled || what == QueryIs::Prunable || what == QueryIs::Fenced || what == QueryIs::Selected;
    if (given && !(scene.facts && scene.facts->knows(what)))
        return errorDiagnostic("query.not_known",
                               "'is:" + std::string(queryIsChoices()[std::size_t(term.choice)].name) +
                                   "' is not known here",
                               "Leave this condition out");
    return QueryTestPtr(std::make_unique<IsTest>(what, scene));
}

Result<QueryTestPtr> makeReachTest(const QueryTerm& term, const QueryScene& scene) {
    const auto first = namedNodes(term.text, scene.graph);
    if (!first)
        return first.status();
    const GraphReach reach(scene.graph);
    if (term.field == QueryField::Upstream)
        return QueryTestPtr(std::make_unique<SetTest>(without(reach.upstreamMask(*first), *first)));
    if (term.field == QueryField::Downstream)
        return QueryTestPtr(std::make_unique<SetTest>(without(reach.downstreamMask(*first), *first)));
    const auto second = namedNodes(term.text2, scene.graph);
    if (!second)
        return second.status();
    // In whichever direction a path leads.
    auto down = both(reach.downstreamMask(*first), reach.upstreamMask(*second));
    if (std::find(down.begin(), down.end(), true) == down.end())
        down = both(reach.downstreamMask(*second), reach.upstreamMask(*first));
    return QueryTestPtr(std::make_unique<SetTest>(std::move(down)));
}

} // namespace lapidary
