// SPDX-License-Identifier: GPL-3.0-or-later
// How the small plots are drawn.
#include "ui/charts/sensitivityplots.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace lapidary {

QPointF SensitivityPlots::toPlot(const QRectF& plot, QPointF point) const {
    const double up = std::clamp(point.y() / m_top, 0.0, 1.0);
    return {plot.left() + plot.width() * point.x(), plot.bottom() - plot.height() * up};
}

void SensitivityPlots::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    const Theme theme = Theme::of(palette());
    painter.fillRect(viewport()->rect(), theme.base);
    if (m_places.isEmpty()) {
        paintEmpty(painter);
        return;
    }
    const int height = cellSize().height();
    const int scroll = verticalScrollBar()->value();
    const int first = scroll / height * columns();
    const int last = std::min(int(m_places.size()), ((scroll + viewport()->height()) / height + 1) * columns());
    for (int place = first; place < last; ++place)
        paintCell(painter, place);
}

void SensitivityPlots::paintCell(QPainter& painter, int place) const {
    const Theme theme = Theme::of(palette());
    const auto& curve = m_curves[m_places[place]];
    const QRect cell = cellBox(place);
    const QRect inner = cell.adjusted(2, 2, -2, -2);
    if (m_selected.contains(curve.id) || place == m_hovered) {
        painter.setRenderHint(QPainter::Antialiasing, true);
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_selected.contains(curve.id) ? theme.selection : theme.hover);
        painter.drawRoundedRect(inner, Theme::radius, Theme::radius);
    }
    if (place == m_current && hasFocus()) {
        painter.setPen(QPen(theme.accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(inner).adjusted(0.5, 0.5, -0.5, -0.5), Theme::radius, Theme::radius);
    }
    painter.setFont(font());
    painter.setPen(theme.text);
    const QFontMetrics metrics(font());
    const QRect title(cell.left() + Theme::spacing, cell.top() + Theme::unit, cell.width() - 2 * Theme::spacing,
                      metrics.height());
    painter.drawText(title, Qt::AlignLeft | Qt::AlignVCenter,
                     metrics.elidedText(curve.name, Qt::ElideMiddle, title.width()));
    const QRectF plot = plotBox(cell);
    painter.setRenderHint(QPainter::Antialiasing, false);
    painter.setPen(QPen(theme.grid, 1));
    for (const double share : {0.25, 0.5, 0.75})
        painter.drawLine(toPlot(plot, {share, 0}), QPointF(plot.left() + plot.width() * share, plot.top()));
    painter.drawLine(QPointF(plot.left(), plot.center().y()), QPointF(plot.right(), plot.center().y()));
    painter.setPen(QPen(theme.border, 1));
    painter.drawLine(plot.bottomLeft(), plot.bottomRight());
    painter.setRenderHint(QPainter::Antialiasing, true);
    paintCurve(painter, plot, curve);
    paintChosen(painter, plot, curve);
}

void SensitivityPlots::paintCurve(QPainter& painter, const QRectF& plot, const SensitivityCurve& curve) const {
    const Theme theme = Theme::of(palette());
    QPolygonF line{plot.bottomLeft()};
    bool cut = false;
    for (const QPointF& point : curve.points) {
        line << toPlot(plot, point);
        cut = cut || point.y() > m_top * (1 + 1e-9);
    }
    painter.setPen(QPen(theme.measurement, 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawPolyline(line);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.measurement);
    for (int i = 1; i < line.size(); ++i)
        painter.drawEllipse(line[i], 2, 2);
    if (cut) { // goes on above the plot
        const double x = plot.right() - 5;
        const double y = plot.top();
        painter.setBrush(theme.bad);
        painter.drawPolygon(QPolygonF{{x - 4, y + 5}, {x, y - 1}, {x + 4, y + 5}});
    }
}

void SensitivityPlots::paintChosen(QPainter& painter, const QRectF& plot, const SensitivityCurve& curve) const {
    if (!std::isfinite(curve.chosen))
        return;
    const Theme theme = Theme::of(palette());
    const double x = plot.left() + plot.width() * std::clamp(curve.chosen, 0.0, 1.0);
    painter.setPen(QPen(theme.accent, 1.5));
    painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    const double loss = lossAt(curve, curve.chosen);
    if (!std::isfinite(loss))
        return;
    const bool measured = std::any_of(curve.points.begin(), curve.points.end(),
                                      [&](const QPointF& point) { return std::abs(point.x() - curve.chosen) < 1e-6; });
    painter.setPen(QPen(measured ? theme.accent : theme.estimate, 1.5));
    painter.setBrush(measured ? theme.accent : theme.base);
    painter.drawEllipse(toPlot(plot, {curve.chosen, loss}), 3.5, 3.5);
}

void SensitivityPlots::paintEmpty(QPainter& painter) const {
    const Theme theme = Theme::of(palette());
    const QRect room = viewport()->rect().adjusted(12, 8, -12, -8);
    QFont strong = font();
    strong.setWeight(QFont::DemiBold);
    painter.setFont(strong);
    painter.setPen(theme.text);
    const QRect above(room.left(), room.top(), room.width(), room.height() / 2);
    painter.drawText(above, Qt::AlignHCenter | Qt::AlignBottom | Qt::TextWordWrap, m_emptyTitle);
    painter.setFont(font());
    painter.setPen(theme.muted);
    painter.drawText(above.translated(0, room.height() / 2 + 4), Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap,
                     m_emptyHint);
}

} // namespace lapidary
