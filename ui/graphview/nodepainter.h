// SPDX-License-Identifier: GPL-3.0-or-later
// Paints nodes.
#pragma once

#include "ui/graphview/paintframe.h"

namespace lapidary {

/// The given nodes with everything on them but chips: header, texts, width bar, group outline, marks.
void paintNodes(const PaintFrame& frame, const std::vector<std::uint32_t>& visible, Detail detail);

/// The chips of those nodes, for after the arrowheads: what is written lies above every line.
void paintNodeChips(const PaintFrame& frame, const std::vector<std::uint32_t>& visible);

} // namespace lapidary
