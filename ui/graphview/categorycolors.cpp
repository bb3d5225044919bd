// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/categorycolors.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lapidary {

Rgb categoryFill(NodeCategory category, bool dark) {
    const Rgb plain = dark ? Rgb{74, 74, 74} : Rgb{238, 238, 238};
    switch (category) {
    case NodeCategory::Layer:
        return {51, 85, 136};
    case NodeCategory::Activation:
        return {112, 41, 33};
    case NodeCategory::Pool:
        return {51, 85, 51};
    case NodeCategory::Normalization:
        return {51, 85, 68};
    case NodeCategory::Dropout:
        return {69, 71, 112};
    case NodeCategory::Shape:
        return {108, 79, 71};
    case NodeCategory::Tensor:
        return {89, 66, 59};
    case NodeCategory::Data:
        return {85, 85, 85};
    case NodeCategory::Quantization:
        return {80, 40, 0};
    case NodeCategory::Attention:
        return {120, 60, 0};
    case NodeCategory::Control:
    case NodeCategory::Input:
    case NodeCategory::Output:
    case NodeCategory::Constant:
        return plain;
    case NodeCategory::Other:
        return {51, 51, 51};
    case NodeCategory::Unknown:
        return {255, 0, 0};
    }
    return {51, 51, 51};
}

double luminance(Rgb color) {
    const auto linear = [](std::uint8_t channel) {
        const double c = channel / 255.0;
        return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(color.r) + 0.7152 * linear(color.g) + 0.0722 * linear(color.b);
}

Rgb readableOn(Rgb fill) {
    const double l = luminance(fill);
    return 1.05 / (l + 0.05) >= (l + 0.05) / 0.05 ? Rgb{250, 250, 250} : Rgb{0, 0, 0};
}

Rgb groupColor(std::int32_t group) {
    static constexpr std::array<Rgb, 8> colors{{{0, 140, 215},
                                                {230, 126, 0},
                                                {0, 158, 115},
                                                {196, 78, 160},
                                                {120, 94, 240},
                                                {190, 160, 0},
                                                {170, 60, 30},
                                                {90, 110, 130}}};
    return colors[static_cast<std::size_t>(std::max(group, 0)) % colors.size()];
}

Rgb rampColor(double value) {
    static constexpr std::array<Rgb, 6> stops{
        {{62, 26, 100}, {58, 72, 142}, {36, 116, 146}, {40, 162, 130}, {132, 204, 82}, {250, 230, 50}}};
    const double at = std::clamp(std::isnan(value) ? 0.0 : value, 0.0, 1.0) * (stops.size() - 1);
    const auto low = std::min(static_cast<std::size_t>(at), stops.size() - 2);
    const double part = at - static_cast<double>(low);
    const auto mix = [&](std::uint8_t a, std::uint8_t b) {
        return static_cast<std::uint8_t>(std::lround(a + (b - a) * part));
    };
    return {mix(stops[low].r, stops[low + 1].r), mix(stops[low].g, stops[low + 1].g),
            mix(stops[low].b, stops[low + 1].b)};
}

Rgb divergingColor(double value, bool dark) {
    const Rgb less = dark ? Rgb{86, 164, 236} : Rgb{0, 98, 168};
    const Rgb more = dark ? Rgb{246, 142, 56} : Rgb{196, 84, 0};
    const Rgb middle = dark ? Rgb{74, 74, 74} : Rgb{236, 236, 236};
    const double at = std::clamp(std::isnan(value) ? 0.5 : value, 0.0, 1.0) * 2 - 1;
    const Rgb& end = at < 0 ? less : more;
    const auto mix = [&](std::uint8_t a, std::uint8_t b) {
        return static_cast<std::uint8_t>(std::lround(a + (b - a) * std::abs(at)));
    };
    return {mix(middle.r, end.r), mix(middle.g, end.g), mix(middle.b, end.b)};
}

} // namespace lapidary
