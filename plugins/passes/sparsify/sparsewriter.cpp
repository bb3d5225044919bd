// SPDX-License-Identifier: GPL-3.0-or-later
#include "sparsewriter.h"

#include "graph/operatortraits.h"

#include <algorithm>

namespace lapidary {
namespace {

Result<TensorPtr> adjusted(const Tensor& old, const SparseLayer& layer, const LayerCut::Outcome& outcome) {
    std::vector<float> ordered(std::size_t(outcome.weights.size()));
    std::copy_n(outcome.weights.data(), ordered.size(), ordered.begin());
    return fromFloats(old.type, old.shape, tensorOrder(layer.matrix, ordered));
}

TensorPtr masked(const Tensor& old, const SparseLayer& layer, const Mask& mask) {
    const auto bytes = old.data.bytes();
    std::vector<std::byte> data(bytes.begin(), bytes.end());
    const auto width = std::size_t(bitsPerElement(old.type)) / 8;
    const MatrixShape shape = layer.extents();
    for (std::size_t row = 0; row < shape.outputs(); ++row)
        for (std::size_t c = 0; c < shape.columns(); ++c)
            if (!mask[row * shape.columns() + c]) {
                const std::size_t at = layer.matrix.element(row / shape.rows, row % shape.rows, c);
                std::fill_n(data.begin() + std::ptrdiff_t(at * width), width, std::byte(0));
            }
    return makeTensor(old.type, old.shape, Blob(std::move(data)));
}

/// Keeps what a tensor says beside its numbers.
TensorPtr likeBefore(const Tensor& old, const Tensor& numbers) {
    auto tensor = std::make_shared<Tensor>(numbers);
    tensor->doc = old.doc;
    tensor->storage = old.storage == TensorStorage::External ? TensorStorage::Raw : old.storage;
    return tensor;
}

Status storeBias(GraphEditor& editor, const SparseLayer& layer, DataType type, const Eigen::VectorXd& shift) {
    const NodeId id = layer.matrix.nodes.front();
    const auto input = std::size_t(traitsOf(*editor.node(id))->biasInput);
    const ValueId bias = editor.node(id)->input(input);
    std::vector<float> values(std::size_t(shift.size()), 0.0f);
    Shape shape = {shift.size()};
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
        values[i] = float(double(values[i]) + shift(Eigen::Index(i)));
    auto tensor = fromFloats(type, shape, values);
    if (!tensor)
        return tensor.status();
    if (bias.valid() && !layer.addsBias)
        editor.setInitializer(bias, *tensor);
    else {
        Node node = *editor.node(id);
        node.inputs.resize(std::max(node.inputs.size(), input + 1));
        node.inputs[input] = editor.addInitializer(displayName(node) + "_bias", *tensor);
        editor.replaceNode(std::move(node));
    }
    return {};
}

} // namespace

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

Result<TensorPtr> sparseTensor(const Graph& graph, const SparseLayer& layer, const LayerCut::Outcome& outcome) {
    const TensorPtr old = graph.constant(layer.matrix.weight);
    if (!outcome.adjusted)
        return likeBefore(*old, *masked(*old, layer, outcome.mask));
    auto numbers = adjusted(*old, layer, outcome);
    if (!numbers)
        return numbers;
    return likeBefore(*old, **numbers);
}

Result<ModelPtr> storeLayer(const Model& model, const SparseLayer& layer, TensorPtr weight,
                            const LayerCut::Outcome& outcome) {
    GraphEditor editor(model.graph);
    const DataType type = weight->type;
    replaceConstant(editor, layer.matrix.weight, std::move(weight));
    if (outcome.biasShift.size() > 0)
        if (auto status = storeBias(editor, layer, type, outcome.biasShift); !status)
            return status;
    auto graph = editor.finish();
    if (!graph)
        return graph.error();
    return withGraph(model, std::move(*graph));
}

} // namespace lapidary
