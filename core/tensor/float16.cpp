// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor/float16.h"

#include <bit>
#include <cmath>
#include <limits>

namespace lapidary {

std::uint16_t floatToHalf(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = std::uint16_t((bits >> 16) & 0x8000);
    const std::uint32_t magnitude = bits & 0x7fffffff;
    if (magnitude > 0x7f800000)
        return sign | 0x7e00;
    if (magnitude >= 0x47800000)
        return sign | 0x7c00;
    if (magnitude < 0x38800000) {
        // Subnormal: the last bit of 0.5f is 2^-24, the step of subnormal halves, so the addition itself rounds.
        const float shifted = std::bit_cast<float>(magnitude) + 0.5f;
        return sign | std::uint16_t(std::bit_cast<std::uint32_t>(shifted) - 0x3f000000);
    }
    const std::uint32_t odd = (magnitude >> 13) & 1;
    return sign | std::uint16_t((magnitude - 0x38000000 + 0xfff + odd) >> 13);
}

float halfToFloat(std::uint16_t half) {
    const std::uint32_t sign = std::uint32_t(half & 0x8000) << 16;
    const std::uint32_t exponent = (half >> 10) & 0x1f;
    const std::uint32_t mantissa = half & 0x3ff;
    if (exponent == 0x1f)
        return std::bit_cast<float>(sign | 0x7f800000 | (mantissa << 13));
    if (exponent == 0) {
        const float magnitude = std::ldexp(float(mantissa), -24);
        return sign ? -magnitude : magnitude;
    }
    return std::bit_cast<float>(sign | ((exponent + 112) << 23) | (mantissa << 13));
}

std::uint16_t floatToBfloat16(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if ((bits & 0x7fffffff) > 0x7f800000)
        return std::uint16_t((bits >> 16) | 0x40);
    return std::uint16_t((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

float bfloat16ToFloat(std::uint16_t bits) { return std::bit_cast<float>(std::uint32_t(bits) << 16); }

namespace {

float smallFloat(std::uint8_t bits, int mantissaBits, int bias) {
    const int mantissa = bits & ((1 << mantissaBits) - 1);
    const int exponent = (bits & 0x7f) >> mantissaBits;
    const float magnitude = exponent == 0
                                ? std::ldexp(float(mantissa), 1 - bias - mantissaBits)
                                : std::ldexp(float(mantissa + (1 << mantissaBits)), exponent - bias - mantissaBits);
    return bits & 0x80 ? -magnitude : magnitude;
}

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

} // namespace

float float8e4m3fnToFloat(std::uint8_t bits) { return (bits & 0x7f) == 0x7f ? nan : smallFloat(bits, 3, 7); }

float float8e4m3fnuzToFloat(std::uint8_t bits) { return bits == 0x80 ? nan : smallFloat(bits, 3, 8); }

float float8e5m2ToFloat(std::uint8_t bits) {
    if ((bits & 0x7c) == 0x7c) {
        if (bits & 3)
            return nan;
        return bits & 0x80 ? -std::numeric_limits<float>::infinity() : std::numeric_limits<float>::infinity();
    }
    return smallFloat(bits, 2, 15);
}

float float8e5m2fnuzToFloat(std::uint8_t bits) { return bits == 0x80 ? nan : smallFloat(bits, 2, 16); }

float float4e2m1ToFloat(std::uint8_t nibble) {
    static constexpr float values[8] = {0, 0.5f, 1, 1.5f, 2, 3, 4, 6};
    const float magnitude = values[nibble & 7];
    return nibble & 8 ? -magnitude : magnitude;
}

float float8e8m0ToFloat(std::uint8_t bits) { return bits == 0xff ? nan : std::ldexp(1.0f, int(bits) - 127); }

} // namespace lapidary
