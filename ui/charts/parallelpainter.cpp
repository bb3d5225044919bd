// SPDX-License-Identifier: GPL-3.0-or-later
// How parallel coordinates are drawn.
#include "ui/charts/chartformat.h"
#include "ui/charts/parallelplot.h"

#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

QColor faded(QColor color, double alpha) {
    color.setAlphaF(float(alpha));
    return color;
}

} // namespace

QFont ParallelPlot::smallFont() const {
    QFont small = font();
    if (small.pointSizeF() > 0) {
        small.setPointSizeF(small.pointSizeF() * 0.9);
    } else {
        small.setPixelSize(std::max(8, qRound(small.pixelSize() * 0.9)));
    }
    return small;
}

void ParallelPlot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    paintAll(painter, size());
}

void ParallelPlot::paintAll(QPainter& painter, const QSize& size) const {
    const Theme theme = Theme::of(palette());
    painter.fillRect(QRect(QPoint(0, 0), size), theme.base);
    painter.setRenderHint(QPainter::Antialiasing, m_lines.size() < 1500);
    painter.setFont(font());
    if (m_axes.isEmpty() || m_lines.isEmpty()) {
        painter.setPen(theme.muted);
        painter.drawText(QRect(QPoint(0, 0), size).adjusted(24, 24, -24, -24), Qt::AlignCenter | Qt::TextWordWrap,
                         m_emptyText);
        return;
    }
    for (int i = 0; i < axisCount(); ++i) {
        painter.setPen(QPen(theme.border, 1));
        const QRectF box = area(size);
        painter.drawLine(QPointF(xOf(i, size), box.top()), QPointF(xOf(i, size), box.bottom()));
    }
    paintLines(painter, size);
    painter.setRenderHint(QPainter::Antialiasing, true);
    for (int i = 0; i < axisCount(); ++i) {
        paintRange(painter, size, i);
        paintAxis(painter, size, i);
    }
    paintLegend(painter, size);
}

void ParallelPlot::paintLines(QPainter& painter, const QSizeF& size) const {
    const Theme theme = Theme::of(palette());
    std::vector<int> order(std::size_t(m_lines.size()));
    for (int i = 0; i < m_lines.size(); ++i) {
        order[std::size_t(i)] = i;
    }
    const auto rank = [this](int i) {
        return (i == m_hovered ? 4 : 0) + (m_selected.contains(m_lines[i].id) ? 2 : 0) + (isKept(m_lines[i]) ? 1 : 0);
    };
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return rank(a) < rank(b); });
    const bool anySelected = std::any_of(m_lines.begin(), m_lines.end(),
                                         [this](const ParallelLine& line) { return m_selected.contains(line.id); });
    const double plain = m_lines.size() > 200 ? 0.35 : anySelected ? 0.5 : 0.85;
    for (const int i : order) {
        const ParallelLine& line = m_lines[i];
        const QColor color = theme.categorical(int(m_groups.indexOf(line.group)));
        if (!isKept(line)) {
            paintLine(painter, size, line, faded(theme.muted, 0.18), 1);
        } else if (m_selected.contains(line.id) || i == m_hovered) {
            paintLine(painter, size, line, faded(theme.base, 0.9), 6);
            paintLine(painter, size, line, color, 3);
        } else {
            paintLine(painter, size, line, faded(color, plain), 1.5);
        }
    }
}

