// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/charts/tradeoffstate.h"

#include <algorithm>
#include <cmath>

namespace lapidary {
namespace {

void include(ValueInterval& range, double value) {
    if (!std::isfinite(value)) {
        return;
    }
    if (range.lower > range.upper) {
        range = {value, value};
    } else {
        range = {std::min(range.lower, value), std::max(range.upper, value)};
    }
}

void include(ValueInterval& range, double value, const std::optional<ValueInterval>& interval) {
    include(range, value);
    if (interval) {
        include(range, interval->lower);
        include(range, interval->upper);
    }
}

} // namespace

void TradeoffState::setAxes(const TradeoffAxis& x, const TradeoffAxis& y, const TradeoffSize& size) {
    m_x = x;
    m_y = y;
    m_size = size;
    rebuild();
}

void TradeoffState::setPoints(const QVector<TradeoffPoint>& points) {
    m_points = points;
    rebuild();
}

void TradeoffState::setLimit(LimitAxis axis, std::optional<double> value) {
    (axis == LimitAxis::X ? m_xLimit : m_yLimit) = value;
    findBest();
}

void TradeoffState::rebuild() {
    m_indexById.clear();
    m_drawable.clear();
    m_frontier.clear();
    m_onFrontier.clear();
    m_places.clear();
    m_groups.clear();
    m_xRange = m_yRange = {1, 0};
    m_largest = 0;
    for (int i = 0; i < m_points.size(); ++i) {
        const TradeoffPoint& p = m_points[i];
        m_indexById.insert(p.id, i);
        if (!std::isfinite(p.x) || !std::isfinite(p.y)) {
            continue;
        }
        m_drawable.push_back(i);
        m_places.push_back({p.x, p.y});
        if (!m_groups.contains(p.group)) {
            m_groups.append(p.group);
        }
        include(m_xRange, p.x, p.xInterval);
        include(m_yRange, p.y, p.yInterval);
        if (std::isfinite(p.size)) {
            m_largest = std::max(m_largest, p.size);
        }
    }
    for (const std::size_t place : paretoFrontier(m_places, m_x.better, m_y.better)) {
        m_frontier.push_back(m_drawable[place]);
        m_onFrontier.insert(m_drawable[place]);
    }
    findBest();
}

void TradeoffState::findBest() {
    m_best = -1;
    if (!hasLimit()) {
        return;
    }
    std::vector<PlotPoint> kept;
    std::vector<int> indices;
    for (const int index : m_drawable) {
        if (keepsLimit(index)) {
            kept.push_back({m_points[index].x, m_points[index].y});
            indices.push_back(index);
        }
    }
    const LimitAxis axis = m_xLimit ? LimitAxis::X : LimitAxis::Y;
    if (const auto best = bestWithinLimit(kept, axis, *limit(axis), m_x.better, m_y.better)) {
        m_best = indices[*best];
    }
}

bool TradeoffState::isDrawable(int index) const {
    return index >= 0 && std::binary_search(m_drawable.begin(), m_drawable.end(), index);
}

double TradeoffState::radius(int index) const {
    const double size = m_points[index].size;
    if (m_size.label.isEmpty() || !std::isfinite(size) || !(m_largest > 0)) {
        return 7;
    }
    // Area carries the number; the smallest stays large enough to see and to hit.
    return std::max(4.5, 17 * std::sqrt(std::max(0.0, size) / m_largest));
}

bool TradeoffState::keepsLimit(int index) const {
    const TradeoffPoint& p = m_points[index];
    const auto keeps = [&](LimitAxis axis) {
        return !limit(axis) || withinLimit({p.x, p.y}, axis, *limit(axis), m_x.better, m_y.better);
    };
    return keeps(LimitAxis::X) && keeps(LimitAxis::Y);
}

QStringList TradeoffState::selectedInOrder() const {
    QStringList ids;
    for (const TradeoffPoint& p : m_points) {
        if (selected.contains(p.id)) {
            ids.append(p.id);
        }
    }
    return ids;
}

} // namespace lapidary
