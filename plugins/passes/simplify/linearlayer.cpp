// SPDX-License-Identifier: GPL-3.0-or-later
#include "linearlayer.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace lapidary {

namespace {

bool isReal(const TensorPtr& tensor) {
    return tensor && (tensor->type == DataType::Float || tensor->type == DataType::Double) &&
           tensor->data.size() == packedBytes(tensor->type, std::uint64_t(tensor->count()));
}

std::optional<LinearLayer> convolution(const Rewriter& rewriter, const Node& node) {
    LinearLayer layer{node.id, rewriter.constant(node.input(1))};
    if (!isReal(layer.weight) || layer.weight->shape.size() < 3)
        return std::nullopt;
    layer.groups = node.intAttribute("group", 1);
    const auto rows = layer.weight->shape[0];
    if (layer.groups < 1 || rows < 1 || rows % layer.groups != 0)
        return std::nullopt;
    const auto channels = node.is("Conv") ? rows : layer.weight->shape[1] * layer.groups;
    layer.channels = std::size_t(channels);
    layer.rank = int(layer.weight->shape.size());
    if (!node.input(2).valid())
        return layer;
    layer.bias = rewriter.constant(node.input(2));
    if (!isReal(layer.bias) || layer.bias->shape != Shape{channels})
        return std::nullopt;
    return layer;
}

std::optional<LinearLayer> gemm(const Rewriter& rewriter, const Node& node) {
    LinearLayer layer{node.id, rewriter.constant(node.input(1))};
    if (!isReal(layer.weight) || layer.weight->shape.size() != 2)
        return std::nullopt;
    const auto channels = layer.weight->shape[node.intAttribute("transB", 0) != 0 ? 0 : 1];
    layer.channels = std::size_t(channels);
    layer.rank = 2;
    if (!node.input(2).valid())
        return layer;
    layer.bias = rewriter.constant(node.input(2));
    if (!isReal(layer.bias))
        return std::nullopt;
    const Shape& shape = layer.bias->shape;
    const bool perChannel = layer.bias->count() == 1 || shape == Shape{channels} || shape == Shape{1, channels};
    // Opset 6 and older broadcast only where the node says so.
    if (!perChannel || (rewriter.model().opset() < 7 && shape != Shape{channels}))
        return std::nullopt;
    return layer;
}

std::optional<LinearLayer> matMul(const Rewriter& rewriter, const Node& node) {
    LinearLayer layer{node.id, rewriter.constant(node.input(1))};
    if (!isReal(layer.weight) || layer.weight->shape.size() != 2)
        return std::nullopt;
    layer.channels = std::size_t(layer.weight->shape[1]);
    layer.rank = rewriter.rank(node.input(0));
    layer.channelAxis = layer.rank < 0 ? -1 : layer.rank - 1;
    return layer;
}

template <typename T>
std::vector<double> widened(const Tensor& tensor) {
    std::vector<double> out(std::size_t(tensor.count()));
    const std::byte* data = tensor.data.bytes().data();
    for (std::size_t i = 0; i < out.size(); ++i) {
        T value;
        std::memcpy(&value, data + i * sizeof(T), sizeof(T));
        out[i] = double(value);
    }
    return out;
}

bool fitsType(DataType type, const std::vector<double>& values) {
    return std::all_of(values.begin(), values.end(), [type](double value) {
        return std::isfinite(value) && (type != DataType::Float || std::isfinite(float(value)));
    });
}

} // namespace

std::optional<LinearLayer> linearLayer(const Rewriter& rewriter, NodeId id) {
    const Node* node = rewriter.node(id);
    if (!node || !rewriter.editable(id))
        return std::nullopt;
    if (node->is("Conv") || node->is("ConvTranspose"))
        return convolution(rewriter, *node);
    if (node->is("Gemm"))
        return gemm(rewriter, *node);
    return node->is("MatMul") ? matMul(rewriter, *node) : std::nullopt;
}

std::optional<std::vector<double>> toDoubles(const Tensor& tensor) {
    if (tensor.type == DataType::Float)
        return widened<float>(tensor);
    if (tensor.type == DataType::Double)
        return widened<double>(tensor);
    return std::nullopt;
}

std::optional<std::vector<double>> anyToDoubles(const Tensor& tensor) {
    if (tensor.missing())
        return std::nullopt;
    if (tensor.type == DataType::Double)
        return widened<double>(tensor);
    const auto floats = toFloats(tensor);
    return floats ? std::optional(std::vector<double>(floats->begin(), floats->end())) : std::nullopt;
}

TensorPtr fromDoubles(DataType type, const Shape& shape, const std::vector<double>& values) {
    if (type == DataType::Double)
        return makeTensor<double>(shape, values);
    return makeTensor<float>(shape, std::vector<float>(values.begin(), values.end()));
}

std::vector<double> biasOf(const LinearLayer& layer, const Node& node) {
    std::vector<double> out(layer.channels, 0.0);
    if (!layer.bias)
        return out;
    const auto values = toDoubles(*layer.bias);
    const double beta = node.is("Gemm") ? double(node.floatAttribute("beta", 1.0f)) : 1.0;
    for (std::size_t c = 0; c < out.size(); ++c)
        out[c] = beta * (*values)[values->size() == 1 ? 0 : c];
    return out;
}

bool storeLinear(Rewriter& rewriter, const LinearLayer& layer, const std::vector<double>* weight,
                 const std::vector<double>* bias) {
    const DataType type = layer.weight->type;
    if ((weight && !fitsType(type, *weight)) || (bias && !fitsType(type, *bias)))
        return false;
    const Node* node = rewriter.node(layer.node);
    const std::string name = displayName(*node);
    if (bias && node->is("MatMul")) {
        if (layer.rank != 2)
            return false;
        Node next = *node;
        next.opType = "Gemm";
        rewriter.replaceNode(std::move(next));
    }
    if (weight)
        rewriter.setConstantInput(layer.node, 1, name + "_weight",
                                  rewriter.options().dry ? layer.weight
                                                         : fromDoubles(type, layer.weight->shape, *weight));
    if (bias) {
        const Shape shape{std::int64_t(layer.channels)};
        rewriter.setConstantInput(layer.node, 2, name + "_bias", fromDoubles(type, shape, *bias));
        if (rewriter.node(layer.node)->attribute("beta"))
            rewriter.edit().removeAttribute(layer.node, "beta");
        rewriter.touchNode(layer.node);
    }
    return true;
}

} // namespace lapidary
