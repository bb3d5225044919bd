// SPDX-License-Identifier: GPL-3.0-or-later
// Activations, arithmetic, comparisons, normalization, pooling and reductions.
#include "graph/operatortable.h"

#include <array>

namespace lapidary::operatortable {
namespace {

using enum OperatorCategory;
using enum ChannelFlow;
using enum QuantizedKernel;

constexpr OperatorTraits act(std::string_view opType) {
    return elementwise(opType, Activation);
}
constexpr OperatorTraits math(std::string_view opType) {
    return elementwise(opType, Other);
}
constexpr OperatorTraits logic(std::string_view opType) {
    return elementwise(opType, Logic);
}
constexpr std::string_view microsoft = "com.microsoft";
constexpr OperatorTraits contrib(OperatorTraits traits) {
    return in(microsoft, traits);
}
constexpr OperatorTraits reduce(std::string_view opType) {
    return row(opType, Other, Reduces);
}

constexpr std::array rows{
    homogeneous(absorbed(act("Relu"))),
    absorbed(act("Clip")),
    homogeneous(asInteger(act("LeakyRelu"), "QLinearLeakyRelu", microsoft)),
    unitRange(asInteger(act("Sigmoid"), "QLinearSigmoid", microsoft)),
    act("HardSigmoid"),
    act("HardSwish"),
    act("Swish"),
    act("Mish"),
    act("Tanh"),
    act("Elu"),
    act("Selu"),
    act("Celu"),
    act("Gelu"),
    act("Softplus"),
    act("Softsign"),
    act("ThresholdedRelu"),
    act("Shrink"),
    act("Erf"),
    homogeneous(weighted(row("PRelu", Activation, PerChannel), 1, -1, -1, -1)),
    unitRange(
        asInteger(row("Softmax", Activation, Mixes), "QLinearSoftmax", microsoft, IntegerArguments::OutputLastOpset)),
    row("LogSoftmax", Activation, Mixes),
    row("Hardmax", Activation, Mixes),
    contrib(act("Gelu")),
    contrib(act("FastGelu")),
    contrib(act("QuickGelu")),
    contrib(weighted(row("BiasGelu", Activation, PerChannel), -1, 1, -1, -1)),
    contrib(row("BiasSplitGelu", Activation, Unknown)),
    contrib(row("BiasSoftmax", Activation, Unknown)),
    contrib(row("BiasAdd", Other, Unknown)),

    asInteger(math("Add"), "QLinearAdd", microsoft),
    asInteger(math("Mul"), "QLinearMul", microsoft),
    math("Sub"),
    math("Div"),
    growing(math("Pow")),
    math("Mod"),
    math("Min"),
    math("Max"),
    math("Sum"),
    math("Mean"),
    math("Abs"),
    math("Neg"),
    math("Sqrt"),
    math("Reciprocal"),
    growing(math("Exp")),
    math("Log"),
    math("Ceil"),
    math("Floor"),
    math("Round"),
    math("Sign"),
    math("Sin"),
    math("Cos"),
    math("Tan"),
    math("Asin"),
    math("Acos"),
    math("Atan"),
    math("Sinh"),
    math("Cosh"),
    math("Asinh"),
    math("Acosh"),
    math("Atanh"),
    math("BitShift"),
    math("BitwiseAnd"),
    math("BitwiseNot"),
    math("BitwiseOr"),
    math("BitwiseXor"),
    math("Cast"),
    math("CastLike"),
    homogeneous(foundIn8Bits(math("Identity"), OnIntegers)),

    logic("And"),
    logic("Or"),
    logic("Xor"),
    logic("Not"),
    logic("Equal"),
    logic("Greater"),
    logic("GreaterOrEqual"),
    logic("Less"),
    logic("LessOrEqual"),
    logic("IsInf"),
    logic("IsNaN"),
    asInteger(logic("Where"), "QLinearWhere", microsoft),

    homogeneous(elementwise("Dropout", Dropout)),
    weighted(row("BatchNormalization", Normalization, PerChannel), 1, 2, -1, -1),
    growing(weighted(row("InstanceNormalization", Normalization, PerChannel), 1, 2, -1, -1)),
    growing(weighted(row("GroupNormalization", Normalization, PerChannel), 1, 2, -1, -1)),
    growing(weighted(row("LayerNormalization", Normalization, PerChannel), 1, 2, -1, -1)),
    growing(weighted(row("RMSNormalization", Normalization, PerChannel), 1, -1, -1, -1)),
    growing(weighted(row("SimplifiedLayerNormalization", Normalization, PerChannel), 1, -1, -1, -1)),
    growing(row("LRN", Normalization, Mixes)),
    growing(row("LpNormalization", Normalization, Mixes)),
    growing(row("MeanVarianceNormalization", Normalization, Mixes)),
    contrib(weighted(row("SkipLayerNormalization", Normalization, Unknown), 2, 3, -1, -1)),
    contrib(weighted(row("SkipSimplifiedLayerNormalization", Normalization, Unknown), 2, 3, -1, -1)),
    contrib(weighted(row("EmbedLayerNormalization", Normalization, Unknown), 2, -1, -1, -1)),
    contrib(weighted(row("GroupNorm", Normalization, Unknown), 1, 2, -1, -1)),
    contrib(weighted(row("SkipGroupNorm", Normalization, Unknown), 1, 2, -1, -1)),

    homogeneous(asInteger(row("AveragePool", Pool, Spatial), "QLinearAveragePool", microsoft)),
    homogeneous(asInteger(row("GlobalAveragePool", Pool, Spatial), "QLinearGlobalAveragePool", microsoft)),
    homogeneous(in8Bits(row("MaxPool", Pool, Spatial), PassThrough)),
    homogeneous(row("GlobalMaxPool", Pool, Spatial)),
    row("LpPool", Pool, Spatial),
    row("GlobalLpPool", Pool, Spatial),
    row("MaxRoiPool", Pool, Unknown),
    row("MaxUnpool", Pool, Unknown),
    row("RoiAlign", Pool, Unknown),

    in8Bits(reduce("ReduceMax"), OnIntegers),
    in8Bits(reduce("ReduceMin"), OnIntegers),
    reduce("ReduceMean"),
    growing(reduce("ReduceSum")),
    growing(reduce("ReduceSumSquare")),
    growing(reduce("ReduceL1")),
    growing(reduce("ReduceL2")),
    reduce("ReduceLogSum"),
    reduce("ReduceLogSumExp"),
    growing(reduce("ReduceProd")),
    indexed(in8Bits(reduce("ArgMax"), PassThrough), 0),
    indexed(foundIn8Bits(reduce("ArgMin"), OnIntegers), 0),
    growing(row("CumSum", Other, Mixes)),
    growing(row("CumProd", Other, Mixes)),
    indexed(foundIn8Bits(row("TopK", Other, Mixes), OnIntegers), 1),
    row("Det", Other, Unknown),
};

} // namespace

std::span<const OperatorTraits> elementwiseRows() {
    return rows;
}

} // namespace lapidary::operatortable
