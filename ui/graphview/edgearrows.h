// SPDX-License-Identifier: GPL-3.0-or-later
// Paints the heads of the arrows that lines end in.
#pragma once

#include "ui/graphview/paintframe.h"

namespace lapidary {

/// Above nodes and their outlines, which would cover the tips. `visible` are line piece numbers.
void paintArrows(const PaintFrame& frame, const std::vector<std::uint32_t>& visible, Detail detail);

} // namespace lapidary
