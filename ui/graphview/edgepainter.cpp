// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/edgepainter.h"

#include "ui/graphview/edgelabels.h"
#include "ui/graphview/nodesize.h"

#include <QLineF>
#include <QPainter>
#include <QPolygonF>
#include <QVector>

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

constexpr std::size_t denseBundle = 700;
// Device pixels along all curves: more is not stroked smoothly, and far more not in its full width.
constexpr double longestSmooth = 150e3;
constexpr double longestBundle = 1500e3;

/// Lines of one look, painted together.
struct Batch {
    QVector<QLineF> straight;
    QVector<QPolygonF> curves;
};

class EdgeCollector {
public:
    EdgeCollector(const PaintFrame& frame, bool coarse)
        : m_frame(frame), m_coarse(coarse), m_down(frame.picture.layout().direction == LayoutDirection::TopDown),
          m_clip(QRectF(QPointF(0, 0), frame.view.size).adjusted(-8, -8, 8, 8)) {}

    void add(Batch& batch, std::uint32_t index) {
        const RouteSegment& s = m_frame.picture.layout().segments[index];
        const QPointF from = screen(s.x0, s.y0);
        const QPointF to = screen(s.x1, s.y1);
        switch (s.kind) {
        case RouteSegment::Kind::Straight:
            straight(batch, from, to);
            break;
        case RouteSegment::Kind::Bend:
            curve(batch, from,
                  m_down ? QPointF(from.x(), (from.y() + to.y()) / 2) : QPointF((from.x() + to.x()) / 2, from.y()),
                  m_down ? QPointF(to.x(), (from.y() + to.y()) / 2) : QPointF((from.x() + to.x()) / 2, to.y()), to);
            break;
        case RouteSegment::Kind::Loop: {
            const double bulge = s.bulge * 4 / 3 * m_frame.view.scale;
            const QPointF out = m_down ? QPointF(bulge, 0) : QPointF(0, bulge);
            curve(batch, from, from + out, to + out, to);
            break;
        }
        }
    }

private:
    QPointF screen(double x, double y) const { return lineEnd(m_frame, x, y); }

    void straight(Batch& batch, QPointF from, QPointF to) const {
        from = {std::clamp(from.x(), m_clip.left(), m_clip.right()),
                std::clamp(from.y(), m_clip.top(), m_clip.bottom())};
        to = {std::clamp(to.x(), m_clip.left(), m_clip.right()), std::clamp(to.y(), m_clip.top(), m_clip.bottom())};
        batch.straight.append(QLineF(from, to));
    }

    /// Flattened here: pieces off the screen are dropped, which keeps very wide bends cheap and exact.
    void curve(Batch& batch, QPointF p0, QPointF p1, QPointF p2, QPointF p3) const {
        const double length = QLineF(p0, p3).length();
        const int steps = m_coarse ? 8 : std::clamp(static_cast<int>(length / 6), 5, 64);
        QPolygonF run;
        QPointF previous = p0;
        bool inside = false;
        for (int i = 1; i <= steps; ++i) {
            const double t = static_cast<double>(i) / steps;
            const double u = 1 - t;
            const QPointF next = p0 * (u * u * u) + p1 * (3 * u * u * t) + p2 * (3 * u * t * t) + p3 * (t * t * t);
            const QRectF piece = QRectF(previous, next).normalized();
            const bool seen = piece.left() <= m_clip.right() && piece.right() >= m_clip.left() &&
                              piece.top() <= m_clip.bottom() && piece.bottom() >= m_clip.top();
            if (seen) {
                if (!inside)
                    run.append(previous);
                run.append(next);
            } else if (inside) {
                batch.curves.append(run);
                run.clear();
            }
            inside = seen;
            previous = next;
        }
        if (run.size() > 1)
            batch.curves.append(run);
    }

    const PaintFrame& m_frame;
    const bool m_coarse;
    const bool m_down;
    const QRectF m_clip;
};

/// On the screen, about, in device pixels.
double lengthOf(const PaintFrame& frame, const QVector<QPolygonF>& curves) {
    const double most = frame.view.size.width() + frame.view.size.height();
    double length = 0;
    for (const QPolygonF& curve : curves)
        for (qsizetype k = 1; k < curve.size(); ++k)
            length += std::min(most, QLineF(curve[k - 1], curve[k]).length());
    return length * frame.pixelRatio;
}

/// Thousands of curves: hairlines side by side make up the width, which costs a fraction of stroking outlines.
void paintBundle(QPainter& painter, const QVector<QPolygonF>& curves, const QPen& pen, double pixelRatio,
                 double length) {
    QVector<QLineF> lines;
    const int copies =
        std::max(1, static_cast<int>(std::min(std::round(pen.widthF() * pixelRatio), longestBundle / length)));
    for (const QPolygonF& curve : curves) {
        const QPointF run = curve.last() - curve.first();
        const bool flat = std::abs(run.x()) > std::abs(run.y());
        for (int i = 0; i < copies; ++i) {
            const double aside = (i - (copies - 1) / 2.0) / pixelRatio;
            const QPointF shift = flat ? QPointF(0, aside) : QPointF(aside, 0);
            for (qsizetype k = 1; k < curve.size(); ++k)
                lines.append(QLineF(curve[k - 1] + shift, curve[k] + shift));
        }
    }
    QPen hair(pen.color(), 0);
    hair.setCosmetic(true);
    painter.setPen(hair);
    painter.drawLines(lines);
}

