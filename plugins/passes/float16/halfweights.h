// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"

namespace lapidary {

inline constexpr float largestFloat16 = 65504.0f;

/// What rounding a tensor to 16 bits did to it.
struct HalfError {
    std::uint64_t elements = 0;
    std::uint64_t overflows = 0;  ///< finite numbers beyond the largest (65504 in float16), stored as that
    std::uint64_t underflows = 0; ///< numbers other than 0 that became 0
    double signal = 0;            ///< sum of squares
    double noise = 0;             ///< sum of squared differences

    void add(const HalfError& other);
    double sqnrDb() const; ///< 10 log10(signal / noise); 200 if nothing was lost
};

/// `tensor` (Float, complete) rounded to `type` (Float16 or BFloat16), to nearest even; finite numbers stay finite,
/// infinities and NaN stay what they are. `dry`: right size, numbers left out.
TensorPtr toHalf(const Tensor& tensor, DataType type, bool dry, HalfError& error);
bool isConvertible(const Tensor& tensor);

/// A LayerReport for the node whose weights changed.
LayerReport halfReport(const Node& node, const std::string& what, const HalfError& error);

} // namespace lapidary
