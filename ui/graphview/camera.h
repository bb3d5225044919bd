// SPDX-License-Identifier: GPL-3.0-or-later
// Moves the viewport over the scene: zoom at a point, pan, fit. Pure arithmetic.
#pragma once

#include "ui/graphview/viewport.h"

namespace lapidary {

class Camera {
public:
    static constexpr double maxScale = 6;

    const Viewport& view() const { return m_view; }
    void setView(const Viewport& view);
    void setViewSize(QSizeF size);
    /// The scene's extent, from (0,0).
    void setContent(QSizeF content);
    QSizeF content() const { return m_content; }

    /// Zooms so that the scene point under `at` stays there.
    void zoomAt(QPointF at, double factor);
    void setScaleAt(QPointF at, double scale);
    /// Moves by logical pixels: positive shows what lies to the right and below.
    void scrollBy(QPointF pixels);
    void centerOn(QPointF scene);
    /// The view that shows a scene rectangle with a margin.
    Viewport showing(const QRectF& scene, double maxScale = 1.0) const;
    Viewport fitting() const { return showing(QRectF(QPointF(0, 0), m_content)); }
    /// Everything if that stays readable, otherwise the beginning at a readable scale.
    Viewport opening(bool topDown) const;
    /// The smallest move that brings a scene rectangle into view with a margin; of one that is too large its beginning.
    Viewport bringing(const QRectF& scene) const;

    /// Where the origin may go: the content may leave the view up to a rest of a third of it.
    QRectF originRange(const Viewport& view) const;

private:
    Viewport kept(Viewport view) const;
    double minScale() const;

    Viewport m_view;
    QSizeF m_content;
};

} // namespace lapidary
