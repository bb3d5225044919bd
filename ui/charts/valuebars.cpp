// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/valuebars.h"

#include "ui/theme/theme.h"

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

constexpr int margin = 8;
constexpr double widestBar = 24;

} // namespace

ValueBars::ValueBars(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Bars"));
}

void ValueBars::setValues(std::vector<double> values) {
    m_lower.assign(values.size(), 0.0);
    m_upper = std::move(values);
    measure();
}

void ValueBars::setRanges(std::vector<double> lower, std::vector<double> upper) {
    m_lower = std::move(lower);
    m_upper = std::move(upper);
    measure();
}

void ValueBars::setEmptyText(const QString& text) {
    m_emptyText = text;
    update();
}

void ValueBars::measure() {
    m_bottom = m_top = 0;
    for (std::size_t i = 0; i < m_upper.size(); ++i)
        for (const double value : {m_lower[i], m_upper[i]})
            if (std::isfinite(value)) {
                m_bottom = std::min(m_bottom, value);
                m_top = std::max(m_top, value);
            }
    if (m_bottom == m_top)
        m_top = 1;
    if (m_current >= int(count()))
        m_current = -1;
    hover(-1);
    update();
}

void ValueBars::setCurrent(int index) {
    m_current = index < int(count()) ? index : -1;
    update();
}

QRectF ValueBars::plotRect() const {
    const double line = fontMetrics().height();
    const QRectF box = QRectF(rect()).adjusted(margin, margin + line, -margin, -margin - line);
    const double width = std::min(box.width(), widestBar * double(std::max<std::size_t>(count(), 1)));
    return {box.left(), box.top(), width, std::max(box.height(), 1.0)};
}

int ValueBars::indexAt(double x) const {
    const auto plot = plotRect();
    if (m_upper.empty() || x < plot.left() || x >= plot.right())
        return -1;
    const double each = plot.width() / double(count());
    const auto first = std::clamp(int((x - plot.left()) / each), 0, int(count()) - 1);
    if (each >= 1)
        return first;
    // Of the bars under one pixel the one that can be seen.
    const auto end = std::clamp(int((x + 1 - plot.left()) / each), first + 1, int(count()));
    const auto size = [&](int i) {
        return std::max(std::abs(m_lower[std::size_t(i)]), std::abs(m_upper[std::size_t(i)]));
    };
    int best = first;
    for (int i = first + 1; i < end; ++i)
        if (size(i) > size(best) || std::isnan(size(best)))
            best = i;
    return best;
}

void ValueBars::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto theme = Theme::of(palette());
    painter.fillRect(rect(), theme.base);
    if (m_upper.empty()) {
        painter.setPen(theme.muted);
        painter.drawText(rect().adjusted(12, 12, -12, -12), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const auto plot = plotRect();
    const auto place = [&](double value) {
        return plot.bottom() - (value - m_bottom) / (m_top - m_bottom) * plot.height();
    };
    const double each = plot.width() / double(count());
    const int columns = each >= 1 ? int(count()) : int(plot.width());
    const double width = plot.width() / columns;
    const double gap = width > 3 ? 1 : 0;
    for (int column = 0; column < columns; ++column) {
        const auto begin = std::size_t(double(column) * double(count()) / columns);
        const auto end = std::max(begin + 1, std::size_t(double(column + 1) * double(count()) / columns));
        double low = std::numeric_limits<double>::infinity(), high = -low;
        bool marked = false, under = false;
        for (auto i = begin; i < std::min(end, count()); ++i) {
            if (std::isnan(m_lower[i]) || std::isnan(m_upper[i]))
                continue;
            low = std::min({low, m_lower[i], m_upper[i]});
            high = std::max({high, m_lower[i], m_upper[i]});
            marked |= int(i) == m_current;
            under |= int(i) == m_hovered;
        }
        if (low > high)
            continue;
        const double top = place(std::clamp(high, m_bottom, m_top)), bottom = place(std::clamp(low, m_bottom, m_top));
        auto color = marked ? theme.warning : theme.accent;
        color.setAlphaF(marked || under ? 1.0f : 0.75f);
        painter.fillRect(
            QRectF(plot.left() + column * width, top, std::max(width - gap, 1.0), std::max(bottom - top, 1.0)), color);
    }
    painter.setPen(theme.border);
    painter.drawLine(QPointF(plot.left(), place(0)), QPointF(rect().right() - margin, place(0)));
    paintScale(painter);
}

void ValueBars::paintScale(QPainter& painter) const {
    const auto theme = Theme::of(palette());
    painter.setPen(theme.muted);
    auto small = font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    painter.setFont(small);
    const auto box = rect().adjusted(margin, 2, -margin, -2);
    painter.drawText(box, Qt::AlignTop | Qt::AlignLeft, locale().toString(m_top, 'g', 3));
    painter.drawText(box, Qt::AlignBottom | Qt::AlignLeft, locale().toString(m_bottom, 'g', 3));
    painter.drawText(box, Qt::AlignBottom | Qt::AlignRight, tr("0 to %1", "positions").arg(count() - 1));
    if (hasFocus()) {
        painter.setPen(theme.accent);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void ValueBars::hover(int index) {
    if (index == m_hovered)
        return;
    m_hovered = index;
    update();
    Q_EMIT hovered(index);
}

void ValueBars::mouseMoveEvent(QMouseEvent* event) {
    hover(indexAt(event->position().x()));
}

void ValueBars::mousePressEvent(QMouseEvent* event) {
    const int index = indexAt(event->position().x());
    if (index < 0 || event->button() != Qt::LeftButton)
        return;
    setCurrent(index);
    Q_EMIT picked(index);
}

void ValueBars::leaveEvent(QEvent*) {
    hover(-1);
}

void ValueBars::keyPressEvent(QKeyEvent* event) {
    const int last = int(count()) - 1;
    const int step = event->key() == Qt::Key_Left ? -1 : event->key() == Qt::Key_Right ? 1 : 0;
    const int target = event->key() == Qt::Key_Home  ? 0
                       : event->key() == Qt::Key_End ? last
                       : step != 0                   ? std::clamp(m_current + step, 0, std::max(last, 0))
                                                     : -1;
    if (target < 0 || last < 0) {
        QWidget::keyPressEvent(event);
        return;
    }
    setCurrent(target);
    Q_EMIT hovered(target);
    Q_EMIT picked(target);
}

void ValueBars::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::LanguageChange)
        update();
}

} // namespace lapidary
