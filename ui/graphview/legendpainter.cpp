// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/legendpainter.h"

#include "ui/graphview/diffmarks.h"

#include <QLinearGradient>
#include <QPainter>

#include <algorithm>

namespace lapidary {
namespace {

constexpr double titleSize = 11;
constexpr double textSize = 10;
constexpr double pad = 10;
constexpr double row = 16;
constexpr double rampWidth = 170;
constexpr double rampHeight = 11;

std::string titleOf(const OverlayLegend& legend) {
    return legend.predicted ? "\xE2\x89\x88 " + legend.title : legend.title;
}

} // namespace

LegendGeometry legendGeometry(const BoundDecor& decor, const QSizeF& view, TextCache& texts) {
    LegendGeometry geometry;
    if (!decor.hasOverlay())
        return geometry;
    const OverlayLegend& legend = decor.legend();
    double width = std::max(rampWidth, texts.width(titleOf(legend), titleSize) + 4);
    double height = 2 * pad + row;
    if (legend.entries.empty()) {
        width = std::max(width, texts.width(legend.minText, textSize) + texts.width(legend.maxText, textSize) + 20);
        height += rampHeight + 4 + row;
    } else {
        for (const LegendEntry& entry : legend.entries)
            width = std::max(width, texts.width(entry.text, textSize) + 24);
        height += row * static_cast<double>(legend.entries.size());
    }
    geometry.panel = QRectF(12, view.height() - 12 - height, width + 2 * pad, height);
    if (legend.entries.empty())
        geometry.ramp = QRectF(geometry.panel.left() + pad, geometry.panel.top() + pad + row + 2, width, rampHeight);
    return geometry;
}

void paintLegend(const PaintFrame& frame) {
    const LegendGeometry geometry = legendGeometry(frame.decor, frame.view.size, frame.texts);
    if (geometry.panel.isEmpty())
        return;
    const OverlayLegend& legend = frame.decor.legend();
    QPainter& p = frame.painter;
    p.setRenderHint(QPainter::Antialiasing, true);
    p.setPen(QPen(frame.style.panelBorder, 1));
    p.setBrush(frame.style.panel);
    p.drawRoundedRect(geometry.panel.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    const double left = geometry.panel.left() + pad;
    const double width = geometry.panel.width() - 2 * pad;
    double y = geometry.panel.top() + pad + row / 2 - 2;
    p.setPen(frame.style.text);
    frame.texts.draw(p, titleOf(legend), titleSize, left, width, y);
    y += row;
    for (const LegendEntry& entry : legend.entries) {
        p.fillRect(QRectF(left, y - 5, 14, 10), toColor(rampColor(entry.value)));
        frame.texts.draw(p, entry.text, textSize, left + 20, width - 20, y);
        y += row;
    }
    if (geometry.ramp.isEmpty())
        return;
    QLinearGradient gradient(geometry.ramp.topLeft(), geometry.ramp.topRight());
    for (int i = 0; i <= 20; ++i)
        gradient.setColorAt(i / 20.0, toColor(valueColor(legend, i / 20.0, frame.style.dark)));
    p.fillRect(geometry.ramp, gradient);
    if (frame.decor.threshold() > 0) {
        const double x = geometry.ramp.left() + geometry.ramp.width() * std::min(1.0F, frame.decor.threshold());
        QColor veil = frame.style.paper;
        veil.setAlpha(190);
        p.fillRect(QRectF(geometry.ramp.left(), geometry.ramp.top(), x - geometry.ramp.left(), geometry.ramp.height()),
                   veil);
        p.fillRect(QRectF(x - 1, geometry.ramp.top() - 3, 2, geometry.ramp.height() + 6), frame.style.text);
    }
    const double below = geometry.ramp.bottom() + 4 + row / 2;
    p.setPen(frame.style.text);
    frame.texts.draw(p, legend.minText, textSize, left, width, below);
    frame.texts.draw(p, legend.maxText, textSize, left, width, below, TextCache::Align::Right);
}

} // namespace lapidary
