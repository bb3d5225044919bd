// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/operatortraits.h"
#include "int8plan.h"

#include <algorithm>

namespace lapidary {

namespace {

/// Gemm's 8-bit kernel computes x * w + bias and nothing else.
std::string gemmProblem(const Node& node) {
    if (node.intAttribute("transA", 0) != 0)
        return "its input is transposed, which the 8-bit kernel does not do";
    if (node.floatAttribute("alpha", 1) != 1 || (node.input(2).valid() && node.floatAttribute("beta", 1) != 1))
        return "alpha and beta must be 1 in 8 bits";
    return {};
}

std::string weightProblem(const Graph& graph, ValueId weight) {
    const TensorPtr tensor = graph.constant(weight);
    if (!tensor)
        return "its weight is not constant";
    if (tensor->missing())
        return "its weight's data is missing";
    if (tensor->type != DataType::Float)
        return "its weight is " + dataTypeName(tensor->type) + ", not float32";
    if (tensor->shape.size() < 2 || tensor->count() == 0)
        return "its weight is " + shapeText(tensor->shape);
    return {};
}

std::string biasProblem(const Graph& graph, ValueId bias, std::int64_t outputs) {
    if (!bias.valid())
        return {};
    const TensorPtr tensor = graph.constant(bias);
    if (!tensor || tensor->type != DataType::Float || tensor->missing())
        return "its bias is not a constant of type float32";
    const bool fits = !tensor->shape.empty() && tensor->shape.back() == outputs && tensor->count() == outputs;
    return fits ? std::string() : "its bias does not have one value per output channel";
}

} // namespace

std::string describeLayer(const Graph& graph, const Node& node, const ShapeTable& shapes, const Int8Options& options,
                          Int8Layer& layer) {
    const OperatorTraits traits = *traitsOf(node);
    layer.node = node.id;
    layer.data = node.input(std::size_t(traits.dataInput));
    layer.weight = node.input(std::size_t(traits.weightInput));
    if (traits.biasInput >= 0)
        layer.bias = node.input(std::size_t(traits.biasInput));
    if (!layer.data.valid() || !layer.weight.valid())
        return "it lacks an input";
    if (graph.constant(layer.data))
        return "its data is constant";
    if (shapes.type(layer.data) != DataType::Float)
        return "its input is not known to be float32";
    if (auto problem = weightProblem(graph, layer.weight); !problem.empty())
        return problem;
    if (node.is("Gemm"))
        if (auto problem = gemmProblem(node); !problem.empty())
            return problem;
    const Shape& shape = graph.constant(layer.weight)->shape;
    // A stack of matrices has no single axis of output channels.
    const bool stacked = node.is("MatMul") && shape.size() > 2;
    const std::int64_t outputs = stacked ? 1 : shape[std::size_t(traits.weightOutputAxis)];
    layer.axis = options.perChannel && !stacked ? traits.weightOutputAxis : -1;
    layer.channels = layer.axis >= 0 ? outputs : 1;
    return biasProblem(graph, layer.bias, outputs);
}

} // namespace lapidary
