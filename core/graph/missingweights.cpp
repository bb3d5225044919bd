// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/missingweights.h"

namespace lapidary {
namespace {

void collect(const Graph& graph, std::vector<MissingWeight>& found) {
    for (const ValueId id : graph.initializers()) {
        const Value* value = graph.value(id);
        if (value && value->initializer && value->initializer->missing())
            found.push_back({value->name, value->initializer});
    }
    for (const NodePtr& node : graph.nodes()) {
        for (const Attribute& attribute : node->attributes)
            if (const auto* tensor = std::get_if<TensorPtr>(&attribute.value);
                tensor && *tensor && (*tensor)->missing())
                found.push_back({displayName(*node) + " " + attribute.name, *tensor});
        for (const auto& [name, body] : node->subgraphs())
            if (body)
                collect(*body, found);
    }
}

} // namespace

std::vector<MissingWeight> missingWeights(const Model& model) {
    std::vector<MissingWeight> found;
    if (model.graph)
        collect(*model.graph, found);
    for (const auto& function : model.functions)
        if (function && function->body)
            collect(*function->body, found);
    return found;
}

Status requireWeights(const Model& model) {
    const auto missing = missingWeights(model);
    if (missing.empty())
        return {};
    const auto count = missing.size();
    return errorDiagnostic("onnx.missing_data",
                           count == 1 ? std::string("The model has no data for 1 weight")
                                      : "The model has no data for " + std::to_string(count) + " weights, the first of them",
                           "Put the file with the weights beside the model and open it again, or choose it where the "
                           "window says that it is missing.")
        .atTensor(missing.front().name);
}

} // namespace lapidary
