// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

namespace lapidary {

/// Round numbers to mark an axis with.
struct NiceTicks {
    std::vector<double> values; ///< ascending, all within lower..upper
    double step = 1;            ///< 1, 2 or 5 times a power of ten
    int decimals = 0;           ///< digits after the point that tell neighbours apart
};

/// At least two ticks, and about `wanted`, for a range; an empty, reversed or infinite range gives none.
NiceTicks niceTicks(double lower, double upper, int wanted);

/// A number with a fixed count of decimals, a point whatever the locale, and no minus before zero.
std::string fixedNumber(double value, int decimals);

/// A number with about `digits` significant digits, trailing zeros dropped and no exponent below 1e15.
std::string shortNumber(double value, int digits = 4);

} // namespace lapidary
