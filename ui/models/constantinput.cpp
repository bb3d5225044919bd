// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/constantinput.h"

#include "graph/constantnode.h"

#include <algorithm>

namespace lapidary {

namespace {

bool dequantizesConstant(const Graph& graph, const Node& node) {
    return node.is("DequantizeLinear") && !node.inputs.empty() &&
           std::all_of(node.inputs.begin(), node.inputs.end(),
                       [&](ValueId input) { return !input.valid() || graph.constant(input); });
}

/// What a body's value is called in the graph around it.
std::optional<ValueId> sameOutside(const GraphHierarchy& hierarchy, const GraphInstance& body, ValueId id) {
    const auto& outside = *hierarchy.instance(body.parent).graph;
    const auto* value = body.graph->value(id);
    if (value && value->outer) {
        const auto* same = outside.findValue(value->name);
        return same ? std::optional(same->id) : std::nullopt;
    }
    const auto& inputs = body.graph->inputs();
    const auto at = std::find(inputs.begin(), inputs.end(), id);
    if (!body.function || at == inputs.end())
        return std::nullopt;
    return outside.node(body.owner)->input(std::size_t(at - inputs.begin()));
}

} // namespace

ConstantInput constantInput(const Graph& graph, ValueId input) {
    if (!input.valid())
        return {};
    if (auto tensor = graph.constant(input))
        return {std::move(tensor), graph.producer(input) != nullptr, false};
    const auto* maker = graph.producer(input);
    if (maker && dequantizesConstant(graph, *maker))
        return {graph.constant(maker->input(0)), true, true};
    return {};
}

ConstantInput constantInput(const GraphHierarchy& hierarchy, std::int32_t instance, ValueId input) {
    for (std::optional<ValueId> at = input; at && at->valid(); instance = hierarchy.instance(instance).parent) {
        if (auto found = constantInput(*hierarchy.instance(instance).graph, *at); found.tensor || instance <= 0)
            return found;
        at = sameOutside(hierarchy, hierarchy.instance(instance), *at);
    }
    return {};
}

bool holdsConstant(const Graph& graph, const Node& node) {
    return constantOfNode(node) || dequantizesConstant(graph, node);
}

} // namespace lapidary
