// SPDX-License-Identifier: GPL-3.0-or-later
// Operators with weights, their quantized forms, attention and recurrence.
#include "graph/operatortable.h"

#include <array>

namespace lapidary::operatortable {
namespace {

using enum OperatorCategory;
using enum ChannelFlow;
using enum QuantizedKernel;

constexpr std::string_view microsoft = "com.microsoft";

constexpr OperatorTraits contrib(OperatorTraits traits) {
    return in(microsoft, traits);
}
/// Not one of the standard's layers: weights are packed in the operator's own way.
constexpr OperatorTraits packed(OperatorTraits traits) {
    return contrib(held(traits, HeldQuantized::PackedWeights));
}
constexpr OperatorTraits converts(std::string_view opType) {
    return held(row(opType, Quantization, Unknown), HeldQuantized::Converts);
}

constexpr std::array onnxRows{
    asInteger(weighted(row("Conv", Layer, Produces), 1, 2, 0, 1), "QLinearConv", "", IntegerArguments::BiasLast),
    // ONNX Runtime has no 8-bit ConvTranspose on the CPU.
    weighted(row("ConvTranspose", Layer, Produces), 1, 2, 1, 0),
    onIntegers(weighted(row("ConvInteger", Layer, Unknown), 1, -1, 0, 1)),
    onIntegers(weighted(row("QLinearConv", Layer, Unknown), 3, 8, 0, 1)),
    weighted(row("DeformConv", Layer, Unknown), 1, 3, 0, 1),
    floatResult(asInteger(weighted(row("Gemm", Layer, Produces), 1, 2, 1, 0), "QGemm", microsoft)),
    floatResult(asInteger(weighted(row("MatMul", Layer, Produces), 1, -1, 1, 0), "QLinearMatMul", "")),
    onIntegers(weighted(row("MatMulInteger", Layer, Unknown), 1, -1, 1, 0)),
    onIntegers(weighted(row("QLinearMatMul", Layer, Unknown), 3, -1, 1, 0)),
    weighted(row("Einsum", Layer, Produces), 1, -1, -1, -1),
    weighted(row("LSTM", Layer, Unknown), 1, 3, 1, 2),
    weighted(row("GRU", Layer, Unknown), 1, 3, 1, 2),
    weighted(row("RNN", Layer, Unknown), 1, 3, 1, 2),

    row("Attention", Attention, Unknown),
    row("RotaryEmbedding", Attention, Unknown),

    converts("QuantizeLinear"),
    converts("DequantizeLinear"),
    held(row("DynamicQuantizeLinear", Quantization, Unknown), HeldQuantized::WhileRunning),
};

constexpr std::array contribRows{
    contrib(weighted(row("FusedConv", Layer, Unknown), 1, 2, 0, 1)),
    contrib(weighted(row("NhwcFusedConv", Layer, Unknown), 1, 2, 0, 1)),
    contrib(weighted(row("FusedGemm", Layer, Unknown), 1, 2, 1, 0)),
    contrib(weighted(row("FusedMatMul", Layer, Unknown), 1, -1, 1, 0)),
    contrib(weighted(row("TransposeMatMul", Layer, Unknown), 1, -1, 1, 0)),
    contrib(weighted(row("GemmFastGelu", Layer, Unknown), 1, 2, 1, 0)),
    packed(weighted(row("GemmFloat8", Layer, Unknown), 1, 2, 1, 0)),
    contrib(onIntegers(weighted(row("QGemm", Layer, Unknown), 3, 6, 1, 0))),
    packed(weighted(row("MatMulNBits", Layer, Unknown), 1, 5, 0, 1)),
    packed(weighted(row("MatMulBnb4", Layer, Unknown), 1, -1, -1, -1)),
    packed(weighted(row("MatMulFpQ4", Layer, Unknown), 1, -1, -1, -1)),
    contrib(onIntegers(weighted(row("MatMulInteger16", Layer, Unknown), 1, -1, 1, 0))),
    contrib(onIntegers(weighted(row("MatMulIntegerToFloat", Layer, Unknown), 1, 6, 1, 0))),
    contrib(
        onIntegers(weighted(row("DynamicQuantizeMatMul", Layer, Unknown), 1, 4, 1, 0), HeldQuantized::WhileRunning)),
    contrib(onIntegers(weighted(row("DynamicQuantizeLSTM", Layer, Unknown), 1, 3, 1, 2), HeldQuantized::WhileRunning)),
    contrib(onIntegers(weighted(row("QLinearConvTranspose", Layer, Unknown), 3, 8, 1, 0))),
    contrib(row("MoE", Layer, Unknown)),
    packed(row("QMoE", Layer, Unknown)),
    packed(row("MatMulNBitsMlp", Layer, Unknown)),
    packed(row("MatMulNBitsQkv", Layer, Unknown)),
    packed(row("MatMulBlockQuantizedFp4Weight", Layer, Unknown)),
    packed(row("MatMulBlockQuantizedFp8Weight", Layer, Unknown)),
    packed(row("QEmbedLayerNormalization", Normalization, Unknown)),
    contrib(onIntegers(weighted(row("QLinearConv", Layer, Unknown), 3, 8, 0, 1))),
    contrib(onIntegers(row("QOrderedMatMul", Layer, Unknown))),
    contrib(onIntegers(row("QOrderedAttention", OperatorCategory::Attention, Unknown))),
    contrib(onIntegers(row("QOrderedLongformerAttention", OperatorCategory::Attention, Unknown))),
    contrib(onIntegers(row("QOrderedGelu", Activation, Unknown))),
    contrib(onIntegers(row("QOrderedLayerNormalization", Normalization, Unknown))),

    contrib(weighted(row("Attention", OperatorCategory::Attention, Unknown), 1, 2, 1, 0)),
    contrib(onIntegers(weighted(row("QAttention", OperatorCategory::Attention, Unknown), 1, 2, 1, 0))),
    contrib(row("MultiHeadAttention", OperatorCategory::Attention, Unknown)),
    contrib(row("DecoderMaskedMultiHeadAttention", OperatorCategory::Attention, Unknown)),
    contrib(row("DecoderMaskedSelfAttention", OperatorCategory::Attention, Unknown)),
    contrib(row("DecoderAttention", OperatorCategory::Attention, Unknown)),
    contrib(row("GroupQueryAttention", OperatorCategory::Attention, Unknown)),
    contrib(row("SparseAttention", OperatorCategory::Attention, Unknown)),
    contrib(row("PagedAttention", OperatorCategory::Attention, Unknown)),
    contrib(row("PackedAttention", OperatorCategory::Attention, Unknown)),
    contrib(row("PackedMultiHeadAttention", OperatorCategory::Attention, Unknown)),
    contrib(row("LongformerAttention", OperatorCategory::Attention, Unknown)),
    contrib(row("RotaryEmbedding", OperatorCategory::Attention, Unknown)),
    contrib(row("RelativePositionBias", OperatorCategory::Attention, Unknown)),

    contrib(converts("QuantizeLinear")),
    contrib(converts("DequantizeLinear")),
    contrib(held(row("DynamicQuantizeLinear", Quantization, Unknown), HeldQuantized::WhileRunning)),
    contrib(converts("DequantizeBFP")),
    contrib(converts("QuantizeBFP")),
    contrib(converts("QuantizeWithOrder")),
    contrib(converts("DequantizeWithOrder")),
    contrib(onIntegers(row("MulInteger", Quantization, Unknown))),
    contrib(onIntegers(row("ReduceSumInteger", Quantization, Unknown))),
    contrib(onIntegers(row("QLinearAdd", Quantization, Unknown))),
    contrib(onIntegers(row("QLinearMul", Quantization, Unknown))),
    contrib(onIntegers(row("QLinearConcat", Quantization, Unknown))),
    contrib(onIntegers(row("QLinearWhere", Quantization, Unknown))),
    contrib(onIntegers(row("QLinearSigmoid", Quantization, Unknown))),
    contrib(onIntegers(row("QLinearLeakyRelu", Quantization, Unknown))),
    contrib(onIntegers(row("QLinearSoftmax", Quantization, Unknown))),
    contrib(onIntegers(row("QLinearReduceMean", Quantization, Unknown))),
    contrib(onIntegers(row("QLinearAveragePool", Pool, Unknown))),
    contrib(onIntegers(row("QLinearGlobalAveragePool", Pool, Unknown))),
    contrib(row("NhwcMaxPool", Pool, Unknown)),
};

constexpr auto joined = [] {
    std::array<OperatorTraits, onnxRows.size() + contribRows.size()> all{};
    std::size_t at = 0;
    for (const OperatorTraits& traits : onnxRows)
        all[at++] = traits;
    for (const OperatorTraits& traits : contribRows)
        all[at++] = traits;
    return all;
}();

} // namespace

std::span<const OperatorTraits> layerRows() {
    return joined;
}

} // namespace lapidary::operatortable
