// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/tradeoffpainter.h"

#include <QFontMetricsF>
#include <QLineF>
#include <QPainterPath>

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

// More names than this would not fit on any screen, and finding their places takes time.
constexpr std::size_t mostNames = 150;

QColor faded(QColor color, double alpha) {
    color.setAlphaF(float(alpha));
    return color;
}

} // namespace

QLineF TradeoffPainter::limitLine(const TradeoffState& state, const View& view, LimitAxis axis) {
    const auto limit = state.limit(axis);
    if (!limit) {
        return {};
    }
    const QRectF& area = view.area;
    if (axis == LimitAxis::X) {
        const double x = view.place(*limit, 0).x();
        return {x, area.top(), x, area.bottom()};
    }
    const double y = view.place(0, *limit).y();
    return {area.left(), y, area.right(), y};
}

void TradeoffPainter::paint(QPainter& painter) {
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_state.drawable().empty()) {
        return;
    }
    for (const LimitAxis axis : {LimitAxis::X, LimitAxis::Y}) {
        paintLimitGround(painter, axis);
    }
    if (m_view.lineage) {
        paintLineage(painter);
    }
    paintFrontier(painter);
    paintErrorBars(painter);
    paintBubbles(painter);
    if (m_view.names) {
        paintNames(painter);
    }
    for (const LimitAxis axis : {LimitAxis::X, LimitAxis::Y}) {
        paintLimitLine(painter, axis);
    }
}

void TradeoffPainter::paintLimitGround(QPainter& painter, LimitAxis axis) {
    if (!m_state.limit(axis)) {
        return;
    }
    const QLineF line = limitLine(m_state, m_view, axis);
    QRectF outside = m_view.area;
    if (axis == LimitAxis::X) {
        if (m_state.x().better == Better::Smaller) {
            outside.setLeft(std::clamp(line.x1(), outside.left(), outside.right()));
        } else {
            outside.setRight(std::clamp(line.x1(), outside.left(), outside.right()));
        }
    } else if (m_state.y().better == Better::Larger) {
        outside.setTop(std::clamp(line.y1(), outside.top(), outside.bottom()));
    } else {
        outside.setBottom(std::clamp(line.y1(), outside.top(), outside.bottom()));
    }
    painter.fillRect(outside, faded(m_view.theme.muted, 0.09));
}

void TradeoffPainter::paintLineage(QPainter& painter) {
    const QColor quiet = m_view.theme.border;
    for (const int child : m_state.drawable()) {
        const int parent = m_state.indexOf(m_state.points()[child].parentId);
        if (parent == child || !m_state.isDrawable(parent)) {
            continue;
        }
        const bool touched = isSelected(child) || isSelected(parent) || m_view.hovered == child;
        paintArrow(painter, parent, child, touched ? m_view.theme.muted : quiet);
    }
}

void TradeoffPainter::paintArrow(QPainter& painter, int from, int to, const QColor& color) {
    const QPointF start = at(from);
    const QPointF end = at(to);
    const double length = QLineF(start, end).length();
    const double first = m_state.radius(from) + 3;
    const double last = length - m_state.radius(to) - 4;
    if (!(last - first >= 8)) {
        return;
    }
    const QPointF along = (end - start) / length;
    const QPointF across(-along.y(), along.x());
    const QPointF tip = start + along * last;
    painter.setPen(QPen(color, 1));
    painter.drawLine(start + along * first, tip - along * 5);
    m_lines.push_back({start.x(), start.y(), end.x(), end.y()});
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawPolygon(QPolygonF({tip, tip - along * 7 + across * 3.2, tip - along * 7 - across * 3.2}));
}

void TradeoffPainter::paintFrontier(QPainter& painter) {
    std::vector<PlotPoint> best;
    for (const int index : m_state.frontier()) {
        best.push_back({m_state.points()[index].x, m_state.points()[index].y});
    }
    QPolygonF steps;
    for (const PlotPoint& corner : frontierStaircase(best, m_state.x().better)) {
        steps << m_view.place(corner.x, corner.y);
    }
    QPen pen(faded(m_view.theme.frontier, 0.9), 2);
    pen.setJoinStyle(Qt::RoundJoin);
    painter.setPen(pen);
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(steps);
    for (int i = 1; i < steps.size(); ++i) {
        m_lines.push_back({steps[i - 1].x(), steps[i - 1].y(), steps[i].x(), steps[i].y()});
    }
}

void TradeoffPainter::paintErrorBars(QPainter& painter) {
    constexpr double cap = 4;
    for (const int index : m_state.drawable()) {
        const TradeoffPoint& p = m_state.points()[index];
        painter.setPen(QPen(faded(colorOf(index), 0.75 * presence(index)), 1.25));
        if (p.xInterval) {
            const QPointF a = m_view.place(p.xInterval->lower, p.y);
            const QPointF b = m_view.place(p.xInterval->upper, p.y);
            painter.drawLine(a, b);
            painter.drawLine(a + QPointF(0, -cap), a + QPointF(0, cap));
            painter.drawLine(b + QPointF(0, -cap), b + QPointF(0, cap));
            m_lines.push_back({a.x(), a.y(), b.x(), b.y()});
        }
        if (p.yInterval) {
            const QPointF a = m_view.place(p.x, p.yInterval->lower);
            const QPointF b = m_view.place(p.x, p.yInterval->upper);
            painter.drawLine(a, b);
            painter.drawLine(a + QPointF(-cap, 0), a + QPointF(cap, 0));
            painter.drawLine(b + QPointF(-cap, 0), b + QPointF(cap, 0));
            m_lines.push_back({a.x(), a.y(), b.x(), b.y()});
        }
    }
}

