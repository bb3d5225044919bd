// SPDX-License-Identifier: GPL-3.0-or-later
// Nodes and the legend as SVG, decorated as on the screen. No Qt.
#pragma once

#include "ui/graphview/bounddecor.h"
#include "ui/graphview/svgtext.h"

namespace lapidary {

/// Hatch patterns and clip; once per document, before the nodes.
void svgDefinitions(SvgText& svg, bool dark);

/// A node with header, texts, width bar and, from `decor`, value, group outline, fence and badges.
void svgNode(SvgText& svg, const PictureNode& node, const LayoutBox& box, const NodeDecor* own, const BoundDecor& decor,
             bool dark);

/// What the legend needs; zero without an overlay.
struct SvgSize {
    double width = 0;
    double height = 0;
};
SvgSize svgLegendSize(const BoundDecor& decor);
void svgLegend(SvgText& svg, const BoundDecor& decor, double x, double y, bool dark);

} // namespace lapidary
