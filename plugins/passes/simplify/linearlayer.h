// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "rewriter.h"

namespace lapidary {

/// y' = scale * y + shift per output channel; a vector of size 1 stands for all channels.
struct ChannelAffine {
    std::vector<double> scale;
    std::vector<double> shift;
    double scaleOf(std::size_t channel) const { return scale[scale.size() == 1 ? 0 : channel]; }
    double shiftOf(std::size_t channel) const { return shift[shift.size() == 1 ? 0 : channel]; }
    bool shifts() const;
    bool finite() const;
};

/// A Conv, ConvTranspose, Gemm or MatMul with constant float or double weight, seen as y[c] = W[c] . x + b[c].
struct LinearLayer {
    NodeId node;
    TensorPtr weight;
    TensorPtr bias;           ///< null: none
    std::size_t channels = 0; ///< output channels
    std::int64_t groups = 1;
    int rank = -1;       ///< of the output; -1 unknown (MatMul only)
    int channelAxis = 1; ///< of the output
};

/// nullopt if the node is no such layer or its bias is not constant and per channel.
std::optional<LinearLayer> linearLayer(const Rewriter& rewriter, NodeId id);

/// For every element of the weight, which output channel (or, `ofInput`, which input channel of the whole layer) it
/// belongs to, told to `visit(element, channel)` in storage order.
template <typename Visit>
void visitWeight(const LinearLayer& layer, const Node& node, bool ofInput, Visit visit) {
    const Shape& shape = layer.weight->shape;
    const std::int64_t rows = shape[0], columns = shape.size() > 1 ? shape[1] : 1;
    std::int64_t kernel = 1;
    for (std::size_t i = 2; i < shape.size(); ++i)
        kernel *= shape[i];
    const bool conv = node.opType == "Conv", deconv = node.opType == "ConvTranspose";
    const bool rowsAreOutputs = conv || (node.opType == "Gemm" && node.intAttribute("transB", 0) != 0);
    const std::int64_t perGroup = rows / layer.groups;
    std::size_t element = 0;
    for (std::int64_t row = 0; row < rows; ++row)
        for (std::int64_t column = 0; column < columns; ++column) {
            // Grouped kinds count the second axis inside the row's group.
            const std::int64_t shift = conv || deconv ? (row / perGroup) * columns : 0;
            const std::int64_t channel = rowsAreOutputs == ofInput ? column + shift : row;
            for (std::int64_t k = 0; k < kernel; ++k)
                visit(element++, std::size_t(channel));
        }
}

/// Elements as doubles (Float and Double exactly); nullopt for other types.
std::optional<std::vector<double>> toDoubles(const Tensor& tensor);
/// Any real type, small tensors.
std::optional<std::vector<double>> anyToDoubles(const Tensor& tensor);
TensorPtr fromDoubles(DataType type, const Shape& shape, const std::vector<double>& values);

/// The constant bias as one number per output channel (Gemm's beta included); zeros if there is none.
std::vector<double> biasOf(const LinearLayer& layer, const Node& node);
/// Writes weight and bias (MatMul becomes Gemm for a bias). False, and nothing changed, if a number would not be finite
/// in the weight's type or the node cannot carry the bias.
bool storeLinear(Rewriter& rewriter, const LinearLayer& layer, const std::vector<double>* weight,
                 const std::vector<double>* bias);
/// Folds `affine`, applied to the layer's output, into the layer. False, and nothing changed, if that is not exact.
bool absorbAffine(Rewriter& rewriter, const LinearLayer& layer, const ChannelAffine& affine);

} // namespace lapidary
