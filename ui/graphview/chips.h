// SPDX-License-Identifier: GPL-3.0-or-later
// Small capsules on a node's rim: badges, the value with its bar, the lock of a fenced node.
#pragma once

#include "ui/graphview/graphdecor.h"
#include "ui/graphview/nodecolors.h"
#include "ui/graphview/paintframe.h"

#include <QRectF>

namespace lapidary {

/// Badges in a row on the top rim, ending at the right corner.
void paintBadges(const PaintFrame& frame, const QRectF& node, const NodeDecor& decor);

/// The value at the right end of the bottom rim: number, bar as second cue, dashed outline and "≈" if estimated.
void paintValueChip(const PaintFrame& frame, const QRectF& node, const NodeDecor& decor, bool dimmed);

/// Lock and, where there is room, the reason at the left end of the bottom rim.
void paintFence(const PaintFrame& frame, const QRectF& node, const NodeDecor& decor, bool alone);

/// What a coupled group is called, in its colour, at the left end of the top rim.
void paintGroupTag(const PaintFrame& frame, const QRectF& node, const NodeDecor& decor);

} // namespace lapidary
