// SPDX-License-Identifier: GPL-3.0-or-later
// The whole picture, small, in a corner, with a frame around what is visible.
#pragma once

#include "ui/graphview/densitypainter.h"
#include "ui/graphview/viewport.h"

#include <QImage>
#include <QRectF>

class QPainter;

namespace lapidary {

/// Keeps the small image until invalidated. Very long graphs are squeezed along their length, so the map stays
/// readable. UI thread only.
class Minimap {
public:
    /// The image is drawn anew at the next paint.
    void invalidate() { m_image = {}; }

    /// Where the map lies in a view of this size (bottom right); empty if the picture is small or mostly visible.
    QRectF rect(const LaidPicture& picture, const Viewport& view) const;

    void paint(QPainter& painter, const LaidPicture& picture, const BoundDecor& decor, const PaintMarks& marks,
               const GraphStyle& style, const Viewport& view, double pixelRatio);

    /// The scene point under a point of the map.
    QPointF toScene(const LaidPicture& picture, const Viewport& view, QPointF screen) const;

private:
    QImage m_image;
};

} // namespace lapidary
