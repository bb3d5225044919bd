// SPDX-License-Identifier: GPL-3.0-or-later
// Measures of a node's parts, shared by layout, screen and SVG. Scene units: pixels at 100 %.
#pragma once

#include "ui/graphview/graphpicture.h"
#include "ui/graphview/textwidths.h"

namespace lapidary::nodesize {

constexpr double titleFont = 12;
constexpr double lineFont = 10.5;
constexpr double chipFont = 9;
constexpr double header = 23;
constexpr double line = 14;
constexpr double bodyPadding = 4;
constexpr double sidePadding = 10;
constexpr double barRow = 15;
constexpr double barHeight = 7;
constexpr double chipHeight = 13;
constexpr double chipOverhang = 11; ///< of badges and values beyond the node's right side
constexpr double chipRise = 0.75;   ///< share of a badge above the node
constexpr double chipDip = 0.3;     ///< share of a value's capsule within the node
constexpr double radius = 5;
constexpr double minWidth = 56;
constexpr double maxWidth = 260;
constexpr double barMinWidth = 110;
constexpr double groupFont = 11;
constexpr double groupHeader = 20; ///< strip at the top of an open group's frame

} // namespace lapidary::nodesize

namespace lapidary {

/// The room a node needs. Texts wider than the widest node are cut short when drawn.
LayoutNode measureNode(const PictureNode& node, const TextWidths& widths);

/// The room that the title of an open group needs, and the group's parent.
LayoutGroup measureGroup(const PictureGroup& group, const TextWidths& widths);

/// Inputs and outputs are drawn as pills, without a body.
bool isPill(const PictureNode& node);

/// Whether there is anything below the header.
bool hasBody(const PictureNode& node);

} // namespace lapidary
