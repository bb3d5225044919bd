// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/tradeoffstate.h"
#include "ui/theme/theme.h"

#include <QFont>
#include <QPainter>
#include <QRectF>
#include <QString>

#include <vector>

namespace lapidary {

/// The strip above a trade-off plot that explains its marks, flowing into more lines when it is narrow.
class TradeoffLegend {
public:
    struct Words {
        QString frontier;
        QString measured;
        QString estimated;
        QString area; ///< "Area: size (MB)"; empty when bubbles are alike
    };

    /// Lays the entries out for a width; height() then tells the room they need.
    void layOut(const TradeoffState& state, const Words& words, const QFont& font, double width);
    double height() const { return m_height; }
    void paint(QPainter& painter, const Theme& theme, QPointF topLeft) const;

private:
    enum class Mark { Group, Frontier, Measured, Estimated, Area };
    struct Entry {
        Mark mark;
        int group;
        QString text;
        QRectF box;
    };
    static void paintMark(QPainter& painter, const Theme& theme, const Entry& entry, QPointF centre);

    std::vector<Entry> m_entries;
    QFont m_font;
    double m_height = 0;
};

} // namespace lapidary
