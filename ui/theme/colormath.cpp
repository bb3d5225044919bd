// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme/colormath.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lapidary {
namespace {

using Vec3 = std::array<double, 3>;

double toLinear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double toGamma(double linear) {
    const double c = linear <= 0.0031308 ? linear * 12.92 : 1.055 * std::pow(linear, 1.0 / 2.4) - 0.055;
    return std::clamp(c, 0.0, 1.0);
}

Vec3 linearRgb(const QColor& color) {
    return {toLinear(color.redF()), toLinear(color.greenF()), toLinear(color.blueF())};
}

// Matrices of B. Ottosson, "A perceptual color space for image processing" (2020).
Vec3 toOklab(const QColor& color) {
    const Vec3 rgb = linearRgb(color);
    const double l = std::cbrt(0.4122214708 * rgb[0] + 0.5363325363 * rgb[1] + 0.0514459929 * rgb[2]);
    const double m = std::cbrt(0.2119034982 * rgb[0] + 0.6806995451 * rgb[1] + 0.1073969566 * rgb[2]);
    const double s = std::cbrt(0.0883024619 * rgb[0] + 0.2817188376 * rgb[1] + 0.6299787005 * rgb[2]);
    return {0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
            0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s};
}

QColor fromOklab(const Vec3& lab) {
    const double l = std::pow(lab[0] + 0.3963377774 * lab[1] + 0.2158037573 * lab[2], 3);
    const double m = std::pow(lab[0] - 0.1055613458 * lab[1] - 0.0638541728 * lab[2], 3);
    const double s = std::pow(lab[0] - 0.0894841775 * lab[1] - 1.2914855480 * lab[2], 3);
    return QColor::fromRgbF(float(toGamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s)),
                            float(toGamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s)),
                            float(toGamma(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s)));
}

double luminance(const QColor& color) {
    const Vec3 rgb = linearRgb(color);
    return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
}

} // namespace

QColor mixPerceptual(const QColor& a, const QColor& b, double t) {
    const Vec3 from = toOklab(a);
    const Vec3 to = toOklab(b);
    Vec3 mixed{};
    for (std::size_t i = 0; i < mixed.size(); ++i) {
        mixed[i] = from[i] + (to[i] - from[i]) * t;
    }
    return fromOklab(mixed);
}

QColor rampColor(std::span<const QRgb> stops, double t) {
    if (stops.empty()) {
        return {};
    }
    const double clamped = std::isnan(t) ? 0.0 : std::clamp(t, 0.0, 1.0);
    const double position = clamped * double(stops.size() - 1);
    const auto index = std::min(std::size_t(position), stops.size() - 1);
    const auto next = std::min(index + 1, stops.size() - 1);
    return mixPerceptual(QColor(stops[index]), QColor(stops[next]), position - double(index));
}

double contrastRatio(const QColor& a, const QColor& b) {
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

QColor blend(const QColor& a, const QColor& b, double opacity) {
    const auto channel = [opacity](float x, float y) { return float(y + (x - y) * opacity); };
    return QColor::fromRgbF(channel(a.redF(), b.redF()), channel(a.greenF(), b.greenF()),
                            channel(a.blueF(), b.blueF()));
}

} // namespace lapidary
