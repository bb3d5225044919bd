// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the scene that is on the screen.
#pragma once

#include "ui/graphview/spatialindex.h"

#include <QPointF>
#include <QRectF>
#include <QSizeF>

namespace lapidary {

/// Scene point `origin` lies at the top left corner; one scene unit is `scale` logical pixels.
struct Viewport {
    QPointF origin;
    double scale = 1;
    QSizeF size;

    QPointF toScreen(QPointF scene) const { return (scene - origin) * scale; }
    QPointF toScene(QPointF screen) const { return screen / scale + origin; }
    QRectF toScreen(const SceneRect& r) const {
        return {toScreen(QPointF(r.left, r.top)), toScreen(QPointF(r.right, r.bottom))};
    }
    /// What is visible, widened by some pixels.
    SceneRect visible(double pixels = 0) const {
        const double m = pixels / scale;
        return {origin.x() - m, origin.y() - m, origin.x() + size.width() / scale + m,
                origin.y() + size.height() / scale + m};
    }
    bool operator==(const Viewport&) const = default;
};

} // namespace lapidary
