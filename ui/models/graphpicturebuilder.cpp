// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/graphpicturebuilder.h"

#include "graph/operatortraits.h"
#include "ui/models/scenebuilder.h"

namespace lapidary {

NodeCategory pictureCategory(const Node& node) {
    if (!traitsOf(node))
        return node.isOnnx() ? NodeCategory::Other : NodeCategory::Unknown;
    switch (categoryOf(node)) {
    case OperatorCategory::Layer:
        return NodeCategory::Layer;
    case OperatorCategory::Activation:
        return NodeCategory::Activation;
    case OperatorCategory::Pool:
        return NodeCategory::Pool;
    case OperatorCategory::Normalization:
        return NodeCategory::Normalization;
    case OperatorCategory::Dropout:
        return NodeCategory::Dropout;
    case OperatorCategory::Shape:
        return NodeCategory::Shape;
    case OperatorCategory::Tensor:
        return NodeCategory::Tensor;
    case OperatorCategory::Data:
        return NodeCategory::Data;
    case OperatorCategory::Quantization:
        return NodeCategory::Quantization;
    case OperatorCategory::Attention:
        return NodeCategory::Attention;
    case OperatorCategory::Control:
        return NodeCategory::Control;
    case OperatorCategory::Logic:
    case OperatorCategory::Other:
        break;
    }
    return NodeCategory::Other;
}

std::uint32_t outputChannels(const Node& node, const Graph& graph, const ShapeTable& shapes) {
    const auto* traits = traitsOf(node);
    if (!traits || traits->weightInput < 0 || traits->weightOutputAxis < 0)
        return 0;
    if (!graph.constant(node.input(std::size_t(traits->weightInput))))
        return 0;
    const bool lastAxis = node.is("Gemm") || node.is("MatMul");
    const auto extent = shapes.extent(node.output(), lastAxis ? -1 : 1);
    return extent > 0 ? std::uint32_t(extent) : 0;
}

std::uint32_t inputChannels(const Node& node, const Graph& graph, const ShapeTable& shapes) {
    if (outputChannels(node, graph, shapes) == 0)
        return 0;
    const bool lastAxis = node.is("Gemm") || node.is("MatMul");
    const auto extent = shapes.extent(node.input(0), lastAxis ? -1 : 1);
    return extent > 0 ? std::uint32_t(extent) : 0;
}

std::string kernelText(const Node& node, const Graph& graph) {
    auto sizes = node.intsAttribute("kernel_shape");
    const auto* traits = traitsOf(node);
    if (sizes.empty() && traits && traits->weightInput >= 0 && categoryOf(node) == OperatorCategory::Layer)
        if (const auto weight = graph.constant(node.input(std::size_t(traits->weightInput)));
            weight && weight->shape.size() > 2)
            sizes.assign(weight->shape.begin() + 2, weight->shape.end());
    std::string text;
    for (const auto size : sizes)
        text += (text.empty() ? "" : "x") + std::to_string(size);
    return text;
}

GraphPicture buildGraphPicture(const AnalysedModel& model, LayoutDirection direction) {
    return SceneBuilder(model, nullptr, {}, direction, ConstantNodes::Shown).build().picture;
}

GraphScene buildGraphScene(const AnalysedModel& model, PictureIdsPtr ids, const GroupState& state,
                           LayoutDirection direction, ConstantNodes constants) {
    return SceneBuilder(model, std::move(ids), state, direction, constants).build();
}

} // namespace lapidary
