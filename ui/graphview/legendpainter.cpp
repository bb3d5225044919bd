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

bool showsScale(const OverlayLegend& legend) {
    return legend.entries.empty() && legend.hasScale;
}

std::string belowText(const BoundDecor& decor) {
    const OverlayLegend& legend = decor.legend();
    if (decor.threshold() <= 0 || legend.thresholdText.empty())
        return legend.note;
    return legend.note.empty() ? legend.thresholdText : legend.thresholdText + " \xC2\xB7 " + legend.note;
}

/// Estimates are hatched here as they are on the nodes.
void paintRamp(const PaintFrame& frame, const QRectF& ramp) {
    const OverlayLegend& legend = frame.decor.legend();
    QLinearGradient gradient(ramp.topLeft(), ramp.topRight());
    for (int i = 0; i <= 20; ++i)
        gradient.setColorAt(i / 20.0, toColor(valueColor(legend, i / 20.0, frame.style.dark)));
    frame.painter.fillRect(ramp, gradient);
    if (legend.predicted)
        frame.painter.fillRect(ramp, QBrush(QColor(255, 255, 255, 110), Qt::BDiagPattern));
}

/// A marker to be dragged: line and handle.
void paintThreshold(const PaintFrame& frame, const QRectF& ramp) {
    QPainter& p = frame.painter;
    const double x = ramp.left() + ramp.width() * std::clamp(frame.decor.threshold(), 0.0F, 1.0F);
    QColor veil = frame.style.paper;
    veil.setAlpha(190);
    p.fillRect(QRectF(ramp.left(), ramp.top(), x - ramp.left(), ramp.height()), veil);
    p.setPen(QPen(frame.style.paper, 1));
    p.setBrush(frame.style.text);
    p.drawPolygon(QPolygonF({{x, ramp.top() + 3}, {x - 5, ramp.top() - 5}, {x + 5, ramp.top() - 5}}));
    p.setPen(Qt::NoPen);
    p.drawRect(QRectF(x - 1, ramp.top(), 2, ramp.height() + 3));
}

void paintScaleTexts(const PaintFrame& frame, const QRectF& ramp, double y) {
    const OverlayLegend& legend = frame.decor.legend();
    QPainter& p = frame.painter;
    p.setPen(frame.style.text);
    frame.texts.draw(p, legend.minText, textSize, ramp.left(), ramp.width(), y);
    frame.texts.draw(p, legend.maxText, textSize, ramp.left(), ramp.width(), y, TextCache::Align::Right);
    const double used = frame.texts.width(legend.minText, textSize) + frame.texts.width(legend.maxText, textSize);
    const double middle = frame.texts.width(legend.middleText, textSize);
    if (legend.middleText.empty() || used + middle + 24 > ramp.width())
        return;
    p.setPen(frame.style.faintText);
    frame.texts.draw(p, legend.middleText, textSize, ramp.center().x() - middle / 2, middle + 1, y);
}

} // namespace

LegendGeometry legendGeometry(const BoundDecor& decor, const QSizeF& view, TextCache& texts) {
    LegendGeometry geometry;
    if (!decor.hasOverlay())
        return geometry;
    const OverlayLegend& legend = decor.legend();
    double width = std::max(rampWidth, texts.width(titleOf(legend), titleSize) + 4);
    double height = 2 * pad + row;
    for (const LegendEntry& entry : legend.entries)
        width = std::max(width, texts.width(entry.text, textSize) + 24);
    height += row * static_cast<double>(legend.entries.size());
    if (showsScale(legend)) {
        width = std::max(width, texts.width(legend.minText, textSize) + texts.width(legend.maxText, textSize) + 20);
        height += rampHeight + 6 + row;
    }
    if (const std::string below = belowText(decor); !below.empty()) {
        width = std::max(width, texts.width(below, textSize) + 4);
        height += row;
    }
    width = std::min(width, std::max(60.0, view.width() - 24 - 2 * pad));
    geometry.panel = QRectF(12, view.height() - 12 - height, width + 2 * pad, height);
    if (showsScale(legend))
        geometry.ramp = QRectF(geometry.panel.left() + pad, geometry.panel.top() + pad + row + 4, width, rampHeight);
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
    if (!geometry.ramp.isEmpty()) {
        paintRamp(frame, geometry.ramp);
        if (frame.decor.threshold() > 0)
            paintThreshold(frame, geometry.ramp);
        y = geometry.ramp.bottom() + 5 + row / 2;
        paintScaleTexts(frame, geometry.ramp, y);
        y += row;
    }
    p.setPen(frame.style.faintText);
    frame.texts.draw(p, belowText(frame.decor), textSize, left, width, y);
}

} // namespace lapidary
