// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/plots/labelplacer.h"
#include "ui/charts/tradeoffstate.h"
#include "ui/theme/theme.h"

#include <QFont>
#include <QPainter>
#include <QPolygonF>
#include <QRectF>

#include <functional>

namespace lapidary {

/// Draws a trade-off onto any painter, given where numbers lie in pixels.
class TradeoffPainter {
public:
    struct View {
        QRectF area; ///< the axis rectangle
        std::function<QPointF(double x, double y)> place;
        Theme theme;
        QFont nameFont;
        int hovered = -1;
        bool names = true;
        bool lineage = true;
        std::optional<LimitAxis> limitHot; ///< the limit line that the mouse or a key moves
    };

    TradeoffPainter(const TradeoffState& state, const View& view) : m_state(state), m_view(view) {}

    void paint(QPainter& painter);

    /// Ends of the limit line in pixels; empty without a limit.
    static QLineF limitLine(const TradeoffState& state, const View& view, LimitAxis axis);

private:
    void paintLimitGround(QPainter& painter, LimitAxis axis);
    void paintLineage(QPainter& painter);
    void paintArrow(QPainter& painter, int from, int to, const QColor& color);
    void paintFrontier(QPainter& painter);
    void paintErrorBars(QPainter& painter);
    void paintBubbles(QPainter& painter);
    void paintBubble(QPainter& painter, int index);
    void paintNames(QPainter& painter);
    void paintName(QPainter& painter, const QRectF& box, const QString& text, double presence);
    void paintLimitLine(QPainter& painter, LimitAxis axis);

    QPointF at(int index) const { return m_view.place(m_state.points()[index].x, m_state.points()[index].y); }
    bool isSelected(int index) const { return m_state.selected.contains(m_state.points()[index].id); }
    QColor colorOf(int index) const { return m_view.theme.categorical(m_state.groupOf(index)); }
    /// Variants outside the limit step back.
    double presence(int index) const { return m_state.keepsLimit(index) ? 1.0 : 0.35; }

    const TradeoffState& m_state;
    const View& m_view;
    std::vector<LabelLine> m_lines; ///< what names had better not cross
};

} // namespace lapidary
