// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tensor/tensor.h"

namespace lapidary {

/// Affine quantization (Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient
/// Integer-Arithmetic-Only Inference"): real = scale * (integer - zeroPoint).
struct QuantParams {
    float scale = 1;
    int zeroPoint = 0;
    DataType type = DataType::UInt8; ///< UInt8, Int8, UInt16 or Int16

    int lowest() const;
    int highest() const;
    int levels() const { return highest() - lowest() + 1; }
};

/// Parameters that cover [low, high] and zero, which is always represented exactly. A range without extent gives
/// scale 1. `symmetric`: zero is the middle of the integers. `upperBound` > 0: the largest value represented does not
/// exceed it, even by rounding.
QuantParams activationParams(float low, float high, DataType type, bool symmetric = false, float upperBound = 0);

/// A constant that is used as an activation, as integers of the parameters' type.
TensorPtr quantizeActivation(const Shape& shape, std::span<const float> values, const QuantParams& params);
/// The zero point as a scalar of the parameters' type.
TensorPtr zeroPointTensor(const QuantParams& params);

/// A weight seen as outer x channels x inner; channels are the extent of the axis that has scales of its own (1: none).
struct WeightLayout {
    std::size_t outer = 1;
    std::size_t channels = 1;
    std::size_t inner = 1;
};
WeightLayout weightLayout(const Shape& shape, int axis);

/// Symmetric scales: the largest magnitude of each channel becomes `limit` (127, or 64 for 7-bit weights). Channels of
/// zeros get the scale of the whole tensor. Values that are not finite count as 0.
std::vector<float> weightScales(std::span<const float> weights, const WeightLayout& layout, int limit);

struct QuantizedWeights {
    std::vector<std::int8_t> values;
    double sqnrDb = 0; ///< signal to quantization noise; infinite if exact
};
/// Rounds to nearest even, clipped to [-limit, limit].
QuantizedWeights quantizeWeights(std::span<const float> weights, const WeightLayout& layout,
                                 std::span<const float> scales, int limit);

/// What the integers stand for.
std::vector<float> dequantize(std::span<const std::int8_t> values, const WeightLayout& layout,
                              std::span<const float> scales);

/// Signal to noise of `rounded` as a stand-in for `weights`, in dB; infinite if exact. Values that are not finite count
/// as 0.
double weightSqnrDb(std::span<const float> weights, std::span<const float> rounded);

/// Signed weights as a tensor: Int8 with zero point 0, or the same numbers as UInt8 around 128.
TensorPtr weightTensor(const Shape& shape, std::vector<std::int8_t> values, bool asUnsigned);
TensorPtr weightZeroPoints(const Shape& shape, std::size_t count, bool asUnsigned);

/// The smallest weight scale with which a bias still fits its 32-bit integer at this input scale.
float smallestScaleForBias(float bias, float inputScale);
std::int32_t quantizeBias(float bias, double scale);

} // namespace lapidary
