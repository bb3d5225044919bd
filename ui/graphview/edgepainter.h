// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the lines and edge texts that are on the screen.
#pragma once

#include "ui/graphview/paintframe.h"

namespace lapidary {

/// Lines without their arrows. `visible` are line piece numbers.
void paintEdges(const PaintFrame& frame, const std::vector<std::uint32_t>& visible, Detail detail);

/// Where a scene point of a line is on the screen. Across the flow lines cover whole pixels, so that straight ones are
/// sharp and bends meet them exactly.
QPointF lineEnd(const PaintFrame& frame, double x, double y);

/// The colour of a line that is lit by the marks' flags `light`; 0: not.
QColor lineInk(const PaintFrame& frame, Detail detail, std::uint8_t light);

/// Texts beside the lines.
void paintEdgeLabels(const PaintFrame& frame, const std::vector<std::uint32_t>& visible);

} // namespace lapidary
