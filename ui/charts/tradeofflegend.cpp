// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/tradeofflegend.h"

#include <QFontMetricsF>

namespace lapidary {
namespace {
constexpr double markWidth = 20;
constexpr double entryGap = 16;
} // namespace

void TradeoffLegend::layOut(const TradeoffState& state, const Words& words, const QFont& font, double width) {
    m_entries.clear();
    m_font = font;
    m_height = 0;
    if (state.drawable().empty()) {
        return;
    }
    for (int i = 0; i < state.groups().size(); ++i) {
        if (!state.groups()[i].isEmpty()) {
            m_entries.push_back({Mark::Group, i, state.groups()[i], {}});
        }
    }
    bool anyEstimate = false;
    bool anyMeasured = false;
    for (const int index : state.drawable()) {
        (TradeoffState::isEstimate(state.points()[index]) ? anyEstimate : anyMeasured) = true;
    }
    if (anyMeasured) {
        m_entries.push_back({Mark::Measured, 0, words.measured, {}});
    }
    if (anyEstimate) {
        m_entries.push_back({Mark::Estimated, 0, words.estimated, {}});
    }
    m_entries.push_back({Mark::Frontier, 0, words.frontier, {}});
    if (!words.area.isEmpty()) {
        m_entries.push_back({Mark::Area, 0, words.area, {}});
    }

    const QFontMetricsF metrics(font);
    const double line = metrics.height() + Theme::unit;
    double x = 0;
    double y = 0;
    for (Entry& entry : m_entries) {
        const double wide = markWidth + metrics.horizontalAdvance(entry.text);
        if (x > 0 && x + wide > width) {
            x = 0;
            y += line;
        }
        entry.box = QRectF(x, y, wide, line);
        x += wide + entryGap;
    }
    m_height = y + line;
}

void TradeoffLegend::paintMark(QPainter& painter, const Theme& theme, const Entry& entry, QPointF c) {
    switch (entry.mark) {
    case Mark::Group:
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.categorical(entry.group));
        painter.drawRoundedRect(QRectF(c.x() - 5, c.y() - 5, 10, 10), 2, 2);
        break;
    case Mark::Measured:
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.muted);
        painter.drawEllipse(c, 5, 5);
        break;
    case Mark::Estimated:
        painter.setPen(QPen(theme.muted, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(c, 4.5, 4.5);
        break;
    case Mark::Frontier:
        painter.setPen(QPen(theme.frontier, 2));
        painter.drawPolyline(
            QPolygonF({{c.x() - 7, c.y() + 3}, {c.x(), c.y() + 3}, {c.x(), c.y() - 3}, {c.x() + 7, c.y() - 3}}));
        break;
    case Mark::Area:
        painter.setPen(QPen(theme.muted, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawEllipse(QPointF(c.x(), c.y()), 6, 6);
        painter.drawEllipse(QPointF(c.x(), c.y() + 3), 3, 3);
        break;
    }
}

void TradeoffLegend::paint(QPainter& painter, const Theme& theme, QPointF topLeft) const {
    painter.setFont(m_font);
    for (const Entry& entry : m_entries) {
        const QRectF box = entry.box.translated(topLeft);
        paintMark(painter, theme, entry, {box.left() + 7, box.center().y()});
        painter.setPen(theme.muted);
        painter.drawText(box.adjusted(markWidth, 0, 2, 0), Qt::AlignLeft | Qt::AlignVCenter, entry.text);
    }
}

} // namespace lapidary
