// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <vector>

namespace lapidary {

enum class ScaleChoice { Automatic, Linear, Logarithmic };

/// Where a value stands between the least and the largest, 0..1, evenly or by its logarithm. Plain value.
class ValueScale {
public:
    /// Of values, absent ones left out. A linear scale begins at zero unless there are negative values; a logarithmic
    /// one at the least positive value. Automatic is logarithmic when positive values span more than three decades and
    /// none is negative.
    static ValueScale of(std::span<const std::optional<double>> values, ScaleChoice choice);
    static ValueScale fixed(double low, double high) { return {low, high, false}; }

    /// The same scale with another upper end.
    ValueScale upTo(double high) const { return {m_low, high, m_logarithmic}; }

    /// 0..1; 0 for everything when all values are alike and zero.
    double at(double value) const;
    /// The value that stands at a share of the scale.
    double valueAt(double share) const;
    double low() const { return m_low; }
    double high() const { return m_high; }
    bool logarithmic() const { return m_logarithmic; }

private:
    ValueScale(double low, double high, bool logarithmic) : m_low(low), m_high(high), m_logarithmic(logarithmic) {}
    double m_low = 0;
    double m_high = 0;
    bool m_logarithmic = false;
};

} // namespace lapidary
