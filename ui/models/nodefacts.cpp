// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/nodefacts.h"

#include "analysis/modelqueryfacts.h"
#include "ui/models/graphpicturebuilder.h"

#include <unordered_map>

namespace lapidary {

std::vector<std::optional<double>> nodeSparsity(const AnalysedModel& model) {
    const auto& graph = *model.model->graph;
    std::vector<std::optional<double>> result(graph.nodeIdLimit());
    for (const auto& node : graph.nodes())
        result[node->id.number] = nodeSparsity(*node, graph);
    return result;
}

std::vector<std::optional<double>> nodeMetric(const AnalysedModel& model, NodeMetric metric, const Profile* profile,
                                              const std::vector<std::optional<double>>& sparsity) {
    const auto& graph = *model.model->graph;
    if (metric == NodeMetric::Sparsity)
        return sparsity;
    std::vector<std::optional<double>> result(graph.nodeIdLimit());
    if (metric == NodeMetric::Time) {
        if (!profile)
            return result;
        std::unordered_map<std::string, double> times;
        for (const auto& node : profile->nodes)
            times[node.node] = node.ms;
        for (const auto& node : graph.nodes())
            if (const auto it = times.find(displayName(*node)); it != times.end())
                result[node->id.number] = it->second;
        return result;
    }
    for (const auto& node : graph.nodes()) {
        const auto& cost = model.cost.of(node->id);
        double value = 0;
        switch (metric) {
        case NodeMetric::Macs:
            value = double(cost.macs);
            break;
        case NodeMetric::Parameters:
            value = double(cost.parameters);
            break;
        case NodeMetric::Bytes:
            value = double(cost.parameterBytes);
            break;
        default:
            value = double(outputChannels(*node, graph, model.shapes));
        }
        if (value > 0)
            result[node->id.number] = value;
    }
    return result;
}

std::string nodePrecision(const AnalysedModel& model, const Node& node) {
    const auto& graph = *model.model->graph;
    for (const auto input : node.inputs) {
        const auto* maker = graph.producer(input);
        if (maker && maker->is("DequantizeLinear") && graph.constant(maker->input(0)))
            return dataTypeName(graph.constant(maker->input(0))->type);
    }
    for (const auto input : node.inputs)
        if (const auto tensor = graph.constant(input); tensor && tensor->shape.size() >= 2)
            return dataTypeName(tensor->type);
    const auto type = model.shapes.type(node.output());
    return type == DataType::Undefined ? std::string() : dataTypeName(type);
}

} // namespace lapidary
