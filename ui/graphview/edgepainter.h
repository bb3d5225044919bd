// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the lines, arrows and edge texts that are on the screen.
#pragma once

#include "ui/graphview/paintframe.h"

namespace lapidary {

/// Lines and arrows. `visible` are line piece numbers.
void paintEdges(const PaintFrame& frame, const std::vector<std::uint32_t>& visible, Detail detail);

/// Texts beside the lines.
void paintEdgeLabels(const PaintFrame& frame, const std::vector<std::uint32_t>& visible);

} // namespace lapidary
