// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/forms/sliderscale.h"

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

constexpr int mostNotches = 400;

// The round number, 1, 2 or 5 times a power of ten, just above.
double roundStepAbove(double raw) {
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= raw * (1 - 1e-9)) {
            return factor * power;
        }
    }
    return 10 * power;
}

double toSignificant(double value, int digits) {
    if (value == 0) {
        return 0;
    }
    const double power = std::pow(10.0, digits - 1 - int(std::floor(std::log10(std::abs(value)))));
    return std::round(value * power) / power;
}

} // namespace

SliderScale::SliderScale(const ParamSpec& spec)
    : m_lower(spec.minimum.value_or(0)), m_upper(spec.maximum.value_or(0)), m_hasLower(spec.minimum.has_value()),
      m_hasUpper(spec.maximum.has_value()), m_integral(spec.type == ParamType::Integer) {
    m_bounded = m_hasLower && m_hasUpper && m_upper > m_lower;
    m_logarithmic = spec.logarithmic && m_bounded && m_lower > 0;
    const double span = m_upper - m_lower;
    if (spec.step > 0) {
        m_step = spec.step;
    } else if (m_integral) {
        m_step = 1;
    } else {
        m_step = m_bounded ? roundStepAbove(span / 100) : 0.1;
    }
    if (!m_bounded) {
        return;
    }
    m_notches = m_logarithmic ? mostNotches : int(std::clamp(std::round(span / m_step), 1.0, double(mostNotches)));
    if (m_integral && m_logarithmic) {
        m_notches = int(std::min(double(m_notches), span));
    }
}

int SliderScale::notchOf(double value) const {
    if (!valid() || !std::isfinite(value)) {
        return 0;
    }
    const double v = std::clamp(value, m_lower, m_upper);
    const double share =
        m_logarithmic ? std::log(v / m_lower) / std::log(m_upper / m_lower) : (v - m_lower) / (m_upper - m_lower);
    return int(std::lround(share * m_notches));
}

double SliderScale::valueAt(int notch) const {
    if (notch <= 0 || !valid()) {
        return m_lower;
    }
    if (notch >= m_notches) {
        return m_upper;
    }
    const double share = double(notch) / m_notches;
    double value = 0;
    if (m_logarithmic) {
        value = toSignificant(m_lower * std::pow(m_upper / m_lower, share), 2);
    } else {
        // Steps are counted from the lower limit, and cleaned of the last bits' noise.
        const double raw = m_lower + share * (m_upper - m_lower);
        value = toSignificant(m_lower + std::round((raw - m_lower) / m_step) * m_step, 12);
    }
    if (m_integral) {
        value = std::round(value);
    }
    return std::clamp(value, m_lower, m_upper);
}

double SliderScale::stepped(double value, int steps) const {
    double next = 0;
    if (m_logarithmic && !m_integral) {
        next = toSignificant(value * std::pow(10.0, steps / 20.0), 2);
    } else if (m_logarithmic) {
        next = std::round(value * std::pow(10.0, steps / 20.0));
        next = next == value ? value + steps : next;
    } else {
        next = toSignificant(value + steps * m_step, 12);
    }
    if (m_hasLower) {
        next = std::max(next, m_lower);
    }
    return m_hasUpper ? std::min(next, m_upper) : next;
}

} // namespace lapidary
