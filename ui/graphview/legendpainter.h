// SPDX-License-Identifier: GPL-3.0-or-later
// The scale of the colour-by values, in a corner of the view.
#pragma once

#include "ui/graphview/paintframe.h"

#include <QRectF>

namespace lapidary {

struct LegendGeometry {
    QRectF panel;
    QRectF ramp; ///< empty for a legend of single entries
};

/// Where the legend lies in a view of that size; empty without an overlay. Bottom left corner.
LegendGeometry legendGeometry(const BoundDecor& decor, const QSizeF& view, TextCache& texts);

void paintLegend(const PaintFrame& frame);

} // namespace lapidary
