// SPDX-License-Identifier: GPL-3.0-or-later
// Colours of node categories, coupled groups and values. No Qt, so that SVG output shares them with the screen.
#pragma once

#include "ui/graphview/graphpicture.h"

#include <cstdint>

namespace lapidary {

struct Rgb {
    std::uint8_t r = 0;
    std::uint8_t g = 0;
    std::uint8_t b = 0;
    bool operator==(const Rgb&) const = default;
};

/// Header fill of a category. Constants, control nodes, inputs and outputs follow the theme.
Rgb categoryFill(NodeCategory category, bool dark);

/// Black or near white, whichever reads better on the fill (WCAG 2 contrast ratio).
Rgb readableOn(Rgb fill);

/// Relative luminance in 0..1 (WCAG 2).
double luminance(Rgb color);

/// Outline of a coupled group; repeats after eight.
Rgb groupColor(std::int32_t group);

/// Colour of a value in 0..1, from dark violet over teal to yellow. Its luminance rises steadily, so the order
/// survives colour blindness and grey print.
Rgb rampColor(double value);

/// Colour of a difference, 0 (less) over 0.5 (none) to 1 (more): blue, pale, orange. Both ends are darker than the
/// middle, and blue and orange stay apart in every common colour blindness.
Rgb divergingColor(double value, bool dark);

} // namespace lapidary
