// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/operatortraits.h"

namespace lapidary::operatortable {

// The rows of the operator table by subject; operatortraits.cpp joins them. Only that file includes this one.
std::span<const OperatorTraits> layerRows();       ///< operators with weights, quantized ones, attention, recurrence
std::span<const OperatorTraits> elementwiseRows(); ///< activations, arithmetic, comparisons, normalization, reductions
std::span<const OperatorTraits> tensorRows(); ///< what moves, makes or inspects tensors; control flow; everything else

/// A row that keeps the table readable: name, category and flow; the rest by the helpers below.
constexpr OperatorTraits row(std::string_view opType, OperatorCategory category, ChannelFlow flow) {
    OperatorTraits traits{.opType = opType, .domain = {}};
    traits.category = category;
    traits.flow = flow;
    return traits;
}

constexpr OperatorTraits in(std::string_view domain, OperatorTraits traits) {
    traits.domain = domain;
    return traits;
}

/// Weight and bias inputs and the weight's axes that make and meet channels.
constexpr OperatorTraits weighted(OperatorTraits traits, int weight, int bias, int outputAxis, int inputAxis) {
    traits.weightInput = weight;
    traits.biasInput = bias;
    traits.weightOutputAxis = outputAxis;
    traits.weightInputAxis = inputAxis;
    return traits;
}

constexpr OperatorTraits in8Bits(OperatorTraits traits, QuantizedKernel kernel) {
    traits.quantized = traits.quantizedBefore = kernel;
    return traits;
}

/// A kernel that was found by running it, see OperatorTraits::quantizedBefore.
constexpr OperatorTraits foundIn8Bits(OperatorTraits traits, QuantizedKernel kernel) {
    traits.quantized = kernel;
    return traits;
}

/// Its form on integers, for models that are written without QuantizeLinear and DequantizeLinear around each operator.
constexpr OperatorTraits asInteger(OperatorTraits traits, std::string_view opType, std::string_view domain,
                                   IntegerArguments arguments = IntegerArguments::OutputLast) {
    traits.quantized = traits.quantizedBefore = QuantizedKernel::Integer;
    traits.integerOp = opType;
    traits.integerDomain = domain;
    traits.integerArguments = arguments;
    return traits;
}

constexpr OperatorTraits floatResult(OperatorTraits traits) {
    traits.floatResult = true;
    return traits;
}

constexpr OperatorTraits unitRange(OperatorTraits traits) {
    traits.unitRange = true;
    return traits;
}

constexpr OperatorTraits filled(OperatorTraits traits, int input) {
    traits.fillInput = input;
    return traits;
}

constexpr OperatorTraits indexed(OperatorTraits traits, int output) {
    traits.indexOutput = output;
    return traits;
}

constexpr OperatorTraits held(OperatorTraits traits, HeldQuantized how) {
    traits.held = how;
    return traits;
}

constexpr OperatorTraits onIntegers(OperatorTraits traits, HeldQuantized how = HeldQuantized::OnIntegers) {
    traits.integerKernel = true;
    traits.held = how;
    return traits;
}

constexpr OperatorTraits homogeneous(OperatorTraits traits) {
    traits.homogeneous = true;
    return traits;
}

constexpr OperatorTraits growing(OperatorTraits traits) {
    traits.growsInHalf = true;
    return traits;
}

constexpr OperatorTraits absorbed(OperatorTraits traits) {
    traits.absorbedByQuantize = true;
    return traits;
}

constexpr OperatorTraits elementwise(std::string_view opType, OperatorCategory category) {
    OperatorTraits traits = row(opType, category, ChannelFlow::Elementwise);
    traits.elementwise = true;
    return traits;
}

/// Random or stateful: another run may give something else.
constexpr OperatorTraits random(OperatorTraits traits) {
    traits.deterministic = false;
    traits.foldable = false;
    return traits;
}

/// Deterministic, yet not to be computed ahead (control flow, sequences, decoders).
constexpr OperatorTraits kept(OperatorTraits traits) {
    traits.foldable = false;
    return traits;
}

} // namespace lapidary::operatortable
