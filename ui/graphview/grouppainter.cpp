// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/grouppainter.h"

#include "ui/graphview/nodesize.h"

#include <QPainter>

#include <algorithm>

namespace lapidary {
namespace {

constexpr double leastOutline = 10; ///< pixels

/// Snapped for an outline of that width.
QRectF screenRect(const PaintFrame& frame, std::uint32_t group, double width) {
    const QRectF rect = frame.view.toScreen(rectOf(frame.picture.layout().groupBoxes[group]));
    return {QPointF(frame.snapLine(rect.left(), width), frame.snapLine(rect.top(), width)),
            QPointF(frame.snapLine(rect.right(), width), frame.snapLine(rect.bottom(), width))};
}

QColor outline(const PaintFrame& frame) {
    return mixed(frame.style.faintText, frame.style.paper, 0.35);
}

} // namespace

void paintGroups(const PaintFrame& frame, const std::vector<std::uint32_t>& visible, Detail detail) {
    QColor wash = frame.style.text;
    wash.setAlpha(frame.style.dark ? 14 : 10); // one shade per depth
    const double radius = nodesize::radius * 1.5 * frame.view.scale;
    const QRectF screen(QPointF(0, 0), frame.view.size);
    frame.painter.setRenderHint(QPainter::Antialiasing, true);
    for (const std::uint32_t group : visible) {
        const QRectF rect = screenRect(frame, group, frame.lineWidth());
        frame.painter.setPen(QPen(outline(frame), frame.lineWidth()));
        frame.painter.setBrush(wash);
        // A frame much larger than the screen is cut, since the rasteriser pays for what it does not show.
        const QRectF seen = rect.intersected(screen.adjusted(-40, -40, 40, 40));
        if (seen == rect)
            frame.painter.drawRoundedRect(rect, radius, radius);
        else
            frame.painter.drawRect(seen);
        if (detail != Detail::Text)
            continue;
        const double size = nodesize::groupFont * frame.view.scale;
        const double margin = nodesize::sidePadding * frame.view.scale;
        frame.painter.setPen(mixed(frame.style.text, frame.style.paper, 0.25));
        frame.texts.draw(frame.painter, frame.picture.picture().groups[group].title, size, rect.left() + margin,
                         std::max(0.0, rect.width() - 2 * margin),
                         rect.top() + nodesize::groupHeader * frame.view.scale / 2);
    }
}

void paintGroupOutlines(const PaintFrame& frame, const std::vector<std::uint32_t>& visible) {
    frame.painter.setRenderHint(QPainter::Antialiasing, false);
    frame.painter.setPen(QPen(outline(frame), 1 / frame.pixelRatio));
    frame.painter.setBrush(Qt::NoBrush);
    const QRectF screen(QPointF(-2, -2), frame.view.size + QSizeF(4, 4));
    for (const std::uint32_t group : visible) {
        const QRectF rect = screenRect(frame, group, 1 / frame.pixelRatio);
        if (std::min(rect.width(), rect.height()) >= leastOutline)
            frame.painter.drawRect(rect.intersected(screen));
    }
}

} // namespace lapidary
