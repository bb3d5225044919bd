// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/node.h"

#include <span>
#include <string_view>

namespace lapidary {

/// Groups of operators as people think of them; also the colours of the graph view.
enum class OperatorCategory {
    Layer,
    Activation,
    Pool,
    Normalization,
    Dropout,
    Shape,
    Tensor,
    Data,
    Quantization,
    Attention,
    Control,
    Logic,
    Other
};

/// What an operator does to the channel axis of its data (axis 1 of NCHW activations, see the fields for exceptions).
enum class ChannelFlow {
    Unknown,     ///< nothing may be assumed: a fence
    Produces,    ///< new output channels from a weight, mixes all inputs (Conv, Gemm, MatMul with constant weight)
    Elementwise, ///< output channel c depends on input channel c only, inputs broadcast (Add, Mul, Relu, Clip …)
    PerChannel,  ///< as Elementwise with per-channel constant parameters (BatchNormalization, PRelu, InstanceNorm …)
    Spatial,     ///< keeps axes 0 and 1, changes the others (pooling, Resize, Pad on spatial axes …)
    Moves,       ///< moves, joins, cuts or reshapes axes (Concat, Split, Slice, Transpose, Reshape, Flatten …)
    Reduces,     ///< reduces axes (ReduceMean, ReduceSum …)
    Mixes        ///< mixes channels without weights (Softmax over channels, MatMul of activations, LRN …)
};

/// How ONNX Runtime's CPU provider runs the operator in 8 bits when Q/DQ surround it.
enum class QuantizedKernel {
    None,       ///< no 8-bit kernel: keep it in float
    Integer,     ///< computes on integers with its own output scale (Conv, Gemm, MatMul, Add, Mul, Concat, averages …)
    PassThrough, ///< moves bytes: input and output must share scale and zero point (MaxPool, Reshape, Transpose, Split …)
    OnIntegers   ///< moves bytes too, but only if it stands on the integers itself, between the Q/DQ pairs (Pad, Slice …)
};

/// Input and output have one scale and zero point.
constexpr bool sharesScale(QuantizedKernel kernel) {
    return kernel == QuantizedKernel::PassThrough || kernel == QuantizedKernel::OnIntegers;
}

/// How the integer form of an operator lists its inputs. Each quantized input is a triple: integers, scale, zero point.
enum class IntegerArguments {
    OutputLast,       ///< inputs, then scale and zero point of the output (QLinearMatMul, QLinearAdd, QGemm with its bias before)
    BiasLast,         ///< as OutputLast, the bias behind everything (QLinearConv)
    OutputFirst,      ///< scale and zero point of the output, then inputs (QLinearConcat)
    OutputLastOpset,  ///< as OutputLast, with an attribute "opset": the operator's meaning is that of this version (QLinearSoftmax)
};

/// What an operator says about the model that holds it: whether someone has quantized it, and how.
enum class HeldQuantized {
    No,
    Converts,      ///< between floats and integers (QuantizeLinear, DequantizeLinear …)
    OnIntegers,    ///< computes on integers with scales (QLinearConv, MatMulInteger …)
    WhileRunning,  ///< quantizes activations as they come (DynamicQuantizeLinear …)
    PackedWeights, ///< reads weights of few bits (MatMulNBits …)
};

/// One row of the operator table: the only place where Lapidary knows operators by name. -1 means "none".
struct OperatorTraits {
    std::string_view opType;
    std::string_view domain;           ///< "" for the default domain
    OperatorCategory category = OperatorCategory::Other;
    int dataInput = 0;                 ///< the activation input
    int weightInput = -1;              ///< input that may hold a constant weight
    int biasInput = -1;
    int weightOutputAxis = -1;         ///< axis of the weight that makes output channels (Gemm/ConvTranspose: see traits of node)
    int weightInputAxis = -1;          ///< axis of the weight that meets input channels
    ChannelFlow flow = ChannelFlow::Unknown;
    QuantizedKernel quantized = QuantizedKernel::None;
    /// As `quantized` stood before every claim was run in ONNX Runtime. Recipes of that time keep their bytes by it.
    QuantizedKernel quantizedBefore = QuantizedKernel::None;
    bool elementwise = false;          ///< same shape in and out up to broadcasting; costs one operation per element
    bool deterministic = true;         ///< false: random or stateful; never folded
    bool foldable = true;              ///< may be computed ahead when all inputs are constant
    /// Relu, Clip: costs nothing in 8 bits when a QuantizeLinear follows whose range begins (and ends) where it clips.
    bool absorbedByQuantize = false;
    std::string_view integerOp;        ///< the operator that computes it on integers (QLinearConv …); "": none
    std::string_view integerDomain;
    IntegerArguments integerArguments = IntegerArguments::OutputLast;
    bool floatResult = false;          ///< its 8-bit kernel can give floats: no QuantizeLinear has to follow
    bool unitRange = false;            ///< gives values between 0 and 1
    int indexOutput = -1;              ///< output with positions in the data, not data (ArgMax, TopK)
    int fillInput = -1;                ///< input with a number that is written between the data (Pad)
    bool integerKernel = false;        ///< the operator itself computes on integers (QLinearConv, QGemm …)
    HeldQuantized held = HeldQuantized::No;
    /// f(s x) = s f(x) for every s > 0, channel by channel, whatever the attributes and with constant weights.
    bool homogeneous = false;
    bool growsInHalf = false;          ///< sums, squares or powers that leave the range of float16 easily
};

/// Null for operators nobody told Lapidary about (custom domains, newer operators). "ai.onnx" is the default domain.
const OperatorTraits* traitsOf(std::string_view opType, std::string_view domain);
/// As above, but as the node's attributes have it: weight axes (Gemm with transB), 8 bits (Resize: nearest only).
const OperatorTraits* traitsOf(const Node& node);
std::span<const OperatorTraits> operatorTable();
OperatorCategory categoryOf(const Node& node);
std::string_view categoryName(OperatorCategory category);

} // namespace lapidary
