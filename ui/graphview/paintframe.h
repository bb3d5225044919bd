// SPDX-License-Identifier: GPL-3.0-or-later
// What the parts of the painter share while one frame is painted.
#pragma once

#include "ui/graphview/bounddecor.h"
#include "ui/graphview/graphstyle.h"
#include "ui/graphview/paintmarks.h"
#include "ui/graphview/textcache.h"
#include "ui/graphview/viewport.h"

#include <cmath>

class QPainter;

namespace lapidary {

struct PaintFrame {
    QPainter& painter;
    const LaidPicture& picture;
    const BoundDecor& decor;
    const PaintMarks& marks;
    const GraphStyle& style;
    const Viewport& view;
    TextCache& texts;
    double pixelRatio = 1;
    bool printing = false;

    /// To the nearest edge between device pixels.
    double snap(double screen) const { return std::round(screen * pixelRatio) / pixelRatio; }
    /// To where a line of that width covers whole device pixels: their middle for odd widths, their edge for even ones.
    double snapLine(double screen, double width) const {
        const bool odd = static_cast<int>(std::lround(width * pixelRatio)) % 2 != 0;
        return odd ? (std::floor(screen * pixelRatio) + 0.5) / pixelRatio : snap(screen);
    }
    /// The nearest width of whole device pixels, at least one: lines stay sharp at ratios such as 1.25 too.
    double wholeWidth(double width) const { return std::max(1.0, std::round(width * pixelRatio)) / pixelRatio; }
    double lineWidth() const { return wholeWidth(std::min(2.0, view.scale)); }
};

/// How much of a node can be told apart at a scale.
enum class Detail { Density, Blocks, Text };

constexpr double textScale = 0.5;
constexpr double blockScale = 0.1;

} // namespace lapidary
