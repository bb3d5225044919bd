// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/layerbias.h"

#include "graph/operatortraits.h"

#include <algorithm>

namespace lapidary {

BiasPlace biasPlace(const Graph& graph, const WeightMatrix& matrix) {
    const Node& node = *graph.node(matrix.nodes.front());
    const OperatorTraits* traits = traitsOf(node);
    if (matrix.nodes.size() != 1 || traits->biasInput < 0 || node.floatAttribute("beta", 1) != 1)
        return {};
    const ValueId bias = node.input(std::size_t(traits->biasInput));
    if (!bias.valid())
        return {true, true};
    const TensorPtr tensor = graph.value(bias)->initializer;
    if (!tensor || tensor->missing() || tensor->count() != std::int64_t(matrix.outputs()))
        return {};
    return {true, graph.uses(bias).size() > 1};
}

Status shiftBias(GraphEditor& editor, const WeightMatrix& matrix, const BiasPlace& place, DataType type,
                 std::span<const double> shift) {
    Node node = *editor.node(matrix.nodes.front());
    const auto input = std::size_t(traitsOf(node)->biasInput);
    const ValueId bias = node.input(input);
    std::vector<float> values(shift.size(), 0.0f);
    Shape shape = {std::int64_t(shift.size())};
    if (bias.valid()) {
        const TensorPtr old = editor.constant(bias);
        auto floats = toFloats(*old);
        if (!floats)
            return floats.status();
        values = std::move(*floats);
        shape = old->shape;
        type = old->type;
    }
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = float(double(values[i]) + shift[i]);
    auto tensor = fromFloats(type, shape, values);
    if (!tensor)
        return tensor.status();
    if (!place.added) {
        editor.setInitializer(bias, *tensor);
        return {};
    }
    node.inputs.resize(std::max(node.inputs.size(), input + 1));
    node.inputs[input] = editor.addInitializer(displayName(node) + "_bias", *tensor);
    editor.replaceNode(std::move(node));
    return {};
}

void replaceConstant(GraphEditor& editor, ValueId id, TensorPtr tensor) {
    const Node* producer = editor.producer(id);
    if (!producer) {
        editor.setInitializer(id, std::move(tensor));
        return;
    }
    Node constant = *producer;
    std::erase_if(constant.attributes, [](const Attribute& attribute) { return attribute.name.starts_with("value"); });
    constant.attributes.push_back(makeAttribute("value", std::move(tensor)));
    editor.replaceNode(std::move(constant));
}

} // namespace lapidary
