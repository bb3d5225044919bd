// SPDX-License-Identifier: GPL-3.0-or-later
// Paints a picture from far away, where nodes are a few pixels or less: plain pixels written straight into an image.
#pragma once

#include "ui/graphview/bounddecor.h"
#include "ui/graphview/graphstyle.h"
#include "ui/graphview/paintmarks.h"

#include <QImage>

namespace lapidary {

/// Scene to image pixels; the two scales may differ, as in a minimap of a very long graph.
struct DensityMap {
    double left = 0;
    double top = 0;
    double scaleX = 1;
    double scaleY = 1;
};

/// Draws over `image`, which must be ARGB32 or RGB32. Costs a few nanoseconds per node, line piece and pixel.
void paintDensity(QImage& image, const DensityMap& map, const LaidPicture& picture, const BoundDecor& decor,
                  const PaintMarks& marks, const GraphStyle& style);

} // namespace lapidary
