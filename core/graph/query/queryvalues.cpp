// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/query/queryvalues.h"

#include "graph/operatortraits.h"

#include <charconv>

namespace lapidary {

namespace {

template <typename Number>
std::string numberText(Number number) {
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
    return {buffer, end};
}

struct AttributeWriter {
    std::string operator()(const std::monostate&) const { return {}; }
    std::string operator()(float value) const { return numberText(value); }
    std::string operator()(std::int64_t value) const { return numberText(value); }
    std::string operator()(const std::string& value) const { return value; }
    std::string operator()(const TensorPtr& value) const { return value ? shapeText(value->shape) : std::string(); }
    std::string operator()(const GraphPtr&) const { return {}; }
    std::string operator()(const std::vector<GraphPtr>&) const { return {}; }
    std::string operator()(const std::vector<TensorPtr>&) const { return {}; }
    std::string operator()(const OpaqueAttribute&) const { return {}; }

    template <typename Item>
    std::string operator()(const std::vector<Item>& values) const {
        std::string text;
        for (const auto& value : values)
            text += (text.empty() ? "" : "x") + (*this)(value);
        return text;
    }
};

/// The constant behind an input, looked up behind a DequantizeLinear as well.
TensorPtr storedConstant(ValueId id, const Graph& graph) {
    if (auto own = graph.constant(id))
        return own;
    const auto* maker = graph.producer(id);
    return maker && categoryOf(*maker) == OperatorCategory::Quantization ? graph.constant(maker->input(0)) : nullptr;
}

} // namespace

std::string attributeText(const AttributeValue& value) {
    return std::visit(AttributeWriter(), value);
}

TensorPtr nodeWeight(const Node& node, const Graph& graph) {
    const auto* traits = traitsOf(node);
    if (!traits || traits->weightInput < 0)
        return nullptr;
    return storedConstant(node.input(std::size_t(traits->weightInput)), graph);
}

std::int64_t nodeChannels(const Node& node, const Graph& graph, const ShapeTable& shapes) {
    const auto* traits = traitsOf(node);
    const int rank = shapes.rank(node.output());
    const auto weight = nodeWeight(node, graph);
    if (weight && traits->weightOutputAxis >= 0 && std::size_t(traits->weightOutputAxis) < weight->shape.size()) {
        const auto made = weight->shape[std::size_t(traits->weightOutputAxis)];
        if (rank < 0)
            return made;
        // Weights with kernel axes make axis 1, in each of several groups maybe; weights that are matrices the last
        // one.
        const bool last = weight->shape.size() == 2 ||
                          (shapes.extent(node.output(), 1) != made && shapes.extent(node.output(), -1) == made);
        return shapes.extent(node.output(), last ? -1 : 1);
    }
    return rank == 2 || rank >= 4 ? shapes.extent(node.output(), 1) : -1;
}

DataType nodeWeightType(const Node& node, const Graph& graph, const ShapeTable& shapes) {
    for (const auto input : node.inputs)
        if (const auto tensor = storedConstant(input, graph); tensor && tensor->shape.size() >= 2)
            return tensor->type;
    return shapes.type(node.output());
}

bool isDepthwise(const Node& node, const Graph& graph) {
    const auto weight = nodeWeight(node, graph);
    const auto* traits = traitsOf(node);
    if (!weight || traits->weightInputAxis < 0 || traits->weightOutputAxis < 0 || node.intAttribute("group", 1) < 2)
        return false;
    // Each group reads one channel: of Conv's weights the axis that meets inputs counts per group, of ConvTranspose's
    // all.
    const auto axis = std::size_t(traits->weightInputAxis);
    if (axis >= weight->shape.size())
        return false;
    return axis == 0 ? weight->shape[axis] == node.intAttribute("group", 1) : weight->shape[axis] == 1;
}

} // namespace lapidary
