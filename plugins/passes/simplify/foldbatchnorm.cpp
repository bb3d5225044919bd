// SPDX-License-Identifier: GPL-3.0-or-later
#include "linearlayer.h"
#include "rewrites.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

bool isInferenceBatchNorm(const Rewriter& rewriter, const Node& node) {
    if (!node.is("BatchNormalization") || node.inputs.size() != 5 || node.intAttribute("training_mode", 0) != 0 ||
        node.intAttribute("spatial", 1) != 1)
        return false;
    for (std::size_t i = 1; i < node.outputs.size(); ++i)
        if (node.outputs[i].valid())
            return false;
    return rewriter.model().opset() >= 7 || node.intAttribute("is_test", 0) == 1;
}

/// Inference-time batch normalization is y = g (x - m) / sqrt(v + e) + b, affine per channel (Ioffe & Szegedy 2015,
/// "Batch Normalization", section 3.1).
std::optional<ChannelAffine> affineOf(const Rewriter& rewriter, const Node& node) {
    if (!rewriter.options().foldBatchNorm || !isInferenceBatchNorm(rewriter, node))
        return std::nullopt;
    std::vector<std::vector<double>> parts;
    for (std::size_t i = 1; i < 5; ++i) {
        const auto tensor = rewriter.constant(node.input(i));
        auto values = tensor ? anyToDoubles(*tensor) : std::nullopt;
        if (!values || values->empty() || (!parts.empty() && values->size() != parts.front().size()))
            return std::nullopt;
        parts.push_back(*std::move(values));
    }
    const double epsilon = double(node.floatAttribute("epsilon", 1e-5f));
    ChannelAffine affine;
    for (std::size_t c = 0; c < parts[0].size(); ++c) {
        const double scale = parts[0][c] / std::sqrt(parts[3][c] + epsilon);
        affine.scale.push_back(scale);
        affine.shift.push_back(parts[1][c] - parts[2][c] * scale);
    }
    return affine.finite() ? std::optional(std::move(affine)) : std::nullopt;
}

bool isZeroPadded(const Node& node) {
    if (!node.is("Conv"))
        return false;
    const auto pads = node.intsAttribute("pads");
    const auto mode = node.stringAttribute("auto_pad", "NOTSET");
    return (mode != "NOTSET" && mode != "VALID") ||
           (mode == "NOTSET" && std::any_of(pads.begin(), pads.end(), [](auto pad) { return pad != 0; }));
}

/// W (a x + c) + b = (W a) x + (b + W c): exact wherever every input element the kernel reads is a real one.
bool absorbAhead(Rewriter& rewriter, const LinearLayer& layer, const ChannelAffine& affine) {
    const Node node = *rewriter.node(layer.node);
    const Shape& shape = layer.weight->shape;
    const bool rowsAreInputs = node.is("MatMul") || (node.is("Gemm") && node.intAttribute("transB", 0) == 0);
    const std::int64_t inputs = rowsAreInputs ? shape[0] : shape[1] * layer.groups;
    if (inputs != std::int64_t(affine.scale.size()))
        return false;
    auto bias = biasOf(layer, node);
    if (rewriter.options().dry) {
        const std::vector<double> unchanged;
        return storeLinear(rewriter, layer, &unchanged, layer.bias || affine.shifts() ? &bias : nullptr);
    }
    auto weight = toDoubles(*layer.weight);
    const double alpha = node.is("Gemm") ? double(node.floatAttribute("alpha", 1.0f)) : 1.0;
    std::vector<std::size_t> outputOf(weight->size());
    visitWeight(layer, node, false, [&](std::size_t element, std::size_t channel) { outputOf[element] = channel; });
    visitWeight(layer, node, true, [&](std::size_t element, std::size_t channel) {
        bias[outputOf[element]] += alpha * (*weight)[element] * affine.shift[channel];
        (*weight)[element] *= affine.scale[channel];
    });
    return storeLinear(rewriter, layer, &*weight, layer.bias || affine.shifts() ? &bias : nullptr);
}

} // namespace

bool foldBatchNorm(Rewriter& rewriter, NodeId id) {
    const Node* node = rewriter.node(id);
    if (!node->is("BatchNormalization") || !rewriter.soleUse(node->input(0)))
        return false;
    const Node* maker = rewriter.producer(node->input(0));
    if (!maker)
        return false;
    const auto affine = affineOf(rewriter, *node);
    const auto layer = affine ? linearLayer(rewriter, maker->id) : std::nullopt;
    if (!layer || affine->scale.size() != layer->channels || layer->channelAxis != 1)
        return false;
    const NodeId layerId = layer->node;
    if (!absorbAffine(rewriter, *layer, *affine))
        return false;
    rewriter.takeOver(layerId, id);
    rewriter.count("fold_batch_norm", layerId, "BatchNorm folded");
    return true;
}

bool foldBatchNormAhead(Rewriter& rewriter, NodeId id) {
    const Node node = *rewriter.node(id);
    if (!node.is("BatchNormalization") || !rewriter.soleUse(node.output()))
        return false;
    const auto use = rewriter.edit().uses(node.output()).front();
    const auto layer = use.input == 0 ? linearLayer(rewriter, use.node) : std::nullopt;
    if (!layer)
        return false;
    const Node* next = rewriter.node(use.node);
    const bool flat = !next->is("MatMul") || layer->rank == 2;
    if (next->is("ConvTranspose") || isZeroPadded(*next) || !flat || next->intAttribute("transA", 0) != 0)
        return false;
    const auto affine = affineOf(rewriter, node);
    if (!affine || !absorbAhead(rewriter, *layer, *affine) || !rewriter.bypass(id, node.output(), node.input(0)))
        return false;
    rewriter.count("fold_batch_norm", use.node, "BatchNorm folded");
    return true;
}

} // namespace lapidary
