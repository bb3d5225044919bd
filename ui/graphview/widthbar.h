// SPDX-License-Identifier: GPL-3.0-or-later
// The bar that shows how many output channels a node has and which part of them would go.
#pragma once

#include "ui/graphview/graphdecor.h"
#include "ui/graphview/nodecolors.h"
#include "ui/graphview/paintframe.h"

#include <QRectF>

namespace lapidary {

/// The row of a node's rectangle, on the screen, that the bar and its number stand in.
QRectF widthBarRow(const QRectF& nodeRect, double scale);

/// The bar within its row, left of its number if that is written.
QRectF widthBarRect(TextCache& texts, double scale, const QRectF& row, const PictureNode& node, const NodeDecor* decor,
                    bool withText);

/// Kept channels solid, removed ones hatched. Scattered ranges are shown where they are as long as the bar can
/// resolve them, otherwise together at the end.
void paintWidthBar(const PaintFrame& frame, const QRectF& row, const PictureNode& node, const NodeDecor* decor,
                   const NodeColors& colors, bool withText);

} // namespace lapidary
