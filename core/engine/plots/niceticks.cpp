// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/plots/niceticks.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace lapidary {
namespace {

double niceStep(double raw) {
    const double power = std::pow(10.0, std::floor(std::log10(raw)));
    const double share = raw / power;
    if (share < 1.5) {
        return power;
    }
    if (share < 3.5) {
        return 2 * power;
    }
    return share < 7.5 ? 5 * power : 10 * power;
}

std::vector<double> multiplesWithin(double lower, double upper, double step) {
    std::vector<double> values;
    const double slack = step * 1e-9;
    const double first = std::ceil((lower - slack) / step);
    const double last = std::floor((upper + slack) / step);
    for (double k = first; k <= last && values.size() < 1000; ++k) {
        values.push_back(k * step);
    }
    return values;
}

} // namespace

NiceTicks niceTicks(double lower, double upper, int wanted) {
    NiceTicks ticks;
    const double span = upper - lower;
    if (!std::isfinite(lower) || !std::isfinite(upper) || !(span > 0) || !std::isfinite(span)) {
        return ticks;
    }
    // Below the resolution of double at this place there are no numbers to mark.
    if (span < 1e-13 * std::max(std::abs(lower), std::abs(upper))) {
        return ticks;
    }
    double raw = span / std::max(1, wanted);
    do {
        ticks.step = niceStep(raw);
        ticks.values = multiplesWithin(lower, upper, ticks.step);
        raw /= 2;
    } while (ticks.values.size() < 2);
    ticks.decimals = std::clamp(int(std::ceil(-std::log10(ticks.step) - 1e-9)), 0, 12);
    return ticks;
}

std::string fixedNumber(double value, int decimals) {
    if (!std::isfinite(value)) {
        return "–";
    }
    std::array<char, 400> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed,
                                   std::clamp(decimals, 0, 20));
    std::string text(buffer.data(), end.ptr);
    if (text.starts_with('-') && text.find_first_not_of("-0.") == std::string::npos) {
        text.erase(0, 1);
    }
    return text;
}

std::string shortNumber(double value, int digits) {
    if (!std::isfinite(value)) {
        return "–";
    }
    if (value == 0) {
        return "0";
    }
    const double magnitude = std::floor(std::log10(std::abs(value)));
    if (magnitude >= 15 || magnitude < -9) {
        std::array<char, 64> buffer{};
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                       std::chars_format::scientific, std::max(0, digits - 1));
        return {buffer.data(), end.ptr};
    }
    std::string text = fixedNumber(value, std::max(0, digits - 1 - int(magnitude)));
    if (text.find('.') != std::string::npos) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.ends_with('.')) {
            text.pop_back();
        }
    }
    return text;
}

} // namespace lapidary
