// SPDX-License-Identifier: GPL-3.0-or-later
// Moves a placed graph back towards where its nodes stood in an earlier drawing.
#pragma once

#include "ui/graphview/layout/coordinates.h"

#include <cstdint>
#include <vector>

namespace lapidary::layout {

/// Where a node stood in an earlier drawing.
struct Hold {
    double across = 0;
    std::uint32_t layer = none; ///< none: it is new
};

/// Vertices that straight links join move as one block, so lines stay as straight as they are. Each block goes as near
/// to its old place as its neighbours allow: blocks are pushed apart from the left and from the right, and the mean of
/// the two, which both keep the distances, is taken. Only the places relative to each other count. Linear.
void settleNear(const ProperGraph& graph, const std::vector<Hold>& holds, const Spacing& spacing,
                std::vector<double>& across);

} // namespace lapidary::layout
