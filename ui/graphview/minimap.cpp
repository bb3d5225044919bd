// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/minimap.h"

#include <QPainter>

#include <algorithm>

namespace lapidary {
namespace {

constexpr double inset = 6;
constexpr std::uint32_t fewNodes = 24;

DensityMap mapFor(const LayoutResult& layout, const QSizeF& size, double ratio) {
    return {0, 0, size.width() * ratio / std::max(1.0, layout.width),
            size.height() * ratio / std::max(1.0, layout.height)};
}

} // namespace

QRectF Minimap::rect(const LaidPicture& picture, const Viewport& view) const {
    const LayoutResult& layout = picture.layout();
    if (picture.nodeCount() < fewNodes || view.size.width() < 360 || view.size.height() < 260)
        return {};
    const SceneRect seen = view.visible();
    if (seen.left <= 0 && seen.top <= 0 && seen.right >= layout.width && seen.bottom >= layout.height)
        return {};
    const double maxWidth = std::min(220.0, view.size.width() * 0.25);
    const double maxHeight = view.size.height() * (layout.height > layout.width ? 0.6 : 0.3);
    const double aspect = std::clamp(layout.width / std::max(1.0, layout.height), 0.12, 8.0);
    double width = std::min(maxWidth, maxHeight * aspect);
    const double height = width / aspect;
    width = std::max(width, 40.0);
    return {view.size.width() - 12 - width - 2 * inset, view.size.height() - 12 - height - 2 * inset, width + 2 * inset,
            height + 2 * inset};
}

void Minimap::paint(QPainter& painter, const LaidPicture& picture, const BoundDecor& decor, const PaintMarks& marks,
                    const GraphStyle& style, const Viewport& view, double pixelRatio) {
    const QRectF panel = rect(picture, view);
    if (panel.isEmpty())
        return;
    const QRectF inner = panel.adjusted(inset, inset, -inset, -inset);
    const QSize pixels = (inner.size() * pixelRatio).toSize().expandedTo({1, 1});
    if (m_image.size() != pixels) {
        m_image = QImage(pixels, QImage::Format_RGB32);
        m_image.fill(style.paper);
        paintDensity(m_image, mapFor(picture.layout(), inner.size(), pixelRatio), picture, decor, marks, style);
        m_image.setDevicePixelRatio(pixelRatio);
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(style.panelBorder, 1));
    painter.setBrush(style.panel);
    painter.drawRoundedRect(panel.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    painter.drawImage(inner.topLeft(), m_image);
    const LayoutResult& layout = picture.layout();
    const SceneRect seen = view.visible();
    const double sx = inner.width() / std::max(1.0, layout.width);
    const double sy = inner.height() / std::max(1.0, layout.height);
    QRectF window(QPointF(inner.left() + seen.left * sx, inner.top() + seen.top * sy),
                  QPointF(inner.left() + seen.right * sx, inner.top() + seen.bottom * sy));
    window = window.intersected(panel.adjusted(2, 2, -2, -2));
    if (window.height() < 6)
        window.adjust(0, -3, 0, 3);
    QColor veil = style.selection;
    veil.setAlpha(style.dark ? 40 : 22);
    painter.setPen(QPen(style.selection, 1.5));
    painter.setBrush(veil);
    painter.drawRect(window);
}

QPointF Minimap::toScene(const LaidPicture& picture, const Viewport& view, QPointF screen) const {
    const QRectF inner = rect(picture, view).adjusted(inset, inset, -inset, -inset);
    const double fx = std::clamp((screen.x() - inner.left()) / inner.width(), 0.0, 1.0);
    const double fy = std::clamp((screen.y() - inner.top()) / inner.height(), 0.0, 1.0);
    return {fx * picture.layout().width, fy * picture.layout().height};
}

} // namespace lapidary
