// SPDX-License-Identifier: GPL-3.0-or-later
// Paints what tells a closed group from a node.
#pragma once

#include "ui/graphview/nodecolors.h"
#include "ui/graphview/paintframe.h"

#include <QRectF>

namespace lapidary {

/// Two sheets behind a closed group's node: there is more in it. To be painted before the node. Does nothing for a
/// plain node.
void paintStack(const PaintFrame& frame, const QRectF& rect, const PictureNode& node, const NodeColors& colors);

} // namespace lapidary
