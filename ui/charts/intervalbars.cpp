// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/intervalbars.h"

#include "ui/theme/theme.h"

#include <QLocale>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

/// The largest of 1, 2, 5 times a power of ten that gives at least three ticks.
double tickStep(double range) {
    const double rough = range / 4;
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    const double share = rough / power;
    return power * (share >= 5 ? 5 : share >= 2 ? 2 : 1);
}

QColor colorOf(const Theme& theme, int color) {
    switch (color) {
    case -1:
        return theme.good;
    case -2:
        return theme.bad;
    case -3:
        return theme.muted;
    default:
        return theme.categorical(color);
    }
}

} // namespace

IntervalBars::IntervalBars(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

void IntervalBars::setBars(const QVector<IntervalBar>& bars, bool zero, const QString& unit) {
    m_bars = bars;
    m_zero = zero;
    m_unit = unit;
    m_from = zero ? 0 : 1e300;
    m_to = zero ? 0 : -1e300;
    QStringList words;
    for (const auto& bar : m_bars) {
        m_from = std::min(m_from, bar.low);
        m_to = std::max(m_to, bar.high);
        words.append(bar.label + QStringLiteral(": ") + bar.text);
    }
    if (!(m_to > m_from)) {
        m_from -= 0.5;
        m_to = m_from + 1;
    }
    const double margin = 0.06 * (m_to - m_from);
    m_from -= margin;
    m_to += margin;
    setAccessibleDescription(words.join(QStringLiteral("; ")));
    setToolTip(words.join(QLatin1Char('\n')));
    updateGeometry();
    update();
}

int IntervalBars::rowHeight() const {
    return fontMetrics().height() + 10;
}

QSize IntervalBars::sizeHint() const {
    return {460, rowHeight() * (int(m_bars.size()) + 1) + 8};
}

QSize IntervalBars::minimumSizeHint() const {
    return {280, sizeHint().height()};
}

void IntervalBars::paintEvent(QPaintEvent*) {
    if (m_bars.isEmpty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto theme = Theme::of(palette());
    int left = 0, right = 0;
    for (const auto& bar : m_bars) {
        left = std::max(left, fontMetrics().horizontalAdvance(bar.label));
        right = std::max(right, fontMetrics().horizontalAdvance(bar.text));
    }
    const QRectF axis(left + 16, 4, std::max(60, width() - left - right - 40), rowHeight() * int(m_bars.size()));
    const auto place = [&](double value) { return axis.left() + axis.width() * (value - m_from) / (m_to - m_from); };
    double step = tickStep(m_to - m_from);
    constexpr double leastBetween = 64; // so that no number runs into the next
    while (axis.width() * step / (m_to - m_from) < leastBetween)
        step *= 2;
    for (double tick = std::ceil(m_from / step) * step; tick <= m_to; tick += step) {
        const bool isZero = m_zero && std::abs(tick) < step / 1000;
        painter.setPen(QPen(isZero ? theme.text : theme.grid, isZero ? 1.2 : 1));
        painter.drawLine(QPointF(place(tick), axis.top()), QPointF(place(tick), axis.bottom()));
        painter.setPen(theme.muted);
        painter.drawText(QRectF(place(tick) - 40, axis.bottom() + 2, 80, rowHeight() - 4),
                         Qt::AlignHCenter | Qt::AlignTop, QLocale().toString(isZero ? 0.0 : tick, 'g', 4) + m_unit);
    }
    for (int row = 0; row < m_bars.size(); ++row) {
        const auto& bar = m_bars[row];
        const double middle = axis.top() + (row + 0.5) * rowHeight();
        const QRectF line(0, middle - rowHeight() / 2.0, width(), rowHeight());
        painter.setPen(theme.text);
        painter.drawText(line.adjusted(0, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, bar.label);
        painter.drawText(line.adjusted(axis.right() + 16, 0, 0, 0), Qt::AlignLeft | Qt::AlignVCenter, bar.text);
        const auto color = bar.estimate ? theme.estimate : colorOf(theme, bar.color);
        if (bar.estimate) {
            painter.setPen(QPen(color, 2, Qt::DotLine));
            painter.setBrush(theme.base);
            painter.drawEllipse(QPointF(place(bar.value), middle), 5.5, 5.5);
            continue;
        }
        painter.setPen(QPen(color, 2));
        const double from = place(bar.low), to = place(bar.high);
        painter.drawLine(QPointF(from, middle), QPointF(to, middle));
        for (const double end : {from, to})
            painter.drawLine(QPointF(end, middle - 5), QPointF(end, middle + 5));
        painter.setPen(QPen(theme.base, 1.5));
        painter.setBrush(color);
        painter.drawEllipse(QPointF(place(bar.value), middle), 5.5, 5.5);
    }
}

} // namespace lapidary