void paintBatch(const PaintFrame& frame, const Batch& batch, QPen pen, bool smooth) {
    QPainter& painter = frame.painter;
    pen.setCapStyle(Qt::FlatCap);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.drawLines(batch.straight);
    const double length = lengthOf(frame, batch.curves);
    if (smooth && (frame.printing || length <= longestSmooth)) {
        painter.setRenderHint(QPainter::Antialiasing, true);
        for (const QPolygonF& curve : batch.curves)
            painter.drawPolyline(curve);
    } else {
        paintBundle(painter, batch.curves, pen, frame.pixelRatio, std::max(1.0, length));
    }
    painter.setRenderHint(QPainter::Antialiasing, true);
}

} // namespace

QPointF lineEnd(const PaintFrame& frame, double x, double y) {
    const QPointF p = frame.view.toScreen(QPointF(x, y));
    const double width = frame.lineWidth();
    return frame.picture.layout().direction == LayoutDirection::TopDown ? QPointF(frame.snapLine(p.x(), width), p.y())
                                                                        : QPointF(p.x(), frame.snapLine(p.y(), width));
}

QColor lineInk(const PaintFrame& frame, Detail detail, std::uint8_t light) {
    if ((light & PaintMarks::Chosen) != 0)
        return frame.style.selection;
    if (light != 0)
        return mixed(frame.style.edge, frame.style.selection, 0.6);
    QColor ink = frame.style.edge;
    if (detail == Detail::Blocks)
        ink = mixed(ink, frame.style.paper, 0.35);
    return frame.marks.anyFound ? mixed(ink, frame.style.paper, 0.5) : ink;
}

void paintEdges(const PaintFrame& frame, const std::vector<std::uint32_t>& visible, Detail detail) {
    // So many lines at once are a dense bundle: smooth curves would cost much and show nothing more.
    const bool coarse = !frame.printing && visible.size() > denseBundle;
    EdgeCollector collector(frame, coarse);
    Batch plain;
    Batch dashed;
    Batch lit;
    Batch pointed;
    for (const std::uint32_t index : visible) {
        const std::uint8_t light = frame.marks.lightOf(index);
        if (light != 0)
            collector.add((light & PaintMarks::Chosen) != 0 ? lit : pointed, index);
        else
            collector.add(frame.picture.role(index).dashed ? dashed : plain, index);
    }
    const QColor ink = lineInk(frame, detail, 0);
    const double width = frame.lineWidth();
    paintBatch(frame, plain, QPen(ink, width), !coarse);
    if (!dashed.straight.isEmpty() || !dashed.curves.isEmpty()) {
        QPen pen(ink, width);
        pen.setDashPattern({3, 2});
        paintBatch(frame, dashed, pen, !coarse);
    }
    const double strong = frame.wholeWidth(std::max(1.5, width + 1));
    paintBatch(frame, pointed, QPen(lineInk(frame, detail, PaintMarks::Pointed), strong), true);
    paintBatch(frame, lit,
               QPen(lineInk(frame, detail, PaintMarks::Chosen),
                    frame.marks.valueChosen ? strong : frame.wholeWidth(std::max(1.5, width))),
               true);
}

void paintEdgeLabels(const PaintFrame& frame, const std::vector<std::uint32_t>& visible) {
    const double size = nodesize::chipFont * frame.view.scale;
    const bool down = frame.picture.layout().direction == LayoutDirection::TopDown;
    const double gap = 4 * frame.view.scale;
    QColor halo = frame.style.paper;
    halo.setAlpha(215);
    for (const std::uint32_t index : visible) {
        const std::int32_t e = frame.picture.role(index).labelOf;
        if (e < 0)
            continue;
        const EdgeRoute& route = frame.picture.layout().routes[static_cast<std::size_t>(e)];
        const PictureEdge& edge = frame.picture.picture().edges[static_cast<std::size_t>(e)];
        const std::string& label = edge.label;
        const double lower = down ? labelDrop(edge, frame.decor) : 0;
        const QPointF at = frame.view.toScreen(QPointF(route.labelX, route.labelY + lower));
        const double width = frame.texts.width(label, size);
        const bool before = frame.picture.role(index).labelBefore;
        const double left = down ? (before ? at.x() - gap - width : at.x() + gap) : at.x() + gap;
        const double middle = down ? at.y() : at.y() + (before ? -size * 0.9 : size * 0.9);
        if (left > frame.view.size.width() || left + width < 0)
            continue;
        frame.painter.fillRect(QRectF(left - 1, middle - size * 0.65, width + 2, size * 1.3), halo);
        frame.painter.setPen(frame.style.faintText);
        frame.texts.draw(frame.painter, label, size, left, width + 1, middle);
    }
}

} // namespace lapidary
