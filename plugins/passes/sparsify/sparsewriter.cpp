// SPDX-License-Identifier: GPL-3.0-or-later
#include "sparsewriter.h"

#include "analysis/layerbias.h"

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

} // namespace

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
        if (auto status = shiftBias(editor, layer.matrix, layer.bias, type,
                                    {outcome.biasShift.data(), std::size_t(outcome.biasShift.size())});
            !status)
            return status;
    auto graph = editor.finish();
    if (!graph)
        return graph.error();
    return withGraph(model, std::move(*graph));
}

} // namespace lapidary
