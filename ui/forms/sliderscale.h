// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/paramschema.h"

namespace lapidary {

/// Maps the notches of a slider to the numbers of a parameter and back.
class SliderScale {
public:
    /// Usable only for a number with both limits, upper above lower; see valid().
    explicit SliderScale(const ParamSpec& spec);

    bool valid() const { return m_notches > 0; }
    /// Notches run from 0 to this.
    int notches() const { return m_notches; }
    int notchOf(double value) const;
    /// A round number: whole for integers, on the step for numbers, two significant digits on a logarithmic scale.
    double valueAt(int notch) const;
    /// One step up or down from any value, kept inside the limits; works without limits too.
    double stepped(double value, int steps) const;

private:
    double m_lower = 0;
    double m_upper = 0;
    double m_step = 1;
    int m_notches = 0;
    bool m_bounded = false;
    bool m_hasLower = false;
    bool m_hasUpper = false;
    bool m_integral = false;
    bool m_logarithmic = false;
};

} // namespace lapidary
