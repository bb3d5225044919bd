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

namespace {

std::string shortTypeName(DataType type) {
    switch (type) {
    case DataType::Float16:
        return "fp16";
    case DataType::BFloat16:
        return "bf16";
    default:
        return dataTypeName(type);
    }
}

bool isDequantize(const Node* node) {
    return node && node->is("DequantizeLinear");
}

/// Where a node's tensors come from, as far as their precision goes.
struct Sources {
    TensorPtr stored;    ///< the largest constant of two or more axes, behind DequantizeLinear or not
    bool behind = false; ///< it is behind DequantizeLinear
    std::size_t dequantized = 0;
    std::size_t floating = 0;
    DataType activation = DataType::Undefined; ///< of what is dequantized
};

Sources sourcesOf(const AnalysedModel& model, const Node& node) {
    const auto& graph = *model.model->graph;
    Sources result;
    for (const auto input : node.inputs) {
        const auto* maker = graph.producer(input);
        const bool behind = isDequantize(maker);
        const auto tensor = graph.constant(behind ? maker->input(0) : input);
        if (tensor) {
            if (tensor->shape.size() >= 2 && (!result.stored || tensor->count() > result.stored->count())) {
                result.stored = tensor;
                result.behind = behind;
            }
        } else if (behind) {
            ++result.dequantized;
            result.activation = model.shapes.type(maker->input(0));
        } else if (const auto type = model.shapes.type(input); type == DataType::Float || type == DataType::Float16) {
            ++result.floating;
        }
    }
    return result;
}

} // namespace

std::string precisionBadge(const AnalysedModel& model, const Node& node) {
    if (node.is("QuantizeLinear") || node.is("DequantizeLinear") || node.is("DynamicQuantizeLinear"))
        return {};
    const auto sources = sourcesOf(model, node);
    const bool allDequantized = sources.dequantized > 0 && sources.floating == 0;
    if (sources.stored && sources.stored->type != DataType::Float && sources.stored->type != DataType::Double) {
        const auto type = sources.stored->type;
        if (type == DataType::Int64 || type == DataType::Int32 || type == DataType::Bool || type == DataType::String)
            return {};
        if (const auto bits = node.intAttribute("bits", 0); type == DataType::UInt8 && bits > 0 && bits < 8)
            return "int" + std::to_string(bits) + " weights";
        const auto name = shortTypeName(type);
        const bool weightsOnly = sources.behind ? !allDequantized : sources.floating > 0 && type != DataType::Float16;
        return weightsOnly ? name + " weights" : name;
    }
    if (allDequantized && !sources.stored && sources.activation != DataType::Undefined)
        return shortTypeName(sources.activation);
    if (const auto type = model.shapes.type(node.output()); type == DataType::Float16 || type == DataType::BFloat16)
        return shortTypeName(type);
    return {};
}

} // namespace lapidary
