// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/dequantizedconstant.h"

#include <limits>

namespace lapidary {

Result<TensorPtr> dequantizedConstant(const Graph& graph, ValueId value) {
    const Node* node = value.valid() ? graph.producer(value) : nullptr;
    const bool made = node && node->opType == "DequantizeLinear" && node->inputs.size() >= 2;
    const TensorPtr integers = made ? graph.constant(node->input(0)) : nullptr;
    const TensorPtr scale = made ? graph.constant(node->input(1)) : nullptr;
    const TensorPtr zero = made && node->input(2).valid() ? graph.constant(node->input(2)) : nullptr;
    if (!integers || !scale || scale->count() == 0)
        return TensorPtr();
    const auto codes = toIntegers(*integers);
    const auto scales = toFloats(*scale);
    const auto zeros = zero ? toIntegers(*zero) : Result(std::vector<std::int64_t>(scales ? scales->size() : 0, 0));
    if (!codes || !scales || !zeros)
        return codes ? scales ? zeros.status() : scales.status() : codes.status();
    if (zeros->size() != scales->size())
        return TensorPtr();
    std::size_t inner = codes->size();
    if (scales->size() > 1) {
        const auto axis = node->intAttribute("axis", 1);
        if (axis < 0 || std::size_t(axis) >= integers->shape.size() ||
            std::size_t(integers->shape[std::size_t(axis)]) != scales->size())
            return TensorPtr();
        for (std::size_t i = 0; i <= std::size_t(axis); ++i)
            inner /= std::size_t(integers->shape[i]);
    }
    std::vector<float> floats(codes->size());
    for (std::size_t i = 0; i < floats.size(); ++i) {
        const std::size_t c = i / inner % scales->size();
        floats[i] = float((*codes)[i] - (*zeros)[c]) * (*scales)[c];
    }
    return makeTensor(integers->shape, std::move(floats));
}

void keepFloatWeights(GraphEditor& editor, NodeId layer, std::size_t dataInput) {
    const ValueId data = editor.node(layer)->input(dataInput);
    const Node* producer = data.valid() ? editor.producer(data) : nullptr;
    if (!producer || producer->opType != "DequantizeLinear")
        return;
    const std::string name = editor.value(data)->name + "_apart";
    const ValueId lowest = editor.addInitializer(name + "_lowest", makeScalar(std::numeric_limits<float>::lowest()));
    Node node;
    const ValueId same = editor.addValue(name);
    node.name = editor.value(same)->name;
    node.opType = "Max";
    node.inputs = {data, lowest};
    node.outputs = {same};
    editor.addNode(std::move(node));
    editor.setInput(layer, dataInput, same);
}

} // namespace lapidary
