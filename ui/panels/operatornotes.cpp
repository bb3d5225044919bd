// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/operatornotes.h"

namespace lapidary {

namespace {

struct Note {
    std::string_view opType;
    const char* text;
};

// Newer operators of the default domain.
constexpr Note onnxNotes[] = {
    {"AffineGrid",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Makes the sampling grid of an affine map, for GridSample.")},
    {"Attention", QT_TRANSLATE_NOOP("lapidary::OperatorNotes",
                                    "Scaled dot-product attention: softmax(Q Kᵀ / √d + mask) V, per head.")},
    {"BitwiseAnd", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "And of the bits of whole numbers.")},
    {"BitwiseNot", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Turns every bit of whole numbers.")},
    {"BitwiseOr", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Or of the bits of whole numbers.")},
    {"BitwiseXor", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Exclusive or of the bits of whole numbers.")},
    {"CenterCropPad", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Crops or pads around the centre to a given size.")},
    {"Col2Im",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Adds sliding blocks back into an image; the reverse of im2col.")},
    {"DeformConv",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Convolution whose kernel taps are moved by learned offsets.")},
    {"Gelu", QT_TRANSLATE_NOOP("lapidary::OperatorNotes",
                               "x · Φ(x) with the normal distribution Φ; a smooth relative of Relu.")},
    {"GroupNormalization",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes",
                       "Normalizes over groups of channels of each sample, then scales and shifts.")},
    {"ImageDecoder", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Decodes the bytes of an image file to pixels.")},
    {"Mish", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "x · tanh(softplus(x)).")},
    {"RMSNormalization",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes",
                       "Divides by the root of the mean square and scales; no mean is subtracted.")},
    {"RotaryEmbedding",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Turns pairs of features by an angle that grows with the position.")},
    {"Swish", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "x · sigmoid(α x).")},
    {"TensorScatter", QT_TRANSLATE_NOOP("lapidary::OperatorNotes",
                                        "Writes new entries into a cache, as attention does for keys and values.")},
};

// ONNX Runtime's own, domain com.microsoft.
constexpr Note runtimeNotes[] = {
    {"Attention",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Multi-head attention with its input projection in one operator.")},
    {"BiasGelu", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Gelu of the input plus a bias.")},
    {"DynamicQuantizeMatMul",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes",
                       "Quantizes the input as it comes, multiplies in 8 bits, returns floats.")},
    {"EmbedLayerNormalization",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Adds word, position and segment embeddings and normalizes them.")},
    {"FastGelu",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Gelu by its tanh approximation, with an optional bias.")},
    {"FusedConv",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Convolution with its activation, and an optional sum.")},
    {"FusedGemm", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Gemm with its activation.")},
    {"FusedMatMul", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "MatMul with transposition and a factor.")},
    {"GatherBlockQuantized",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes",
                       "Picks rows of a table quantized in blocks and gives them back as floats.")},
    {"Gelu", QT_TRANSLATE_NOOP("lapidary::OperatorNotes",
                               "x · Φ(x) with the normal distribution Φ; a smooth relative of Relu.")},
    {"GroupQueryAttention", QT_TRANSLATE_NOOP("lapidary::OperatorNotes",
                                              "Attention in which several query heads share a key and value head.")},
    {"MatMulNBits", QT_TRANSLATE_NOOP("lapidary::OperatorNotes",
                                      "MatMul with a weight of few bits, packed in blocks that have a scale each.")},
    {"MultiHeadAttention",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Multi-head attention on inputs that are projected already.")},
    {"NhwcConv", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Convolution on images whose channels come last.")},
    {"QAttention", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Multi-head attention in 8 bits.")},
    {"QGemm", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Gemm in 8 bits with its own scales.")},
    {"QLinearAdd", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Sum of two 8-bit tensors, each with its own scale.")},
    {"QLinearAveragePool", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Average pooling in 8 bits.")},
    {"QLinearConcat", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Joins 8-bit tensors, bringing them to one scale.")},
    {"QLinearGlobalAveragePool",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Average over the whole image, in 8 bits.")},
    {"QLinearLeakyRelu", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "LeakyRelu in 8 bits, by a table.")},
    {"QLinearMul",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Product of two 8-bit tensors, each with its own scale.")},
    {"QLinearSigmoid", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Sigmoid in 8 bits, by a table.")},
    {"QLinearSoftmax", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Softmax in 8 bits, by a table.")},
    {"QuickGelu", QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "x · sigmoid(α x), a quick stand-in for Gelu.")},
    {"RotaryEmbedding",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Turns pairs of features by an angle that grows with the position.")},
    {"SkipLayerNormalization",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Adds the shortcut and normalizes over the last axis.")},
    {"SkipSimplifiedLayerNormalization",
     QT_TRANSLATE_NOOP("lapidary::OperatorNotes", "Adds the shortcut and divides by the root of the mean square.")},
};

} // namespace

QString OperatorNotes::of(std::string_view opType, std::string_view domain) {
    const auto find = [&](const auto& notes) {
        for (const auto& note : notes)
            if (note.opType == opType)
                return tr(note.text);
        return QString();
    };
    if (domain.empty() || domain == "ai.onnx")
        return find(onnxNotes);
    return domain == "com.microsoft" ? find(runtimeNotes) : QString();
}

} // namespace lapidary
