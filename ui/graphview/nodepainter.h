// SPDX-License-Identifier: GPL-3.0-or-later
// Paints nodes.
#pragma once

#include "ui/graphview/paintframe.h"

namespace lapidary {

/// The given nodes with everything on them: header, texts, width bar, group outline, chips, marks.
void paintNodes(const PaintFrame& frame, const std::vector<std::uint32_t>& visible, Detail detail);

} // namespace lapidary
