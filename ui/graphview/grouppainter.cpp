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

/// How an outline tells whether its frame is selected or under the pointer.
QPen outline(const PaintFrame& frame, std::uint32_t group, double width) {
    const std::uint8_t flags = frame.marks.ofFrame(group);
    if ((flags & PaintMarks::Selected) != 0)
        return {frame.style.selection, frame.wholeWidth(std::max(2.0, width))};
    if ((flags & PaintMarks::Hovered) != 0)
        return {mixed(frame.style.text, frame.style.selection, 0.5), frame.wholeWidth(std::max(1.5, width))};
    return {mixed(frame.style.faintText, frame.style.paper, 0.35), width};
}

/// The strip a title stands in is what one takes a frame by: it lights up under the pointer.
void paintTitle(const PaintFrame& frame, std::uint32_t group, const QRectF& rect, const QRectF& seen) {
    const std::uint8_t flags = frame.marks.ofFrame(group);
    const double height = nodesize::groupHeader * frame.view.scale;
    if (flags != 0) {
        QColor strip = frame.style.selection;
        strip.setAlpha((flags & PaintMarks::Selected) != 0 ? 44 : 26);
        frame.painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), height).intersected(seen), strip);
    }
    const double margin = nodesize::sidePadding * frame.view.scale;
    frame.painter.setPen((flags & PaintMarks::Selected) != 0 ? mixed(frame.style.text, frame.style.selection, 0.35)
                                                             : mixed(frame.style.text, frame.style.paper, 0.25));
    frame.texts.draw(frame.painter, frame.picture.picture().groups[group].title, nodesize::groupFont * frame.view.scale,
                     rect.left() + margin, std::max(0.0, rect.width() - 2 * margin), rect.top() + height / 2);
}

} // namespace

void paintGroups(const PaintFrame& frame, const std::vector<std::uint32_t>& visible, Detail detail) {
    QColor wash = frame.style.text;
    wash.setAlpha(frame.style.dark ? 14 : 10); // one shade per depth
    const double radius = nodesize::radius * 1.5 * frame.view.scale;
    const QRectF screen(QPointF(0, 0), frame.view.size);
    frame.painter.setRenderHint(QPainter::Antialiasing, true);
    for (const std::uint32_t group : visible) {
        const QPen pen = outline(frame, group, frame.lineWidth());
        const QRectF rect = screenRect(frame, group, pen.widthF());
        frame.painter.setPen(pen);
        frame.painter.setBrush(wash);
        // A frame much larger than the screen is cut, since the rasteriser pays for what it does not show.
        const QRectF seen = rect.intersected(screen.adjusted(-40, -40, 40, 40));
        if (seen == rect)
            frame.painter.drawRoundedRect(rect, radius, radius);
        else
            frame.painter.drawRect(seen);
        if (detail == Detail::Text)
            paintTitle(frame, group, rect, seen);
    }
}

void paintGroupOutlines(const PaintFrame& frame, const std::vector<std::uint32_t>& visible) {
    frame.painter.setRenderHint(QPainter::Antialiasing, false);
    frame.painter.setBrush(Qt::NoBrush);
    const QRectF screen(QPointF(-2, -2), frame.view.size + QSizeF(4, 4));
    for (const std::uint32_t group : visible) {
        const QPen pen = outline(frame, group, 1 / frame.pixelRatio);
        const QRectF rect = screenRect(frame, group, pen.widthF());
        if (frame.marks.ofFrame(group) == 0 && std::min(rect.width(), rect.height()) < leastOutline)
            continue;
        frame.painter.setPen(pen);
        frame.painter.drawRect(rect.intersected(screen));
    }
}

} // namespace lapidary
