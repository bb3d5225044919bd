// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/labelplaces.h"

#include "ui/graphview/nodesize.h"

#include <algorithm>

namespace lapidary {
namespace {

constexpr double gap = 4;
constexpr double halfHeight = nodesize::chipFont * 0.65;
constexpr double aside = nodesize::chipFont * 0.9; ///< from a line to the middle of a text along it
constexpr int pieces = 12;
constexpr double slideStep = 8;
constexpr double longestSlide = 64;

struct Point {
    double x = 0, y = 0;
};

bool overlaps(double from, double to, double low, double high) {
    return std::max(from, to) > low && std::min(from, to) < high;
}

/// Exact for a straight stroke: its box overlaps, and the corners do not all lie on one side of it.
bool strokeThrough(Point a, Point b, const SceneRect& rect) {
    if (a.x == b.x ? !(a.x > rect.left && a.x < rect.right) : !overlaps(a.x, b.x, rect.left, rect.right))
        return false;
    if (a.y == b.y ? !(a.y > rect.top && a.y < rect.bottom) : !overlaps(a.y, b.y, rect.top, rect.bottom))
        return false;
    int left = 0, right = 0;
    for (const Point corner : {Point{rect.left, rect.top}, Point{rect.right, rect.top}, Point{rect.left, rect.bottom},
                               Point{rect.right, rect.bottom}}) {
        const double side = (b.x - a.x) * (corner.y - a.y) - (b.y - a.y) * (corner.x - a.x);
        left += side > 0 ? 1 : 0;
        right += side < 0 ? 1 : 0;
    }
    return left > 0 && right > 0;
}

Point onCurve(const Point (&p)[4], double t) {
    const double u = 1 - t;
    const double a = u * u * u, b = 3 * u * u * t, c = 3 * u * t * t, d = t * t * t;
    return {a * p[0].x + b * p[1].x + c * p[2].x + d * p[3].x, a * p[0].y + b * p[1].y + c * p[2].y + d * p[3].y};
}

bool curveThrough(const Point (&p)[4], const SceneRect& rect) {
    Point last = p[0];
    for (int i = 1; i <= pieces; ++i) {
        const Point next = onCurve(p, double(i) / pieces);
        if (strokeThrough(last, next, rect))
            return true;
        last = next;
    }
    return false;
}

} // namespace

SceneRect labelRect(const EdgeRoute& route, double textWidth, bool before, LayoutDirection direction) {
    if (direction == LayoutDirection::TopDown) {
        const double left = before ? route.labelX - gap - textWidth : route.labelX + gap;
        return {left, route.labelY - halfHeight, left + textWidth, route.labelY + halfHeight};
    }
    const double left = route.labelX + gap;
    const double middle = route.labelY + (before ? -aside : aside);
    return {left, middle - halfHeight, left + textWidth, middle + halfHeight};
}

bool passesThrough(const RouteSegment& s, LayoutDirection direction, const SceneRect& rect) {
    const Point from{s.x0, s.y0}, to{s.x1, s.y1};
    const bool down = direction == LayoutDirection::TopDown;
    switch (s.kind) {
    case RouteSegment::Kind::Straight:
        return strokeThrough(from, to, rect);
    case RouteSegment::Kind::Bend: {
        const double midX = (from.x + to.x) / 2, midY = (from.y + to.y) / 2;
        const Point curve[4] = {from, down ? Point{from.x, midY} : Point{midX, from.y},
                                down ? Point{to.x, midY} : Point{midX, to.y}, to};
        return curveThrough(curve, rect);
    }
    case RouteSegment::Kind::Loop: {
        const double out = s.bulge * 4 / 3;
        const Point curve[4] = {from,
                                {from.x + (down ? out : 0), from.y + (down ? 0 : out)},
                                {to.x + (down ? out : 0), to.y + (down ? 0 : out)},
                                to};
        return curveThrough(curve, rect);
    }
    }
    return false;
}

LabelPlace LabelPlaces::best(const EdgeRoute& route, double textWidth, bool liked) {
    const LayoutDirection direction = m_picture.layout().direction;
    const auto at = [&](bool before, double along) {
        EdgeRoute moved = route;
        (direction == LayoutDirection::TopDown ? moved.labelY : moved.labelX) += along;
        return covered(labelRect(moved, textWidth, before, direction));
    };
    const std::size_t first = at(liked, 0);
    if (first == 0)
        return {liked, 0};
    const std::size_t second = at(!liked, 0);
    if (second == 0)
        return {!liked, 0};
    const double room = roomAlong(route, textWidth);
    for (double along = slideStep; along <= std::min(room, longestSlide); along += slideStep)
        for (const bool before : {liked, !liked})
            if (at(before, along) == 0)
                return {before, along};
    return {second < first ? !liked : liked, 0};
}

/// How far a text may move on beside the first piece of its line.
double LabelPlaces::roomAlong(const EdgeRoute& route, double textWidth) const {
    const LayoutResult& layout = m_picture.layout();
    const RouteSegment& s = layout.segments[static_cast<std::size_t>(route.first)];
    if (s.kind != RouteSegment::Kind::Straight)
        return 0;
    return layout.direction == LayoutDirection::TopDown ? std::max(s.y0, s.y1) - route.labelY - 2 * halfHeight
                                                        : std::max(s.x0, s.x1) - route.labelX - gap - textWidth;
}

std::size_t LabelPlaces::covered(const SceneRect& rect) {
    const LayoutResult& layout = m_picture.layout();
    std::size_t count = 0;
    m_picture.segmentsIn(rect, m_found);
    for (const std::uint32_t s : m_found)
        count += passesThrough(layout.segments[s], layout.direction, rect) ? 1 : 0;
    m_picture.nodesIn(rect, m_found);
    for (const std::uint32_t n : m_found) {
        const SceneRect box = rectOf(layout.boxes[n]);
        count += box.left < rect.right && box.right > rect.left && box.top < rect.bottom && box.bottom > rect.top;
    }
    return count;
}

} // namespace lapidary
