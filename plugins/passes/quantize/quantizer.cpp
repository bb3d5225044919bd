// SPDX-License-Identifier: GPL-3.0-or-later
#include "quantizer.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lapidary {

namespace {

constexpr float smallestScale = std::numeric_limits<float>::min();
/// Half of the range of 32 bits stays free for the products that are added to the bias.
constexpr double biasLimit = double(1 << 30);

/// Rounds to nearest even where |value| < 2^22; two additions that the compiler turns into vector instructions.
float roundEven(float value) {
    constexpr float magic = 12582912.0f; // 1.5 * 2^23
    return (value + magic) - magic;
}

float magnitude(float value) {
    return std::isfinite(value) ? std::fabs(value) : 0.0f;
}

} // namespace

int QuantParams::lowest() const {
    switch (type) {
    case DataType::Int8:
        return -128;
    case DataType::Int16:
        return -32768;
    default:
        return 0;
    }
}

int QuantParams::highest() const {
    const bool wide = type == DataType::Int16 || type == DataType::UInt16;
    return lowest() + (wide ? 65535 : 255);
}

QuantParams activationParams(float low, float high, DataType type, bool symmetric, float upperBound) {
    QuantParams params;
    params.type = type;
    const double from = std::min(0.0, double(low));
    const double to = std::max(0.0, double(high));
    const int middle = params.lowest() + params.levels() / 2;
    const double steps = symmetric ? params.highest() - middle : params.levels() - 1;
    const double scale = (symmetric ? std::max(-from, to) : to - from) / steps;
    if (!(scale >= double(smallestScale)) || !std::isfinite(float(scale))) {
        params.zeroPoint = symmetric ? middle : params.lowest();
        return params;
    }
    params.scale = float(scale);
    while (upperBound > 0 && from == 0 && params.scale * float(steps) > upperBound)
        params.scale = std::nextafter(params.scale, 0.0f);
    const double zero = std::nearbyint(params.lowest() - from / double(params.scale));
    params.zeroPoint = symmetric ? middle : int(std::clamp(zero, double(params.lowest()), double(params.highest())));
    return params;
}

namespace {

template <typename Integer>
TensorPtr integersOf(const Shape& shape, std::span<const float> values, const QuantParams& params) {
    std::vector<Integer> out(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double scaled = std::isnan(values[i]) ? 0 : double(values[i]) / double(params.scale);
        const double integer =
            std::clamp(std::nearbyint(scaled) + params.zeroPoint, double(params.lowest()), double(params.highest()));
        out[i] = Integer(int(integer));
    }
    return makeTensor(params.type, shape, Blob::ofValues(std::move(out)));
}

} // namespace

TensorPtr quantizeActivation(const Shape& shape, std::span<const float> values, const QuantParams& params) {
    switch (params.type) {
    case DataType::Int8:
        return integersOf<std::int8_t>(shape, values, params);
    case DataType::Int16:
        return integersOf<std::int16_t>(shape, values, params);
    case DataType::UInt16:
        return integersOf<std::uint16_t>(shape, values, params);
    default:
        return integersOf<std::uint8_t>(shape, values, params);
    }
}

TensorPtr zeroPointTensor(const QuantParams& params) {
    const float zero = 0;
    return quantizeActivation({}, std::span(&zero, 1), params);
}

TensorPtr weightTensor(const Shape& shape, std::vector<std::int8_t> values, bool asUnsigned) {
    if (!asUnsigned)
        return makeTensor(shape, std::move(values));
    std::vector<std::uint8_t> moved(values.size());
    std::transform(values.begin(), values.end(), moved.begin(),
                   [](std::int8_t value) { return std::uint8_t(int(value) + 128); });
    return makeTensor(shape, std::move(moved));
}

TensorPtr weightZeroPoints(const Shape& shape, std::size_t count, bool asUnsigned) {
    return weightTensor(shape, std::vector<std::int8_t>(count, 0), asUnsigned);
}

WeightLayout weightLayout(const Shape& shape, int axis) {
    WeightLayout layout;
    for (int i = 0; i < int(shape.size()); ++i) {
        const auto extent = std::size_t(shape[std::size_t(i)]);
        if (axis < 0 || i > axis)
            layout.inner *= extent;
        else if (i == axis)
            layout.channels = extent;
        else
            layout.outer *= extent;
    }
    return layout;
}

std::vector<float> weightScales(std::span<const float> weights, const WeightLayout& layout, int limit) {
    std::vector<float> scales(layout.channels, 0.0f);
    const float* w = weights.data();
    for (std::size_t o = 0; o < layout.outer; ++o)
        for (std::size_t c = 0; c < layout.channels; ++c) {
            float high = scales[c];
            for (std::size_t i = 0; i < layout.inner; ++i)
                high = std::max(high, magnitude(*w++));
            scales[c] = high;
        }
    const float all = scales.empty() ? 0.0f : *std::max_element(scales.begin(), scales.end());
    for (float& scale : scales) {
        scale = (scale > 0 ? scale : all > 0 ? all : 1.0f) / float(limit);
        scale = std::max(scale, smallestScale);
    }
    return scales;
}

QuantizedWeights quantizeWeights(std::span<const float> weights, const WeightLayout& layout,
                                 std::span<const float> scales, int limit) {
    QuantizedWeights result;
    result.values.resize(weights.size());
    const float* w = weights.data();
    std::int8_t* out = result.values.data();
    double signal = 0;
    double noise = 0;
    for (std::size_t o = 0; o < layout.outer; ++o)
        for (std::size_t c = 0; c < layout.channels; ++c) {
            const float scale = scales[c];
            const auto bound = float(limit);
            for (std::size_t i = 0; i < layout.inner; ++i) {
                const float weight = std::isfinite(w[i]) ? w[i] : 0.0f;
                const float integer = roundEven(std::clamp(weight / scale, -bound, bound));
                const float error = weight - integer * scale;
                out[i] = std::int8_t(integer);
                signal += double(weight) * weight;
                noise += double(error) * error;
            }
            w += layout.inner;
            out += layout.inner;
        }
    result.sqnrDb = noise == 0 ? std::numeric_limits<double>::infinity() : 10 * std::log10(signal / noise);
    return result;
}

std::vector<float> dequantize(std::span<const std::int8_t> values, const WeightLayout& layout,
                              std::span<const float> scales) {
    std::vector<float> floats(values.size());
    std::size_t at = 0;
    for (std::size_t o = 0; o < layout.outer; ++o)
        for (std::size_t c = 0; c < layout.channels; ++c)
            for (std::size_t i = 0; i < layout.inner; ++i, ++at)
                floats[at] = float(values[at]) * scales[c];
    return floats;
}

double weightSqnrDb(std::span<const float> weights, std::span<const float> rounded) {
    double signal = 0, noise = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const double weight = std::isfinite(weights[i]) ? double(weights[i]) : 0.0;
        signal += weight * weight;
        noise += (weight - double(rounded[i])) * (weight - double(rounded[i]));
    }
    return noise == 0 ? std::numeric_limits<double>::infinity() : 10 * std::log10(signal / noise);
}

float smallestScaleForBias(float bias, float inputScale) {
    const double scale = double(magnitude(bias)) / (biasLimit * double(inputScale));
    return std::nextafter(float(scale), std::numeric_limits<float>::infinity());
}

std::int32_t quantizeBias(float bias, double scale) {
    const double integer = std::isfinite(bias) ? std::nearbyint(double(bias) / scale) : 0;
    return std::int32_t(std::clamp(integer, -2 * biasLimit + 1, 2 * biasLimit - 1));
}

} // namespace lapidary
