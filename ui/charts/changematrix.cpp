// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/changematrix.h"

#include "ui/theme/colormath.h"
#include "ui/theme/theme.h"

#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

QString signedText(int value) {
    return value < 0 ? QStringLiteral("−%1").arg(-value) : value > 0 ? QStringLiteral("+%1").arg(value) : QString();
}

} // namespace

ChangeMatrix::ChangeMatrix(QWidget* parent) : QWidget(parent) {
    setMouseTracking(true);
}

void ChangeMatrix::setValues(const QStringList& names, std::vector<int> values) {
    m_names = names;
    m_values = std::move(values);
    m_largest = 1;
    for (const int value : m_values)
        m_largest = std::max(m_largest, std::abs(value));
    update();
}

void ChangeMatrix::setAxes(const QString& rows, const QString& columns) {
    m_rows = rows;
    m_columns = columns;
    update();
}

int ChangeMatrix::margin() const {
    int widest = 0;
    for (const auto& name : m_names)
        widest = std::max(widest, fontMetrics().horizontalAdvance(name));
    return std::min(widest + 10, std::min(width(), height()) / 3);
}

QRectF ChangeMatrix::cellRect(int row, int column) const {
    const double edge = margin() + fontMetrics().height() + 6;
    const double side = std::max(4.0, std::min({(width() - edge - 6) / std::max(1, count()),
                                                (height() - edge - 6) / std::max(1, count()), 56.0}));
    return {edge + column * side, edge + row * side, side, side};
}

QPoint ChangeMatrix::cellAt(const QPointF& place) const {
    const auto first = cellRect(0, 0);
    const int column = int(std::floor((place.x() - first.left()) / first.width()));
    const int row = int(std::floor((place.y() - first.top()) / first.height()));
    const bool inside = column >= 0 && row >= 0 && column < count() && row < count();
    return inside ? QPoint(column, row) : QPoint(-1, -1);
}

void ChangeMatrix::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const auto theme = Theme::of(palette());
    painter.fillRect(rect(), theme.base);
    if (count() == 0)
        return;
    const auto first = cellRect(0, 0), last = cellRect(count() - 1, count() - 1);
    for (int row = 0; row < count(); ++row)
        for (int column = 0; column < count(); ++column) {
            const auto cell = cellRect(row, column).adjusted(0.5, 0.5, -0.5, -0.5);
            const int change = value(row, column);
            painter.setPen(row == column ? theme.muted : theme.grid);
            const bool better = (row == column) == (change > 0);
            const double share = 0.15 + 0.65 * std::sqrt(std::abs(change) / double(m_largest));
            painter.setBrush(change == 0 ? theme.base
                                         : mixPerceptual(theme.base, better ? theme.good : theme.bad, share));
            painter.drawRect(cell);
            if (change != 0 && cell.width() >= fontMetrics().horizontalAdvance(signedText(change)) + 2) {
                painter.setPen(theme.text);
                painter.drawText(cell, Qt::AlignCenter, signedText(change));
            }
        }
    const double line = fontMetrics().height() + 6;
    const int room = margin();
    painter.setPen(theme.text);
    for (int i = 0; i < count(); ++i) {
        const auto name = fontMetrics().elidedText(m_names[i], Qt::ElideRight, room - 8);
        const auto cell = cellRect(i, i);
        painter.drawText(QRectF(line, cell.top(), room - 6, cell.height()), Qt::AlignRight | Qt::AlignVCenter, name);
        painter.save();
        painter.translate(cell.center().x(), first.top() - 5);
        painter.rotate(-90);
        painter.drawText(QRectF(0, -line / 2, room, line), Qt::AlignLeft | Qt::AlignVCenter, name);
        painter.restore();
    }
    painter.setPen(theme.muted);
    painter.drawText(QRectF(first.left(), 0, std::max(last.right() - first.left(), 160.0), line),
                     Qt::AlignLeft | Qt::AlignVCenter, m_columns);
    painter.translate(0, last.bottom());
    painter.rotate(-90);
    painter.drawText(QRectF(0, 0, std::max(last.bottom() - first.top(), 160.0), line),
                     Qt::AlignRight | Qt::AlignVCenter, m_rows);
}

void ChangeMatrix::mouseMoveEvent(QMouseEvent* event) {
    const auto cell = cellAt(event->position());
    if (cell.x() < 0) {
        QToolTip::hideText();
        return;
    }
    const int change = value(cell.y(), cell.x());
    const auto& label = m_names[cell.y()];
    const auto number = change == 0 ? QStringLiteral("0") : signedText(change);
    QToolTip::showText(event->globalPosition().toPoint(),
                       cell.x() == cell.y() ? tr("%1 rightly called %1: %2").arg(label, number)
                                            : tr("%1 called %2: %3").arg(label, m_names[cell.x()], number),
                       this);
}

void ChangeMatrix::mousePressEvent(QMouseEvent* event) {
    if (const auto cell = cellAt(event->position()); cell.x() >= 0 && event->button() == Qt::LeftButton)
        Q_EMIT picked(cell.y(), cell.x());
}

} // namespace lapidary
