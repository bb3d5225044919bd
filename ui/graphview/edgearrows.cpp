// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/edgearrows.h"

#include "ui/graphview/edgepainter.h"

#include <QPainter>
#include <QPolygonF>

#include <algorithm>

namespace lapidary {
namespace {

constexpr double leastScale = 0.3; ///< below it a head is a dot

QPolygonF arrowHead(const PaintFrame& frame, const RouteSegment& s, bool atStart) {
    const QPointF tip = atStart ? lineEnd(frame, s.x0, s.y0) : lineEnd(frame, s.x1, s.y1);
    const double size = std::clamp(frame.view.scale, 0.5, 2.0);
    const bool loop = s.kind == RouteSegment::Kind::Loop; // comes back from across the flow
    const double length = (loop || atStart ? 7 : -7) * size;
    const double half = 3.5 * size;
    if ((frame.picture.layout().direction == LayoutDirection::TopDown) != loop)
        return {{tip, tip + QPointF(-half, length), tip + QPointF(half, length)}};
    return {{tip, tip + QPointF(length, -half), tip + QPointF(length, half)}};
}

} // namespace

void paintArrows(const PaintFrame& frame, const std::vector<std::uint32_t>& visible, Detail detail) {
    if (detail != Detail::Text && frame.view.scale < leastScale)
        return;
    const QRectF seen = QRectF(QPointF(0, 0), frame.view.size).adjusted(-8, -8, 8, 8);
    frame.painter.setRenderHint(QPainter::Antialiasing, true);
    frame.painter.setPen(Qt::NoPen);
    for (const bool lit : {false, true}) { // lit ones on top
        for (const std::uint32_t index : visible) {
            const LaidPicture::SegmentRole& role = frame.picture.role(index);
            const std::uint8_t light = frame.marks.lightOf(index);
            if (role.arrowOf < 0 || (light != 0) != lit)
                continue;
            const QPolygonF head = arrowHead(frame, frame.picture.layout().segments[index], role.arrowAtStart);
            if (!seen.contains(head.first()))
                continue;
            frame.painter.setBrush(lineInk(frame, detail, light));
            frame.painter.drawConvexPolygon(head);
        }
    }
}

} // namespace lapidary
