// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/valuescale.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lapidary {

ValueScale ValueScale::of(std::span<const std::optional<double>> values, ScaleChoice choice) {
    constexpr double decades = 1000;
    double low = std::numeric_limits<double>::infinity();
    double high = -low;
    double positive = low;
    for (const auto& value : values) {
        if (!value)
            continue;
        low = std::min(low, *value);
        high = std::max(high, *value);
        if (*value > 0)
            positive = std::min(positive, *value);
    }
    if (low > high)
        return {0, 0, false};
    const bool possible = high > 0 && positive < high;
    const bool wide = low >= 0 && high / positive > decades;
    if (possible && (choice == ScaleChoice::Logarithmic || (choice == ScaleChoice::Automatic && wide)))
        return {positive, high, true};
    return {std::min(low, 0.0), std::max(high, 0.0), false};
}

double ValueScale::at(double value) const {
    if (!(m_high > m_low))
        return 0;
    if (m_logarithmic)
        return value <= m_low ? 0 : std::min(1.0, std::log(value / m_low) / std::log(m_high / m_low));
    // Halves, so that the difference of two huge numbers stays finite.
    return std::clamp((value / 2 - m_low / 2) / (m_high / 2 - m_low / 2), 0.0, 1.0);
}

double ValueScale::valueAt(double share) const {
    if (m_logarithmic)
        return m_low * std::pow(m_high / m_low, share);
    return m_low * (1 - share) + m_high * share;
}

} // namespace lapidary
