// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/plots/paretofrontier.h"

#include <algorithm>
#include <cmath>
#include <tuple>

namespace lapidary {
namespace {

bool usable(const PlotPoint& p) {
    return !std::isnan(p.x) && !std::isnan(p.y);
}

// Turned so that smaller is always better.
double cost(double value, Better better) {
    return better == Better::Smaller ? value : -value;
}

} // namespace

std::vector<std::size_t> paretoFrontier(std::span<const PlotPoint> points, Better x, Better y) {
    std::vector<std::size_t> order;
    order.reserve(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (usable(points[i])) {
            order.push_back(i);
        }
    }
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return std::make_tuple(cost(points[a].x, x), cost(points[a].y, y), a) <
               std::make_tuple(cost(points[b].x, x), cost(points[b].y, y), b);
    });

    std::vector<std::size_t> frontier;
    for (const std::size_t candidate : order) {
        if (!frontier.empty()) {
            const PlotPoint& last = points[frontier.back()];
            const PlotPoint& p = points[candidate];
            const bool same = p.x == last.x && p.y == last.y;
            if (!same && cost(p.y, y) >= cost(last.y, y)) {
                continue;
            }
        }
        frontier.push_back(candidate);
    }
    std::sort(frontier.begin(), frontier.end(), [&](std::size_t a, std::size_t b) {
        return std::make_tuple(points[a].x, points[a].y, a) < std::make_tuple(points[b].x, points[b].y, b);
    });
    return frontier;
}

std::vector<PlotPoint> frontierStaircase(std::span<const PlotPoint> frontier, Better x) {
    std::vector<PlotPoint> corners;
    for (std::size_t i = 0; i < frontier.size(); ++i) {
        if (i > 0) {
            const PlotPoint& from = frontier[i - 1];
            const PlotPoint& to = frontier[i];
            // Spending more than `from` buys at least what `from` gave, up to the next point.
            const PlotPoint corner = x == Better::Smaller ? PlotPoint{to.x, from.y} : PlotPoint{from.x, to.y};
            const bool onTheWay = (corner.x == from.x && corner.y == from.y) || (corner.x == to.x && corner.y == to.y);
            if (!onTheWay) {
                corners.push_back(corner);
            }
        }
        corners.push_back(frontier[i]);
    }
    return corners;
}

bool withinLimit(const PlotPoint& point, LimitAxis axis, double limit, Better x, Better y) {
    return axis == LimitAxis::X ? cost(point.x, x) <= cost(limit, x) : cost(point.y, y) <= cost(limit, y);
}

std::optional<std::size_t> bestWithinLimit(std::span<const PlotPoint> points, LimitAxis axis, double limit, Better x,
                                           Better y) {
    const auto rank = [&](const PlotPoint& p) {
        const double cx = cost(p.x, x);
        const double cy = cost(p.y, y);
        return axis == LimitAxis::X ? std::make_tuple(cy, cx) : std::make_tuple(cx, cy);
    };
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < points.size(); ++i) {
        if (!usable(points[i]) || !withinLimit(points[i], axis, limit, x, y)) {
            continue;
        }
        if (!best || rank(points[i]) < rank(points[*best])) {
            best = i;
        }
    }
    return best;
}

} // namespace lapidary
