// SPDX-License-Identifier: GPL-3.0-or-later
// GraphEditor::finish(): topological order and the tables of the finished graph.
#include "graph/grapheditor_p.h"

#include <algorithm>
#include <queue>

namespace lapidary {

namespace {

/// For every node the producers it waits for, captured values included.
template <typename Visit>
void forEachDependency(const std::vector<NodeId>& producers,
                       const std::unordered_map<std::string, ValueId, NameHash, std::equal_to<>>& byName,
                       const Node& node, Visit visit) {
    for (const auto input : node.inputs)
        if (input.valid() && producers[input.number].valid())
            visit(producers[input.number]);
    if (!node.hasSubgraphs())
        return;
    for (const auto& name : capturedNames(node))
        if (const auto it = byName.find(name); it != byName.end() && producers[it->second.number].valid())
            visit(producers[it->second.number]);
}

/// Sort keys: nodes of the base graph keep their places; a new node wants to stand right after the last node it waits for.
std::vector<std::pair<std::uint32_t, std::uint32_t>> wantedOrder(const std::vector<NodeId>& order,
                                                                 const std::vector<NodePtr>& nodes,
                                                                 const std::vector<NodeId>& producers,
                                                                 std::size_t baseNodes) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> rank(nodes.size(), {0, 0});
    for (std::size_t i = 0; i < order.size(); ++i) {
        const auto id = order[i];
        if (id.number < baseNodes) {
            rank[id.number] = {std::uint32_t(i), 0};
            continue;
        }
        std::uint32_t place = 0;
        for (const auto input : nodes[id.number]->inputs)
            if (input.valid() && producers[input.number].valid())
                place = std::max(place, rank[producers[input.number].number].first);
        rank[id.number] = {place, id.number};
    }
    return rank;
}

} // namespace

Result<GraphPtr> GraphEditor::finish() {
    auto& s = *m_state;
    if (!s.doublyProduced.empty())
        for (const auto id : s.doublyProduced) {
            int makers = 0;
            for (const auto& node : s.nodes)
                if (node)
                    makers += int(std::count(node->outputs.begin(), node->outputs.end(), id));
            if (makers > 1)
                return errorDiagnostic("graph.two_producers", "Two nodes make the same value")
                    .atTensor(s.values[id.number]->name);
        }
    const auto order = nodeIds();
    const auto rank = wantedOrder(order, s.nodes, s.producers, s.baseNodes);

    // Kahn's algorithm; among ready nodes the one that stood first goes first, so a valid order stays as it is.
    std::vector<std::uint32_t> waiting(s.nodes.size(), 0);
    std::vector<std::vector<NodeId>> dependents(s.nodes.size());
    for (const auto id : order) {
        const auto& node = *s.nodes[id.number];
        for (const auto input : node.inputs) {
            if (!input.valid())
                continue;
            const auto& value = s.values[input.number];
            if (!value || (!s.producers[input.number].valid() && !value->initializer && !value->outer && !isInput(input)))
                return errorDiagnostic("graph.undefined_value", "A node uses a value that nothing defines")
                    .atNode(displayName(node))
                    .atTensor(value ? value->name : "removed");
        }
        forEachDependency(s.producers, s.valueByName, node, [&](NodeId from) {
            ++waiting[id.number];
            dependents[from.number].push_back(id);
        });
    }
    const auto later = [&](NodeId a, NodeId b) { return rank[a.number] > rank[b.number]; };
    std::priority_queue<NodeId, std::vector<NodeId>, decltype(later)> ready(later);
    for (const auto id : order)
        if (waiting[id.number] == 0)
            ready.push(id);

    std::shared_ptr<Graph> graph(new Graph());
    graph->m_nodePosition.assign(s.nodes.size(), 0xffffffffu);
    while (!ready.empty()) {
        const auto id = ready.top();
        ready.pop();
        graph->m_nodePosition[id.number] = std::uint32_t(graph->m_nodes.size());
        graph->m_nodes.push_back(s.nodes[id.number]);
        for (const auto next : dependents[id.number])
            if (--waiting[next.number] == 0)
                ready.push(next);
    }
    if (graph->m_nodes.size() != order.size())
        for (const auto id : order)
            if (waiting[id.number] > 0)
                return errorDiagnostic("graph.cycle", "The graph has a cycle",
                                       "A network must not feed a node's output back into itself.")
                    .atNode(displayName(*s.nodes[id.number]));

    for (const auto id : s.outputs)
        if (!s.values[id.number] || (!s.producers[id.number].valid() && !s.values[id.number]->initializer &&
                                     !isInput(id) && !s.values[id.number]->outer))
            return errorDiagnostic("graph.undefined_value", "Nothing makes this graph output")
                .atTensor(s.values[id.number] ? s.values[id.number]->name : "removed");

    graph->m_name = std::move(s.name);
    graph->m_doc = std::move(s.doc);
    graph->m_metadata = std::move(s.metadata);
    graph->m_unknownFields = std::move(s.unknownFields);
    graph->m_values = std::move(s.values);
    graph->m_inputs = std::move(s.inputs);
    graph->m_outputs = std::move(s.outputs);
    graph->m_initializers = std::move(s.initializers);
    graph->m_valueInfo = std::move(s.valueInfo);
    graph->m_producer = std::move(s.producers);
    const std::size_t limit = graph->m_values.size();
    graph->m_valueByName.reserve(limit);
    for (const auto& value : graph->m_values)
        if (value)
            graph->m_valueByName.emplace(value->name, value->id);
    graph->m_isInput.assign(limit, false);
    graph->m_isOutput.assign(limit, false);
    for (const auto id : graph->m_inputs)
        graph->m_isInput[id.number] = true;
    for (const auto id : graph->m_outputs)
        graph->m_isOutput[id.number] = true;

    graph->m_useBegin.assign(limit + 1, 0);
    for (std::size_t i = 0; i < limit; ++i) {
        graph->m_useBegin[i] = std::uint32_t(graph->m_uses.size());
        auto& users = s.users[i];
        std::sort(users.begin(), users.end(), [&](const Use& a, const Use& b) {
            return std::pair(graph->m_nodePosition[a.node.number], a.input) <
                   std::pair(graph->m_nodePosition[b.node.number], b.input);
        });
        graph->m_uses.insert(graph->m_uses.end(), users.begin(), users.end());
    }
    graph->m_useBegin[limit] = std::uint32_t(graph->m_uses.size());
    m_state = std::make_unique<State>();
    return GraphPtr(std::move(graph));
}

} // namespace lapidary
