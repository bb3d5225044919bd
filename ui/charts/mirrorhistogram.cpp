// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/mirrorhistogram.h"

#include "ui/theme/theme.h"

#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lapidary {

MirrorHistogram::MirrorHistogram(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
}

void MirrorHistogram::setSides(const Side& above, const Side& below, const QString& quantity, const QString& mark) {
    m_above = above;
    m_below = below;
    m_quantity = quantity;
    m_mark = mark;
    setRootScale(m_root);
}

void MirrorHistogram::setRootScale(bool on) {
    m_root = on;
    m_largest = 1;
    for (const auto* side : {&m_above, &m_below})
        for (const auto count : side->all)
            m_largest = std::max(m_largest, on ? std::sqrt(double(count)) : double(count));
    update();
}

double MirrorHistogram::heightOf(std::uint64_t count) const {
    return (m_root ? std::sqrt(double(count)) : double(count)) / m_largest;
}

QRectF MirrorHistogram::plotRect() const {
    const double line = fontMetrics().height();
    return QRectF(rect()).adjusted(12, line + 14, -12, -2 * line - 10);
}

void MirrorHistogram::paintSide(QPainter& painter, const QRectF& plot, const Side& side, int color, bool up) const {
    const auto theme = Theme::of(palette());
    const double middle = plot.center().y(), half = plot.height() / 2 - 2;
    const auto bins = double(side.all.size());
    const auto bar = [&](std::size_t i, double height) {
        const double x = plot.left() + plot.width() * double(i) / bins;
        const double width = std::max(1.0, plot.width() / bins - 1);
        return QRectF(x, up ? middle - half * height : middle, width, half * height);
    };
    for (std::size_t i = 0; i < side.all.size(); ++i) {
        if (side.all[i] == 0)
            continue;
        const auto whole = bar(i, heightOf(side.all[i]));
        painter.fillRect(whole, theme.categorical(color));
        const double share = i < side.marked.size() ? double(side.marked[i]) / double(side.all[i]) : 0;
        if (share <= 0)
            continue;
        // The marked part keeps its share of the bar, at the middle line.
        const auto part = bar(i, heightOf(side.all[i]) * share);
        painter.fillRect(part, theme.base);
        painter.fillRect(part, QBrush(theme.bad, Qt::BDiagPattern));
        painter.setPen(QPen(theme.bad, 1));
        painter.drawRect(part.adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

void MirrorHistogram::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto theme = Theme::of(palette());
    const auto plot = plotRect();
    painter.fillRect(rect(), theme.base);
    if (m_above.all.empty() || plot.height() < 20)
        return;
    const double line = fontMetrics().height();
    painter.setPen(theme.grid);
    for (int tick = 0; tick <= 10; tick += 2) {
        const double x = plot.left() + plot.width() * tick / 10;
        painter.drawLine(QPointF(x, plot.top()), QPointF(x, plot.bottom()));
    }
    paintSide(painter, plot, m_above, 0, true);
    paintSide(painter, plot, m_below, 1, false);
    painter.setPen(theme.text);
    painter.drawLine(QPointF(plot.left(), plot.center().y()), QPointF(plot.right(), plot.center().y()));
    painter.setPen(theme.muted);
    for (int tick = 0; tick <= 10; tick += 2)
        painter.drawText(QRectF(plot.left() + plot.width() * tick / 10 - 30, plot.bottom() + 2, 60, line),
                         Qt::AlignHCenter | Qt::AlignTop, QLocale().toString(tick * 10) + QLocale().percent());
    painter.drawText(QRectF(plot.left(), plot.bottom() + line + 3, plot.width(), line + 2),
                     Qt::AlignHCenter | Qt::AlignTop, m_quantity);
    double x = plot.left();
    const auto legend = [&](const QBrush& brush, const QString& text) {
        painter.fillRect(QRectF(x, 8, 12, 12), brush);
        painter.setPen(theme.text);
        painter.drawText(QRectF(x + 18, 4, 300, line + 4), Qt::AlignLeft | Qt::AlignVCenter, text);
        x += 34 + fontMetrics().horizontalAdvance(text);
    };
    legend(theme.categorical(0), m_above.name);
    legend(theme.categorical(1), m_below.name);
    if (!m_above.marked.empty() && !m_mark.isEmpty())
        legend(QBrush(theme.bad, Qt::BDiagPattern), m_mark);
}

QString MirrorHistogram::binText(std::size_t bin) const {
    const auto line = [&](const Side& side) {
        auto text = tr("%1: %2").arg(side.name).arg(side.all[bin]);
        if (bin < side.marked.size())
            text += tr(", %1: %2").arg(m_mark).arg(side.marked[bin]);
        return text;
    };
    const double width = 100.0 / double(m_above.all.size());
    return tr("%1 to %2 %")
               .arg(QLocale().toString(double(bin) * width, 'f', 1),
                    QLocale().toString(double(bin + 1) * width, 'f', 1)) +
           QLatin1Char('\n') + line(m_above) + QLatin1Char('\n') + line(m_below);
}

void MirrorHistogram::mouseMoveEvent(QMouseEvent* event) {
    const auto plot = plotRect();
    if (m_above.all.empty() || m_below.all.size() != m_above.all.size() || !plot.contains(event->position())) {
        QToolTip::hideText();
        return;
    }
    const auto bin = std::size_t((event->position().x() - plot.left()) / plot.width() * double(m_above.all.size()));
    QToolTip::showText(event->globalPosition().toPoint(), binText(std::min(bin, m_above.all.size() - 1)), this);
}

} // namespace lapidary