void ParallelPlot::paintLine(QPainter& painter, const QSizeF& size, const ParallelLine& line, const QColor& color,
                             double width) const {
    QPen pen(color, width, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    for (int position = 0; position < axisCount(); ++position) {
        const int b = indexOf(m_order[position]);
        const double value = line.values.value(b, qQNaN());
        if (!std::isfinite(value)) {
            continue;
        }
        const QPointF end(xOf(position, size), yOf(b, value, size));
        const int a = position > 0 ? indexOf(m_order[position - 1]) : -1;
        const double before = a >= 0 ? line.values.value(a, qQNaN()) : qQNaN();
        const bool estimate = line.estimates.value(b, false) || (a >= 0 && line.estimates.value(a, false));
        pen.setStyle(estimate ? Qt::DashLine : Qt::SolidLine);
        painter.setPen(pen);
        if (std::isfinite(before)) {
            painter.drawLine(QPointF(xOf(position - 1, size), yOf(a, before, size)), end);
        }
        // A number without neighbours would not be seen at all.
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawEllipse(end, width * 0.7 + 0.8, width * 0.7 + 0.8);
    }
}

void ParallelPlot::paintRange(QPainter& painter, const QSizeF& size, int position) const {
    const auto kept = range(m_order[position]);
    if (!kept) {
        return;
    }
    const Theme theme = Theme::of(palette());
    const int axis = indexOf(m_order[position]);
    const double x = xOf(position, size);
    const double one = yOf(axis, kept->lower, size);
    const double other = yOf(axis, kept->upper, size);
    const QRectF box(x - 6, std::min(one, other), 12, std::abs(one - other));
    painter.setPen(QPen(theme.accent, 1.5));
    painter.setBrush(faded(theme.accent, 0.25));
    painter.drawRoundedRect(box, 3, 3);
    painter.setPen(theme.accent);
    painter.setFont(smallFont());
    const QFontMetricsF metrics(painter.font());
    for (const double value : {kept->lower, kept->upper}) {
        const QString text = displayNumber(value);
        const double y = yOf(axis, value, size);
        const bool top = y == box.top();
        const QRectF place(x + 9, top ? y - metrics.height() : y, metrics.horizontalAdvance(text) + 4,
                           metrics.height());
        painter.fillRect(place, faded(theme.base, 0.85));
        painter.drawText(place, Qt::AlignCenter, text);
    }
}

void ParallelPlot::paintAxis(QPainter& painter, const QSizeF& size, int position) const {
    const Theme theme = Theme::of(palette());
    const ParallelAxis& axis = axisAt(position);
    const int index = indexOf(axis.id);
    const QRectF box = area(size);
    const double wide = box.width() / axisCount();
    const double line = QFontMetricsF(font()).height();
    const double x = xOf(position, size);
    const bool current = hasFocus() && position == m_axis;
    QFont strong = font();
    strong.setWeight(QFont::DemiBold);
    painter.setFont(strong);
    painter.setPen(current ? theme.accent : theme.text);
    const double shift = m_gesture == Gesture::MoveAxis && position == m_axis ? 3 : 0;
    const QString title = QFontMetricsF(strong).elidedText(axis.label, Qt::ElideRight, wide - 6);
    painter.drawText(QRectF(x - wide / 2, box.top() - 3 * line - Theme::unit - shift, wide, line), Qt::AlignCenter,
                     title);
    painter.setFont(smallFont());
    painter.setPen(theme.muted);
    painter.drawText(QRectF(x - wide / 2, box.top() - 2 * line - Theme::unit, wide, line), Qt::AlignCenter, axis.unit);
    const Extent& extent = m_extents[index];
    const bool up = axis.better == Better::Larger;
    painter.drawText(QRectF(x - wide / 2, box.top() - line - 2, wide, line), Qt::AlignCenter,
                     displayNumber(up ? extent.high : extent.low));
    painter.drawText(QRectF(x - wide / 2, box.bottom() + 2, wide, line), Qt::AlignCenter,
                     displayNumber(up ? extent.low : extent.high));
}

void ParallelPlot::paintLegend(QPainter& painter, const QSizeF& size) const {
    const Theme theme = Theme::of(palette());
    painter.setFont(smallFont());
    const QFontMetricsF metrics(painter.font());
    double x = 2 * Theme::spacing;
    const double y = Theme::spacing;
    for (int i = 0; i < m_groups.size(); ++i) {
        if (m_groups[i].isEmpty()) {
            continue;
        }
        const double wide = 20 + metrics.horizontalAdvance(m_groups[i]) + 14;
        if (x + wide > size.width()) {
            break;
        }
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.categorical(i));
        painter.drawRoundedRect(QRectF(x, y + metrics.height() / 2 - 4, 10, 10), 2, 2);
        painter.setPen(theme.muted);
        painter.drawText(QPointF(x + 16, y + metrics.ascent() + 1), m_groups[i]);
        x += wide;
    }
    const double line = QFontMetricsF(font()).height();
    painter.setPen(theme.muted);
    painter.drawText(
        QRectF(2 * Theme::spacing, size.height() - line - Theme::unit, size.width() - 4 * Theme::spacing, line),
        Qt::AlignLeft | Qt::AlignVCenter,
        metrics.elidedText(tr("The best is at the top. Drag along an axis to keep a range of it, a title to "
                              "move the axis."),
                           Qt::ElideRight, size.width() - 4 * Theme::spacing));
}

} // namespace lapidary
