// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/diffmarks.h"

#include "ui/graphview/nodesize.h"

#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace lapidary {
namespace {

constexpr double keySize = 10.5;
constexpr double keyRow = 17;
constexpr double keyPad = 9;

/// A sign made of lines, so that it is sharp at any size, on a disc; on a square where something changed.
void paintSign(QPainter& painter, QPointF centre, double radius, DiffMark mark, const GraphStyle& style) {
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(QPen(style.paper, std::max(1.0, radius * 0.2)));
    painter.setBrush(diffColor(mark, style.dark));
    if (mark == DiffMark::Changed)
        painter.drawRoundedRect(QRectF(centre - QPointF(radius, radius), QSizeF(2 * radius, 2 * radius)), radius * 0.3,
                                radius * 0.3);
    else
        painter.drawEllipse(centre, radius, radius);
    QPen pen(toColor(readableOn(diffRgb(mark, style.dark))), std::max(1.0, radius * 0.24));
    pen.setCapStyle(Qt::FlatCap);
    painter.setPen(pen);
    const double arm = radius * (mark == DiffMark::Changed ? 0.45 : 0.6);
    const QPointF plus = centre - QPointF(0, mark == DiffMark::Changed ? radius * 0.25 : 0);
    painter.drawLine(plus - QPointF(arm, 0), plus + QPointF(arm, 0));
    if (mark != DiffMark::Removed)
        painter.drawLine(plus - QPointF(0, arm), plus + QPointF(0, arm));
    if (mark == DiffMark::Changed)
        painter.drawLine(centre + QPointF(-arm, radius * 0.6), centre + QPointF(arm, radius * 0.6));
}

QSizeF keyPanel(double textWidth, std::size_t entries) {
    return {textWidth + 22 + 2 * keyPad, keyRow * double(entries) + 2 * keyPad - 4};
}

QPen outlinePen(DiffMark mark, double width, const GraphStyle& style) {
    QPen pen(diffColor(mark, style.dark), width);
    if (mark == DiffMark::Removed)
        pen.setDashPattern({3, 2});
    pen.setJoinStyle(Qt::RoundJoin);
    return pen;
}

} // namespace

Rgb diffRgb(DiffMark mark, bool dark) {
    switch (mark) {
    case DiffMark::Added:
        return dark ? Rgb{40, 196, 148} : Rgb{0, 138, 100};
    case DiffMark::Removed:
        return dark ? Rgb{255, 128, 64} : Rgb{204, 78, 0};
    case DiffMark::Changed:
        return dark ? Rgb{96, 172, 255} : Rgb{0, 96, 190};
    case DiffMark::Unchanged:
    case DiffMark::None:
        break;
    }
    return dark ? Rgb{120, 120, 120} : Rgb{150, 150, 150};
}

QColor diffColor(DiffMark mark, bool dark) {
    return toColor(diffRgb(mark, dark));
}

Rgb valueColor(const OverlayLegend& legend, double value, bool dark) {
    return legend.diverging ? divergingColor(value, dark) : rampColor(value);
}

double barShare(const OverlayLegend& legend, double value) {
    return std::clamp(legend.diverging ? std::abs(value - 0.5) * 2 : value, 0.0, 1.0);
}

void colorForDiff(NodeColors& colors, const NodeDecor* decor, bool overlay, const GraphStyle& style) {
    if (!decor)
        return;
    if (decor->diff == DiffMark::Removed) {
        colors.header = colors.body = style.paper;
        colors.headerText = diffColor(DiffMark::Removed, style.dark);
        colors.bodyText = mixed(style.text, style.paper, 0.45);
        colors.stripe = false;
    } else if (decor->diff == DiffMark::Unchanged && !overlay) {
        for (QColor* color : {&colors.header, &colors.body, &colors.accent})
            *color = mixed(*color, style.paper, 0.66);
        colors.headerText = colors.bodyText = mixed(style.text, style.paper, 0.4);
    }
}

