// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/scalinglaw.h"

#include "graph/operatortraits.h"

#include <limits>

namespace lapidary {
namespace {

constexpr float everywhere = std::numeric_limits<float>::infinity();

std::optional<ScalingLaw> lawOfClip(const Graph& graph, const Node& node) {
    const auto low = constantNumber(graph, node, "min", 1, -everywhere);
    const auto high = constantNumber(graph, node, "max", 2, everywhere);
    const bool fromZero = low && (*low == 0 || *low == -everywhere);
    if (!fromZero || !high || !(*high > 0))
        return std::nullopt;
    return ScalingLaw{*high};
}

} // namespace

std::optional<float> constantNumber(const Graph& graph, const Node& node, std::string_view attribute, std::size_t input,
                                    float fallback) {
    if (node.attribute(attribute))
        return node.floatAttribute(attribute, fallback);
    const ValueId id = node.input(input);
    if (!id.valid())
        return fallback;
    const TensorPtr tensor = graph.constant(id);
    if (!tensor || tensor->count() != 1)
        return std::nullopt;
    const auto values = toFloats(*tensor);
    return values ? std::optional<float>(values->front()) : std::nullopt;
}

std::optional<ScalingLaw> scalingLawOf(const Graph& graph, const Node& node) {
    if (!node.isOnnx())
        return std::nullopt;
    for (std::size_t i = 1; i < node.outputs.size(); ++i)
        if (node.outputs[i].valid() && (!graph.uses(node.outputs[i]).empty() || graph.isOutput(node.outputs[i])))
            return std::nullopt;
    if (node.is("Clip"))
        return lawOfClip(graph, node);
    const OperatorTraits* traits = traitsOf(node);
    if (!traits || !traits->homogeneous)
        return std::nullopt;
    // A slope that is computed would have to take the factor itself.
    if (traits->weightInput >= 0 && !graph.constant(node.input(std::size_t(traits->weightInput))))
        return std::nullopt;
    return ScalingLaw{everywhere};
}

} // namespace lapidary
