// SPDX-License-Identifier: GPL-3.0-or-later
// Paints what tells a closed group from a node, and the frames of open groups.
#pragma once

#include "ui/graphview/nodecolors.h"
#include "ui/graphview/paintframe.h"

#include <QRectF>

namespace lapidary {

/// Two sheets behind a closed group's node: there is more in it. To be painted before the node. Does nothing for a
/// plain node.
void paintStack(const PaintFrame& frame, const QRectF& rect, const PictureNode& node, const NodeColors& colors);

/// Frames of open groups, outermost first, with their titles. To be painted before edges and nodes. Nothing if the
/// layout made none.
void paintGroupFrames(const PaintFrame& frame);

/// The room a frame's title needs.
LayoutGroup measureFrame(const PictureGroup& group, const TextWidths& widths);

/// The strip of a frame that carries its title, in scene units.
QRectF frameHeader(const LayoutBox& box);

} // namespace lapidary
