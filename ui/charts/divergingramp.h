// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/theme/theme.h"

#include <QRgb>

#include <array>

namespace lapidary {

/// Colours for values around zero: blue below, the surface's own colour at zero, orange above. The two hues differ for
/// every kind of colour vision, and lightness tells the magnitude alone, the same on both sides. Plain value.
class DivergingRamp {
public:
    explicit DivergingRamp(const Theme& theme);

    /// Share -1..1 of the range; what lies outside is clamped. NaN has a colour of its own.
    QRgb at(double share) const;
    QRgb notANumber() const { return m_notANumber; }

private:
    static constexpr int steps = 255; ///< odd: one of them is zero
    std::array<QRgb, steps> m_colors;
    QRgb m_notANumber;
};

} // namespace lapidary
