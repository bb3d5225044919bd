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

    /// To the nearest edge between device pixels.
    double snap(double screen) const { return std::round(screen * pixelRatio) / pixelRatio; }
    /// To the middle of the device pixel, where a one-pixel line is sharp.
    double snapMiddle(double screen) const { return (std::floor(screen * pixelRatio) + 0.5) / pixelRatio; }
    double lineWidth() const { return std::max(1.0 / pixelRatio, std::min(2.0, view.scale)); }
};

/// How much of a node can be told apart at a scale.
enum class Detail { Density, Blocks, Text };

constexpr double textScale = 0.5;
constexpr double blockScale = 0.1;

} // namespace lapidary
