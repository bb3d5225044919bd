// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace lapidary {

/// IEEE 754 binary16 and bfloat16 conversions, round to nearest even; overflow gives infinity, NaN stays NaN.
std::uint16_t floatToHalf(float value);
float halfToFloat(std::uint16_t half);
std::uint16_t floatToBfloat16(float value);
float bfloat16ToFloat(std::uint16_t bits);
/// 8-bit floats of ONNX (Micikevicius et al. 2022, "FP8 formats for deep learning"; the UZ variants from Noune et al. 2022).
float float8e4m3fnToFloat(std::uint8_t bits);
float float8e4m3fnuzToFloat(std::uint8_t bits);
float float8e5m2ToFloat(std::uint8_t bits);
float float8e5m2fnuzToFloat(std::uint8_t bits);
/// OCP microscaling types: E2M1 (4 bits) and the power-of-two scale E8M0.
float float4e2m1ToFloat(std::uint8_t nibble);
float float8e8m0ToFloat(std::uint8_t bits);

} // namespace lapidary