void TradeoffPainter::paintBubbles(QPainter& painter) {
    std::vector<int> order = m_state.drawable();
    // Large ones first, so that none hides a smaller one; what the user points at comes last.
    std::stable_sort(order.begin(), order.end(), [this](int a, int b) {
        const auto rank = [this](int i) { return (i == m_view.hovered ? 2 : 0) + (isSelected(i) ? 1 : 0); };
        return rank(a) != rank(b) ? rank(a) < rank(b) : m_state.radius(a) > m_state.radius(b);
    });
    for (const int index : order) {
        paintBubble(painter, index);
    }
}

void TradeoffPainter::paintBubble(QPainter& painter, int index) {
    const Theme& theme = m_view.theme;
    const QPointF centre = at(index);
    const double radius = m_state.radius(index);
    const QColor color = colorOf(index);
    const double alpha = presence(index);

    if (index == m_state.best()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(faded(theme.good, 0.22));
        painter.drawEllipse(centre, radius + 9, radius + 9);
        painter.setPen(QPen(theme.good, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(centre, radius + 9, radius + 9);
    }
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.base); // nothing shines through
    painter.drawEllipse(centre, radius, radius);
    if (TradeoffState::isEstimate(m_state.points()[index])) {
        painter.setPen(QPen(faded(color, alpha), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(centre, radius - 1, radius - 1);
    } else {
        // A thin rim in the ground's colour keeps touching bubbles apart.
        painter.setPen(QPen(theme.base, 1));
        painter.setBrush(faded(color, alpha));
        painter.drawEllipse(centre, radius, radius);
    }
    if (isSelected(index)) {
        painter.setPen(QPen(theme.text, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(centre, radius + 3, radius + 3);
    } else if (index == m_view.hovered) {
        painter.setPen(QPen(theme.muted, 1.5));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(centre, radius + 3, radius + 3);
    }
}

void TradeoffPainter::paintNames(QPainter& painter) {
    std::vector<int> order = m_state.drawable();
    // When there is no room for all names, the ones asked for go first, then the frontier's.
    std::stable_sort(order.begin(), order.end(), [this](int a, int b) {
        const auto rank = [this](int i) {
            return isSelected(i) || i == m_view.hovered || i == m_state.best() ? 0 : m_state.onFrontier(i) ? 1 : 2;
        };
        return rank(a) < rank(b);
    });
    const QFontMetricsF metrics(m_view.nameFont);
    std::vector<LabelWish> wishes;
    std::vector<LabelBox> markers;
    std::vector<QString> texts;
    for (const int index : order) {
        const QPointF c = at(index);
        const double r = m_state.radius(index);
        markers.push_back({c.x() - r, c.y() - r, 2 * r, 2 * r});
        if (wishes.size() == mostNames) {
            continue;
        }
        texts.push_back(metrics.elidedText(m_state.points()[index].name, Qt::ElideMiddle, 180));
        const bool lit = index == m_state.best();
        wishes.push_back({c.x(), c.y(),
                          lit                 ? r + 10
                          : isSelected(index) ? r + 3
                                              : r,
                          metrics.horizontalAdvance(texts.back()) + 1, metrics.height()});
    }
    const QRectF& area = m_view.area;
    const auto places = placeLabels(wishes, markers, m_lines, {area.left(), area.top(), area.width(), area.height()});
    painter.setFont(m_view.nameFont);
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (!places[i]) {
            continue;
        }
        const LabelBox& box = *places[i];
        paintName(painter, {box.left, box.top, box.width, box.height}, texts[i], presence(order[i]));
    }
}

void TradeoffPainter::paintName(QPainter& painter, const QRectF& box, const QString& text, double presence) {
    // A rim in the ground's colour keeps the name readable where a line runs behind it.
    QPainterPath outline;
    const QFontMetricsF metrics(m_view.nameFont);
    outline.addText(box.left(), box.top() + metrics.ascent(), m_view.nameFont, text);
    if (presence >= 1) {
        painter.strokePath(outline, QPen(faded(m_view.theme.base, 0.85), 3, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    }
    painter.setPen(faded(m_view.theme.text, presence < 1 ? 0.55 : 1));
    painter.drawText(QPointF(box.left(), box.top() + metrics.ascent()), text);
}

void TradeoffPainter::paintLimitLine(QPainter& painter, LimitAxis axis) {
    if (!m_state.limit(axis)) {
        return;
    }
    const QLineF line = limitLine(m_state, m_view, axis);
    const bool vertical = axis == LimitAxis::X;
    painter.setPen(QPen(m_view.theme.accent, m_view.limitHot == axis ? 2.5 : 1.5, Qt::DashLine, Qt::FlatCap));
    painter.drawLine(line);
    // The grip says that the line can be taken hold of.
    const QPointF grip =
        vertical ? QPointF(line.x1(), m_view.area.top() + 14) : QPointF(m_view.area.right() - 14, line.y1());
    const QRectF box =
        vertical ? QRectF(grip.x() - 5, grip.y() - 9, 10, 18) : QRectF(grip.x() - 9, grip.y() - 5, 18, 10);
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_view.theme.accent);
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(QPen(m_view.theme.accentText, 1));
    for (const double shift : {-1.5, 1.5}) {
        if (vertical) {
            painter.drawLine(QPointF(grip.x() + shift, grip.y() - 4), QPointF(grip.x() + shift, grip.y() + 4));
        } else {
            painter.drawLine(QPointF(grip.x() - 4, grip.y() + shift), QPointF(grip.x() + 4, grip.y() + shift));
        }
    }
}

} // namespace lapidary