void paintDiffMark(const PaintFrame& frame, const QRectF& node, const NodeDecor* decor, bool near, bool selected) {
    if (!decor || !isDifference(decor->diff))
        return;
    QPainter& p = frame.painter;
    const double s = frame.view.scale;
    p.save();
    p.setRenderHint(QPainter::Antialiasing, near);
    p.setBrush(Qt::NoBrush);
    p.setPen(outlinePen(decor->diff, near ? std::max(1.5, 2.2 * s) : 1.5, frame.style));
    const double corner = near ? std::min(nodesize::radius * s, node.height() / 2) : 0;
    const double grow = selected ? std::max(2.0, 3 * s) : 0;
    p.drawRoundedRect(node.adjusted(-grow, -grow, grow, grow), corner + grow, corner + grow);
    if (decor->diff == DiffMark::Removed && node.width() > 6) {
        p.setRenderHint(QPainter::Antialiasing, true);
        p.setPen(QPen(diffColor(DiffMark::Removed, frame.style.dark), std::max(1.0, 1.2 * s)));
        const double y = near ? node.top() + std::min(node.height(), nodesize::header * s) / 2 : node.center().y();
        p.drawLine(QPointF(node.left() + 5 * s, y), QPointF(node.right() - 5 * s, y));
    }
    if (node.height() > 5)
        paintSign(p, node.topLeft() + QPointF(1, 1) * s, std::clamp(7.5 * s, 3.5, 24.0), decor->diff, frame.style);
    p.restore();
}

void paintDiffLines(const PaintFrame& frame, const std::vector<std::uint32_t>& visible) {
    if (!frame.decor.hasLineDiffs())
        return;
    const bool down = frame.picture.layout().direction == LayoutDirection::TopDown;
    QPainter& p = frame.painter;
    p.save();
    p.setRenderHint(QPainter::Antialiasing, true);
    p.setBrush(Qt::NoBrush);
    const double width = std::clamp(2.2 * frame.view.scale, 1.4, 5.0);
    for (const std::uint32_t index : visible) {
        const DiffMark mark = frame.decor.lineDiff(index);
        if (!isDifference(mark))
            continue;
        const RouteSegment& s = frame.picture.layout().segments[index];
        const QPointF from = frame.view.toScreen(QPointF(s.x0, s.y0));
        const QPointF to = frame.view.toScreen(QPointF(s.x1, s.y1));
        p.setPen(outlinePen(mark, width, frame.style));
        if (s.kind == RouteSegment::Kind::Straight) {
            p.drawLine(from, to);
            continue;
        }
        const QPointF middle = (from + to) / 2;
        QPainterPath path(from);
        path.cubicTo(down ? QPointF(from.x(), middle.y()) : QPointF(middle.x(), from.y()),
                     down ? QPointF(to.x(), middle.y()) : QPointF(middle.x(), to.y()), to);
        p.drawPath(path);
    }
    p.restore();
}

void paintDiffLegend(const PaintFrame& frame) {
    const auto& key = frame.decor.diffLegend();
    if (key.empty())
        return;
    double width = 0;
    for (const auto& entry : key)
        width = std::max(width, frame.texts.width(entry.text, keySize));
    const QRectF panel(QPointF(diffKeyInset, diffKeyInset), keyPanel(width, key.size()));
    QPainter& p = frame.painter;
    p.setRenderHint(QPainter::Antialiasing, true);
    p.setPen(QPen(frame.style.panelBorder, 1));
    p.setBrush(frame.style.panel);
    p.drawRoundedRect(panel.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    double y = panel.top() + keyPad + keyRow / 2 - 2;
    for (const auto& entry : key) {
        const QPointF at(panel.left() + keyPad + 7, y);
        if (isDifference(entry.mark)) {
            paintSign(p, at, 6.5, entry.mark, frame.style);
        } else {
            p.setPen(QPen(mixed(frame.style.border, frame.style.paper, 0.5), 1));
            p.setBrush(mixed(frame.style.noValue, frame.style.paper, 0.3));
            p.drawRoundedRect(QRectF(at.x() - 6, at.y() - 5, 12, 10), 2, 2);
        }
        p.setPen(frame.style.text);
        frame.texts.draw(p, entry.text, keySize, panel.left() + keyPad + 20, width + 2, y);
        y += keyRow;
    }
}

QSizeF diffKeySize(const std::vector<DiffLegendEntry>& key) {
    double width = 0;
    for (const auto& entry : key)
        width = std::max(width, TextWidths().width(entry.text, keySize));
    return key.empty() ? QSizeF() : keyPanel(width, key.size());
}

std::vector<DiffMark> lineDiffs(const LaidPicture& picture, const std::vector<DiffMark>& edges) {
    const auto& segments = picture.layout().segments;
    std::vector<DiffMark> marks(segments.size(), DiffMark::None);
    std::vector<bool> seen(segments.size());
    const auto& routes = picture.layout().routes;
    for (std::size_t e = 0; e < std::min(routes.size(), edges.size()); ++e)
        for (auto i = routes[e].last; i >= 0; i = segments[std::size_t(i)].parent) {
            const auto at = std::size_t(i);
            marks[at] = !seen[at] || marks[at] == edges[e] ? edges[e] : DiffMark::None;
            seen[at] = true;
        }
    return marks;
}

} // namespace lapidary
