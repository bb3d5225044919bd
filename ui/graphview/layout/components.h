// SPDX-License-Identifier: GPL-3.0-or-later
// Splits a graph into connected parts and packs their drawings onto one sheet.
#pragma once

#include "ui/graphview/layout/layering.h"
#include "ui/graphview/layout/layoutgraph.h"

#include <cstdint>
#include <vector>

namespace lapidary::layout {

struct Component {
    std::vector<std::uint32_t> nodes; ///< ascending
    std::vector<std::uint32_t> edges; ///< ascending
};

/// Largest first; equals in the order of their first node.
std::vector<Component> findComponents(std::uint32_t nodeCount, const std::vector<Arc>& arcs);

struct Rectangle {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
};

/// Sets x and y: rows from the top, filled from the left, about as wide as high. Returns the sheet's size in x, y.
LayoutNode packRectangles(std::vector<Rectangle>& rectangles, double gap);

} // namespace lapidary::layout
