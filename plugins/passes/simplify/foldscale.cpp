// SPDX-License-Identifier: GPL-3.0-or-later
#include "linearlayer.h"
#include "rewrites.h"

#include <algorithm>

namespace lapidary {

namespace {

/// The constant as one number per output channel of the layer (or one for all), if it broadcasts along nothing else and
/// does not widen the output.
std::optional<std::vector<double>> perChannel(const LinearLayer& layer, const Tensor& constant) {
    if (constant.type != layer.weight->type || constant.count() < 1)
        return std::nullopt;
    const int rank = int(constant.shape.size());
    if (constant.count() == 1)
        return layer.rank < 0 ? (rank <= 1 ? toDoubles(constant) : std::nullopt)
                              : (rank <= layer.rank ? toDoubles(constant) : std::nullopt);
    if (constant.count() != std::int64_t(layer.channels))
        return std::nullopt;
    // Shapes align at the end; an unknown rank still has the channels of a MatMul at the end.
    const int fromEnd = layer.rank < 0 ? 1 : layer.rank - layer.channelAxis;
    if (rank < fromEnd || (layer.rank < 0 ? rank > 1 : rank > layer.rank) ||
        constant.shape[std::size_t(rank - fromEnd)] != std::int64_t(layer.channels))
        return std::nullopt;
    return toDoubles(constant);
}

std::optional<ChannelAffine> affineOf(const Node& node, std::size_t dataInput, std::vector<double> values) {
    ChannelAffine affine{{1.0}, {0.0}};
    const auto negate = [](double value) { return -value; };
    if (node.is("Add")) {
        affine.shift = std::move(values);
    } else if (node.is("Mul")) {
        affine.scale = std::move(values);
    } else if (node.is("Sub")) {
        if (dataInput == 0)
            std::transform(values.begin(), values.end(), values.begin(), negate);
        else
            affine.scale = {-1.0};
        affine.shift = std::move(values);
    } else if (node.is("Div") && dataInput == 0) {
        std::transform(values.begin(), values.end(), values.begin(), [](double value) { return 1.0 / value; });
        affine.scale = std::move(values);
    } else {
        return std::nullopt;
    }
    return affine.finite() ? std::optional(std::move(affine)) : std::nullopt;
}

} // namespace

bool foldScale(Rewriter& rewriter, NodeId id) {
    const Node node = *rewriter.node(id);
    if ((!node.is("Mul") && !node.is("Add") && !node.is("Sub") && !node.is("Div")) || rewriter.model().opset() < 7 ||
        node.inputs.size() != 2)
        return false;
    for (const std::size_t data : {0, 1}) {
        const auto constant = rewriter.constant(node.input(1 - data));
        const Node* maker = rewriter.producer(node.input(data));
        if (!constant || !maker || !rewriter.soleUse(node.input(data)))
            continue;
        const auto layer = linearLayer(rewriter, maker->id);
        auto values = layer ? perChannel(*layer, *constant) : std::nullopt;
        const auto affine = values ? affineOf(node, data, *std::move(values)) : std::nullopt;
        if (!affine || !absorbAffine(rewriter, *layer, *affine))
            continue;
        rewriter.takeOver(layer->node, id);
        rewriter.count("fold_scale", layer->node, node.opType + " of a constant folded");
        return true;
    }
    return false;
}

} // namespace lapidary
