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

} // namespace

ConstantInput constantInput(const Graph& graph, ValueId input) {
    if (!input.valid())
        return {};
    if (auto tensor = graph.constant(input))
        return {std::move(tensor), false};
    const auto* maker = graph.producer(input);
    if (maker && dequantizesConstant(graph, *maker))
        return {graph.constant(maker->input(0)), true};
    return {};
}

bool holdsConstant(const Graph& graph, const Node& node) {
    return constantOfNode(node) || dequantizesConstant(graph, node);
}

} // namespace lapidary
