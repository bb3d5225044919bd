// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/loadcurve.h"

#include "engine/plots/niceticks.h"
#include "ui/theme/theme.h"

#include <QLocale>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace lapidary {

namespace {

constexpr int leftEdge = 74;

QString numberText(double value) {
    return QLocale().toString(value, 'g', 4);
}

} // namespace

/// One curve over the seconds.
struct LoadCurve::Strip {
    QString title;
    QColor color;
    double LoadPoint::*value;
    bool fromZero = false;
    bool times = false; ///< the axis of seconds stands beneath
};

LoadCurve::LoadCurve(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void LoadCurve::setPoints(const QVector<LoadPoint>& points, double settled) {
    m_points = points;
    m_settled = settled;
    setAccessibleDescription(points.isEmpty()
                                 ? m_emptyText
                                 : tr("%1 ms at first, %2 ms at the end, %3 seconds")
                                       .arg(numberText(points.first().medianMs), numberText(points.last().medianMs),
                                            numberText(points.last().seconds)));
    update();
}

void LoadCurve::setEmptyText(const QString& text) {
    m_emptyText = text;
    update();
}

void LoadCurve::paintStrip(QPainter& painter, const QRectF& place, const Strip& strip) const {
    const auto theme = Theme::of(palette());
    double low = 1e300, high = -1e300;
    for (const auto& point : m_points) {
        low = std::min(low, point.*strip.value);
        high = std::max(high, point.*strip.value);
    }
    if (strip.fromZero)
        low = 0;
    const double margin = std::max(0.08 * (high - low), 0.02 * std::abs(high) + 1e-9);
    low = strip.fromZero ? 0 : low - margin;
    high += margin;
    const double end = std::max(m_points.last().seconds, 1e-3);
    const auto at = [&](double seconds, double value) {
        return QPointF(place.left() + place.width() * seconds / end,
                       place.bottom() - place.height() * (value - low) / (high - low));
    };
    const int line = fontMetrics().height();
    for (const double tick : niceTicks(low, high, std::max(2, int(place.height() / 40))).values) {
        const auto y = at(0, tick).y();
        painter.setPen(theme.grid);
        painter.drawLine(QPointF(place.left(), y), QPointF(place.right(), y));
        painter.setPen(theme.muted);
        painter.drawText(QRectF(0, y - line / 2.0, leftEdge - 8, line), Qt::AlignRight | Qt::AlignVCenter,
                         numberText(tick));
    }
    if (strip.times)
        for (const double tick : niceTicks(0, end, std::max(2, int(place.width() / 90))).values) {
            const auto x = at(tick, low).x();
            painter.setPen(theme.muted);
            painter.drawText(QRectF(x - 50, place.bottom() + 3, 100, line), Qt::AlignHCenter,
                             tr("%1 s").arg(numberText(tick)));
        }
    painter.setPen(theme.text);
    painter.drawText(QRectF(place.left(), place.top() - line - 2, place.width(), line), Qt::AlignLeft, strip.title);
    if (m_settled > 0) {
        painter.setPen(QPen(theme.warning, 1.5, Qt::DashLine));
        const auto x = at(m_settled, low).x();
        painter.drawLine(QPointF(x, place.top()), QPointF(x, place.bottom()));
        if (strip.fromZero) {
            const auto text = tr("settled after %1 s").arg(numberText(m_settled));
            const int wide = fontMetrics().horizontalAdvance(text);
            const double left = x + wide + 6 < place.right() ? x + 5 : x - wide - 5;
            painter.setPen(theme.warning);
            painter.drawText(QRectF(left, place.bottom() - line - 2, wide + 2, line), Qt::AlignLeft, text);
        }
    }
    QPainterPath path;
    for (int i = 0; i < m_points.size(); ++i) {
        const auto point = at(m_points[i].seconds, m_points[i].*strip.value);
        if (i == 0)
            path.moveTo(point);
        else
            path.lineTo(point);
    }
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(strip.color, 2));
    painter.drawPath(path);
    painter.setBrush(strip.color);
    painter.setPen(Qt::NoPen);
    for (const auto& point : m_points)
        painter.drawEllipse(at(point.seconds, point.*strip.value), 2.5, 2.5);
}

void LoadCurve::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto theme = Theme::of(palette());
    painter.fillRect(rect(), theme.base);
    if (m_points.isEmpty()) {
        painter.setPen(theme.muted);
        painter.drawText(rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    QVector<Strip> strips;
    strips.append(
        Strip{tr("Latency in ms, median of each stretch"), theme.measurement, &LoadPoint::medianMs, true, false});
    const auto known = [&](double LoadPoint::*value) {
        return std::all_of(m_points.begin(), m_points.end(), [&](const auto& point) { return point.*value > 0; });
    };
    if (known(&LoadPoint::clockMhz))
        strips.append(Strip{tr("Clock in MHz"), theme.categorical(1), &LoadPoint::clockMhz, false, false});
    if (known(&LoadPoint::celsius))
        strips.append(Strip{tr("Hottest sensor in °C"), theme.categorical(2), &LoadPoint::celsius, false, false});
    strips.last().times = true;
    const int line = fontMetrics().height();
    // The latency gets half more than each of the others.
    const double unit = (height() - line - 12.0) / (double(strips.size()) + 0.5);
    double top = 0;
    for (int i = 0; i < strips.size(); ++i) {
        const double high = i == 0 ? 1.5 * unit : unit;
        paintStrip(painter, QRectF(leftEdge, top + line + 8, width() - leftEdge - 24.0, high - line - 16), strips[i]);
        top += high;
    }
}

} // namespace lapidary
