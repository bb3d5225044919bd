// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/groupnodepainter.h"

#include <QPainter>

#include <algorithm>

namespace lapidary {
namespace {

constexpr double frameFont = 11.5;
constexpr double frameStrip = 24;
constexpr double framePadding = 10;
constexpr double sheetStep = 4;
constexpr double legible = 0.4; ///< titles of frames are painted from this scale on

} // namespace

LayoutGroup measureFrame(const PictureGroup& group, const TextWidths& widths) {
    return {std::min(420.0, widths.width(group.title, frameFont) + 2 * framePadding + frameStrip), frameStrip,
            group.parent};
}

QRectF frameHeader(const LayoutBox& box) {
    return {box.x, box.y, box.width, std::min(frameStrip, box.height)};
}

void paintStack(const PaintFrame& frame, const QRectF& rect, const PictureNode& node, const NodeColors& colors) {
    if (node.members == 0)
        return;
    const double scale = frame.view.scale;
    const double step = std::max(1.0 / frame.pixelRatio, frame.snap(sheetStep * scale));
    const bool smooth = frame.painter.testRenderHint(QPainter::Antialiasing);
    frame.painter.setRenderHint(QPainter::Antialiasing, scale >= textScale);
    for (const int sheet : {2, 1}) {
        const double away = step * sheet;
        frame.painter.setPen(QPen(frame.style.border, 1));
        frame.painter.setBrush(mixed(colors.header, frame.style.paper, 0.3 + 0.2 * sheet));
        const QRectF behind = rect.translated(away, away).adjusted(0, 0, -1, -1);
        if (scale >= textScale)
            frame.painter.drawRoundedRect(behind, 5 * scale, 5 * scale);
        else
            frame.painter.drawRect(behind);
    }
    frame.painter.setRenderHint(QPainter::Antialiasing, smooth);
}

void paintGroupFrames(const PaintFrame& frame) {
    const auto& groups = frame.picture.picture().groups;
    const auto& boxes = frame.picture.layout().groupBoxes;
    if (boxes.size() != groups.size())
        return;
    const double scale = frame.view.scale;
    const SceneRect visible = frame.view.visible();
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (!rectOf(boxes[i]).touches(visible))
            continue;
        const QRectF screen = frame.view.toScreen(rectOf(boxes[i]));
        const QRectF rect(QPointF(frame.snapMiddle(screen.left()), frame.snapMiddle(screen.top())),
                          QPointF(frame.snapMiddle(screen.right()), frame.snapMiddle(screen.bottom())));
        const QColor tint = toColor(categoryFill(groups[i].category, frame.style.dark));
        frame.painter.setRenderHint(QPainter::Antialiasing, true);
        frame.painter.setPen(QPen(mixed(tint, frame.style.paper, 0.35), frame.lineWidth()));
        frame.painter.setBrush(mixed(tint, frame.style.paper, frame.style.dark ? 0.88 : 0.94));
        frame.painter.drawRoundedRect(rect, 7 * scale, 7 * scale);
        if (scale < legible)
            continue;
        // The title stays in sight while the frame's top is scrolled out to the left.
        const double pad = framePadding * scale;
        const double left = std::max(rect.left(), 0.0) + pad;
        frame.painter.setPen(mixed(frame.style.text, frame.style.paper, 0.2));
        const double strip = frameStrip * scale;
        const double middle = rect.top() + strip / 2;
        const double minus = std::min(9.0 * scale, strip / 2);
        frame.painter.drawRect(QRectF(left, middle - minus / 2, minus, minus));
        frame.painter.drawLine(QPointF(left + minus / 4, middle), QPointF(left + 3 * minus / 4, middle));
        frame.texts.draw(frame.painter, groups[i].title, frameFont * scale, left + minus + pad / 2,
                         std::max(0.0, rect.right() - left - minus - 1.5 * pad), middle);
    }
}

} // namespace lapidary
