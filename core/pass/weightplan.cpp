// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/weightplan.h"

#include <algorithm>

namespace lapidary {

void considerWeights(const PassInput& input, std::vector<FencedNode>& fenced,
                     const std::function<void(WeightMatrix)>& consider) {
    const Graph& graph = *input.model->graph;
    WeightMatrices found = findWeightMatrices(graph, input.scope);
    for (FencedWeight& fence : found.fenced)
        fenced.push_back({fence.node, std::move(fence.reason)});
    for (WeightMatrix& matrix : found.matrices)
        consider(std::move(matrix));
    std::stable_sort(fenced.begin(), fenced.end(), [&](const FencedNode& a, const FencedNode& b) {
        return graph.position(a.node) < graph.position(b.node);
    });
}

Status needNodeNamed(const Graph& graph, const std::string& name, const std::function<bool(const Node&)>& fits) {
    const auto nodes = graph.nodes();
    if (std::any_of(nodes.begin(), nodes.end(), [&](const NodePtr& node) { return fits(*node); }))
        return {};
    return errorDiagnostic("param.node", "The model has no node '" + name + "'.",
                           "Names of layers are listed in the layer table.");
}

Diagnostic noWeightsLeft(const PassInput& input, const std::vector<FencedNode>& fenced, const std::string& what) {
    if (fenced.empty())
        return errorDiagnostic("pass.not_applicable",
                               input.scope.empty() ? "The model has no layers with weights."
                                                   : "The selection has no layers with weights.",
                               "Select convolutions, fully connected layers or matrix products.");
    const Node* node = input.model->graph->node(fenced.front().node);
    return errorDiagnostic("pass.not_applicable",
                           what + ". '" + displayName(*node) + "': " + fenced.front().reason + ".")
        .atNode(displayName(*node));
}

} // namespace lapidary
