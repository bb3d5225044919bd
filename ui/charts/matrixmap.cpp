// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/matrixmap.h"

#include "ui/theme/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lapidary {

MatrixMap::MatrixMap(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void MatrixMap::setCells(const QStringList& rows, const QStringList& columns, const QVector<Cell>& cells) {
    m_rows = rows;
    m_columns = columns;
    m_cells = cells;
    m_best = -1;
    m_smallest = m_largest = 0;
    QStringList words;
    for (int i = 0; i < m_cells.size(); ++i) {
        const auto& cell = m_cells[i];
        words.append(QStringLiteral("%1 × %2: %3")
                         .arg(rows.value(i / int(columns.size())), columns.value(i % int(columns.size())), cell.first));
        if (!std::isfinite(cell.value))
            continue;
        m_smallest = m_best < 0 ? cell.value : std::min(m_smallest, cell.value);
        m_largest = m_best < 0 ? cell.value : std::max(m_largest, cell.value);
        if (m_best < 0 || cell.value < m_cells[m_best].value)
            m_best = i;
    }
    setAccessibleDescription(words.join(QStringLiteral("; ")));
    update();
}

void MatrixMap::setAxes(const QString& rows, const QString& columns) {
    m_rowTitle = rows;
    m_columnTitle = columns;
    update();
}

void MatrixMap::setEmptyText(const QString& text) {
    m_emptyText = text;
    update();
}

int MatrixMap::leftMargin() const {
    int widest = fontMetrics().horizontalAdvance(m_rowTitle);
    for (const auto& name : m_rows)
        widest = std::max(widest, fontMetrics().horizontalAdvance(name));
    return widest + 2 * Theme::spacing;
}

QRectF MatrixMap::cellRect(int index) const {
    if (m_rows.isEmpty() || m_columns.isEmpty())
        return {};
    const double left = leftMargin(), top = 2.0 * fontMetrics().height() + 2 * Theme::spacing;
    const double wide = std::min(190.0, (width() - left - Theme::spacing) / columnCount());
    const double high = std::min(72.0, (height() - top - Theme::spacing) / double(m_rows.size()));
    return QRectF(left + index % columnCount() * wide, top + index / columnCount() * high, wide, high)
        .adjusted(2, 2, -2, -2);
}

void MatrixMap::paintCell(QPainter& painter, int index) const {
    const auto theme = Theme::of(palette());
    const auto& cell = m_cells[index];
    const auto box = cellRect(index);
    const bool known = std::isfinite(cell.value);
    const double range = std::log(std::max(m_largest, 1e-12) / std::max(m_smallest, 1e-12));
    const double share = known && range > 1e-9 ? 1 - std::log(cell.value / m_smallest) / range : known ? 1 : 0;
    const auto color = theme.sequential(0.12 + 0.7 * share);
    const bool filled = known && !cell.estimate;
    painter.setPen(index == m_best ? QPen(theme.accent, 3) : QPen(cell.estimate ? theme.estimate : theme.border, 1));
    painter.setBrush(filled ? color : theme.base);
    painter.drawRoundedRect(box, Theme::radius, Theme::radius);
    painter.setPen(filled ? Theme::textOn(color) : known ? theme.estimate : theme.muted);
    auto font = painter.font();
    font.setBold(index == m_best);
    font.setItalic(cell.estimate);
    painter.setFont(font);
    const bool two = box.height() > 2.1 * fontMetrics().height() && !cell.second.isEmpty();
    const auto first = index == m_best ? QStringLiteral("★ ") + cell.first : cell.first;
    const auto elided = QFontMetrics(font).elidedText(first, Qt::ElideRight, int(box.width()) - 8);
    painter.drawText(box.adjusted(4, 0, -4, two ? -box.height() / 2 : 0),
                     two ? Qt::AlignHCenter | Qt::AlignBottom : Qt::AlignCenter, elided);
    font.setBold(false);
    painter.setFont(font);
    if (two)
        painter.drawText(box.adjusted(4, box.height() / 2, -4, 0), Qt::AlignHCenter | Qt::AlignTop,
                         QFontMetrics(font).elidedText(cell.second, Qt::ElideRight, int(box.width()) - 8));
}

void MatrixMap::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto theme = Theme::of(palette());
    painter.fillRect(rect(), theme.base);
    painter.setPen(theme.muted);
    if (m_cells.isEmpty()) {
        painter.drawText(rect().adjusted(16, 16, -16, -16), Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
        return;
    }
    const auto first = cellRect(0);
    const int line = fontMetrics().height();
    const double right = cellRect(columnCount() - 1).right();
    painter.drawText(QRectF(first.left(), 4, right - first.left(), line), Qt::AlignHCenter, m_columnTitle);
    painter.drawText(QRectF(8, first.top() - line - 4, leftMargin() - 12, line), Qt::AlignLeft, m_rowTitle);
    painter.setPen(theme.text);
    for (int i = 0; i < columnCount(); ++i) {
        const auto box = cellRect(i);
        painter.drawText(QRectF(box.left(), first.top() - line - 4, box.width(), line), Qt::AlignHCenter, m_columns[i]);
    }
    for (int i = 0; i < m_rows.size(); ++i) {
        const auto box = cellRect(i * columnCount());
        painter.drawText(QRectF(0, box.top(), first.left() - 8, box.height()), Qt::AlignRight | Qt::AlignVCenter,
                         m_rows[i]);
    }
    for (int i = 0; i < m_cells.size(); ++i)
        if (i != m_best)
            paintCell(painter, i);
    if (m_best >= 0)
        paintCell(painter, m_best);
}

bool MatrixMap::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    for (int i = 0; i < m_cells.size(); ++i)
        if (cellRect(i).contains(help->pos())) {
            QToolTip::showText(help->globalPos(), m_cells[i].toolTip, this);
            return true;
        }
    QToolTip::hideText();
    return true;
}

} // namespace lapidary
