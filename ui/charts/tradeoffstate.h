// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/charts/tradeoffdata.h"

#include <QHash>
#include <QSet>
#include <QStringList>
#include <QVector>

#include <vector>

namespace lapidary {

/// What a trade-off plot knows, apart from how it is drawn: variants, what follows from them, selection and limit.
class TradeoffState {
public:
    void setAxes(const TradeoffAxis& x, const TradeoffAxis& y, const TradeoffSize& size);
    void setPoints(const QVector<TradeoffPoint>& points);
    void setLimit(LimitAxis axis, std::optional<double> value);

    const TradeoffAxis& x() const { return m_x; }
    const TradeoffAxis& y() const { return m_y; }
    const TradeoffSize& size() const { return m_size; }
    const QVector<TradeoffPoint>& points() const { return m_points; }

    /// Indices of the points that can be drawn, in input order.
    const std::vector<int>& drawable() const { return m_drawable; }
    /// Indices of the frontier's points, by x.
    const std::vector<int>& frontier() const { return m_frontier; }
    bool onFrontier(int index) const { return m_onFrontier.contains(index); }
    /// Legend lines, in order of first appearance.
    const QStringList& groups() const { return m_groups; }
    int groupOf(int index) const { return int(m_groups.indexOf(m_points[index].group)); }
    /// Index of an id, or -1.
    int indexOf(const QString& id) const { return m_indexById.value(id, -1); }
    bool isDrawable(int index) const;

    /// Radius in pixels: area follows the size metric.
    double radius(int index) const;
    static bool isEstimate(const TradeoffPoint& p) {
        return p.xKind == ValueKind::Estimated || p.yKind == ValueKind::Estimated;
    }

    std::optional<double> limit(LimitAxis axis) const { return axis == LimitAxis::X ? m_xLimit : m_yLimit; }
    bool hasLimit() const { return m_xLimit || m_yLimit; }
    /// Index of the best point within the limits, or -1: with one limit the best on the other axis, with two the best up.
    int best() const { return m_best; }
    bool keepsLimit(int index) const;

    QSet<QString> selected;
    QStringList selectedInOrder() const;

    /// What must be visible when everything is shown, intervals included; lower > upper when there is nothing.
    ValueInterval xRange() const { return m_xRange; }
    ValueInterval yRange() const { return m_yRange; }

private:
    void rebuild();
    void findBest();

    TradeoffAxis m_x;
    TradeoffAxis m_y;
    TradeoffSize m_size;
    QVector<TradeoffPoint> m_points;
    QHash<QString, int> m_indexById;
    std::vector<int> m_drawable;
    std::vector<int> m_frontier;
    QSet<int> m_onFrontier;
    std::vector<PlotPoint> m_places;
    QStringList m_groups;
    ValueInterval m_xRange{1, 0};
    ValueInterval m_yRange{1, 0};
    double m_largest = 0;
    std::optional<double> m_xLimit;
    std::optional<double> m_yLimit;
    int m_best = -1;
};

} // namespace lapidary
