// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/chartformat.h"
#include "ui/charts/layerbars.h"
#include "ui/theme/theme.h"

#include <QLocale>
#include <QPainter>
#include <QScrollBar>

#include <algorithm>
#include <cmath>

namespace lapidary {

void LayerBars::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    paintAll(painter, viewport()->size(), verticalScrollBar()->value(), true);
}

void LayerBars::paintAll(QPainter& painter, const QSize& size, int scroll, bool live) const {
    const Theme theme = Theme::of(palette());
    painter.setFont(font());
    painter.fillRect(QRect(QPoint(0, 0), size), theme.base);
    if (m_rows.isEmpty()) {
        paintEmpty(painter, size);
        return;
    }
    const int height = rowHeight();
    const int first = std::max(0, scroll / height);
    const int last = std::min(int(m_rows.size()) - 1, (scroll + size.height()) / height);
    for (int row = first; row <= last; ++row) {
        paintRow(painter, {0, headerHeight() + row * height - scroll, size.width(), height}, row, live);
    }
    paintHeader(painter, size.width());
}

void LayerBars::paintHeader(QPainter& painter, int width) const {
    const Theme theme = Theme::of(palette());
    const Columns c = columns(width);
    const QRect box(0, 0, width, headerHeight());
    painter.fillRect(box, theme.base);
    QFont strong = font();
    strong.setWeight(QFont::DemiBold);
    painter.setFont(strong);
    painter.setPen(theme.muted);
    painter.drawText(QRect(c.name, 0, c.nameWidth, box.height()), Qt::AlignVCenter | Qt::AlignLeft, tr("Layer"));
    QString metric = m_unit.isEmpty() ? m_label : tr("%1 (%2)", "quantity (unit)").arg(m_label, m_unit);
    metric += m_order == LayerOrder::LargestFirst ? QStringLiteral("  ↓") : QString();
    const QString hint = m_order == LayerOrder::LargestFirst ? tr("largest first") : tr("in execution order");
    painter.drawText(QRect(c.lane, 0, c.laneWidth, box.height()), Qt::AlignVCenter | Qt::AlignLeft, metric);
    painter.setFont(font());
    const int used = QFontMetrics(strong).horizontalAdvance(metric) + 2 * Theme::spacing;
    painter.setPen(theme.disabled);
    painter.drawText(QRect(c.lane + used, 0, width - c.lane - used - 12, box.height()),
                     Qt::AlignVCenter | Qt::AlignRight, hint);
    painter.setPen(theme.separator);
    painter.drawLine(0, box.bottom(), width, box.bottom());
}

void LayerBars::paintRow(QPainter& painter, const QRect& box, int row, bool live) const {
    const Theme theme = Theme::of(palette());
    const LayerBar& bar = m_bars[m_rows[row]];
    const Columns c = columns(box.width());
    if (m_selected.contains(bar.id)) {
        painter.fillRect(box, theme.selection);
    } else if (live && row == m_hovered) {
        painter.fillRect(box, theme.hover);
    }
    if (live && row == m_current && hasFocus()) {
        painter.setPen(QPen(theme.accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(box.adjusted(0, 0, -1, -1));
    }
    const QFontMetrics metrics(font());
    const QString name = metrics.elidedText(bar.name, Qt::ElideMiddle, c.nameWidth);
    painter.setPen(theme.text);
    painter.drawText(QRect(c.name, box.top(), c.nameWidth, box.height()), Qt::AlignVCenter | Qt::AlignLeft, name);
    const int rest = c.nameWidth - metrics.horizontalAdvance(name) - Theme::spacing;
    if (rest > metrics.averageCharWidth() * 4) {
        painter.setPen(theme.muted);
        painter.drawText(QRect(c.name + c.nameWidth - rest, box.top(), rest, box.height()),
                         Qt::AlignVCenter | Qt::AlignRight, metrics.elidedText(bar.type, Qt::ElideRight, rest));
    }
    paintBar(painter, QRectF(c.lane, box.top() + box.height() * 0.24, c.laneWidth, box.height() * 0.52), bar);

    const QString share = m_total > 0 && std::isfinite(bar.value)
                              ? locale().toString(100 * bar.value / m_total, 'f', 1) + QStringLiteral(" %")
                              : QString();
    painter.setPen(theme.muted);
    painter.drawText(QRect(c.value, box.top(), c.valueWidth, box.height()), Qt::AlignVCenter | Qt::AlignRight, share);
    painter.setPen(theme.text);
    painter.drawText(QRect(c.value, box.top(), m_valueWidth, box.height()), Qt::AlignVCenter | Qt::AlignRight,
                     displayNumber(bar.value, m_decimals));
}

void LayerBars::paintBar(QPainter& painter, const QRectF& lane, const LayerBar& bar) const {
    if (!(m_largest > 0) || !std::isfinite(bar.value)) {
        return;
    }
    const Theme theme = Theme::of(palette());
    const auto lengthOf = [&](double value) { return lane.width() * std::max(0.0, value) / m_largest; };
    painter.setRenderHint(QPainter::Antialiasing);
    if (std::isfinite(bar.before)) {
        // The ghost of what was there; what goes away is hatched.
        QColor ghost = theme.muted;
        ghost.setAlphaF(0.55f);
        painter.setPen(QPen(ghost, 1));
        painter.setBrush(QBrush(ghost, Qt::BDiagPattern));
        painter.drawRoundedRect(QRectF(lane.left() + 0.5, lane.top() + 0.5, lengthOf(bar.before), lane.height() - 1), 2,
                                2);
    }
    const QRectF body(lane.left(), lane.top(), std::max(1.0, lengthOf(bar.value)), lane.height());
    if (bar.kind == ValueKind::Estimated) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.base);
        painter.drawRoundedRect(body, 2, 2);
        QColor inner = theme.estimate;
        inner.setAlphaF(0.25f);
        painter.setBrush(inner);
        painter.setPen(QPen(theme.estimate, 1.25));
        painter.drawRoundedRect(body.adjusted(0.6, 0.6, -0.6, -0.6), 2, 2);
    } else {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.accent);
        painter.drawRoundedRect(body, 2, 2);
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void LayerBars::paintEmpty(QPainter& painter, const QSize& size) const {
    const Theme theme = Theme::of(palette());
    const QString title = m_emptyTitle.isEmpty() ? tr("No layers to show") : m_emptyTitle;
    const QString hint = m_emptyTitle.isEmpty() ? tr("Open a model, or profile a variant for its times.") : m_emptyHint;
    const QRect column(size.width() / 2 - 200, size.height() / 2 - 40, 400, 80);
    QFont strong = font();
    strong.setWeight(QFont::DemiBold);
    painter.setFont(strong);
    painter.setPen(theme.text);
    painter.drawText(column.adjusted(0, 0, 0, -44), Qt::AlignHCenter | Qt::AlignBottom | Qt::TextWordWrap, title);
    painter.setFont(font());
    painter.setPen(theme.muted);
    painter.drawText(column.adjusted(0, 44, 0, 0), Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, hint);
}

} // namespace lapidary
