// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/routehit.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace lapidary {
namespace {

constexpr int curveSteps = 24;

struct Point {
    double x = 0;
    double y = 0;
};

double distanceToPiece(Point a, Point b, Point p) {
    const double dx = b.x - a.x;
    const double dy = b.y - a.y;
    const double square = dx * dx + dy * dy;
    const double t = square > 0 ? std::clamp(((p.x - a.x) * dx + (p.y - a.y) * dy) / square, 0.0, 1.0) : 0.0;
    return std::hypot(a.x + t * dx - p.x, a.y + t * dy - p.y);
}

void addOnce(std::vector<PictureValue>& values, const PictureValue& value) {
    if (std::ranges::find(values, value) == values.end())
        values.push_back(value);
}

} // namespace

double distanceTo(const RouteSegment& s, LayoutDirection direction, double x, double y) {
    const Point from{s.x0, s.y0};
    const Point to{s.x1, s.y1};
    const Point goal{x, y};
    if (s.kind == RouteSegment::Kind::Straight)
        return distanceToPiece(from, to, goal);
    const bool down = direction == LayoutDirection::TopDown;
    Point c0, c1;
    if (s.kind == RouteSegment::Kind::Loop) {
        const double bulge = s.bulge * 4 / 3;
        c0 = {from.x + (down ? bulge : 0), from.y + (down ? 0 : bulge)};
        c1 = {to.x + (down ? bulge : 0), to.y + (down ? 0 : bulge)};
    } else {
        const Point middle{(from.x + to.x) / 2, (from.y + to.y) / 2};
        c0 = down ? Point{from.x, middle.y} : Point{middle.x, from.y};
        c1 = down ? Point{to.x, middle.y} : Point{middle.x, to.y};
    }
    double least = std::hypot(from.x - x, from.y - y);
    Point previous = from;
    for (int i = 1; i <= curveSteps; ++i) {
        const double t = static_cast<double>(i) / curveSteps;
        const double u = 1 - t;
        const double w0 = u * u * u, w1 = 3 * u * u * t, w2 = 3 * u * t * t, w3 = t * t * t;
        const Point next{w0 * from.x + w1 * c0.x + w2 * c1.x + w3 * to.x,
                         w0 * from.y + w1 * c0.y + w2 * c1.y + w3 * to.y};
        least = std::min(least, distanceToPiece(previous, next, goal));
        previous = next;
    }
    return least;
}

std::optional<std::uint32_t> edgeAt(const LaidPicture& picture, double x, double y, double reach) {
    std::vector<std::uint32_t> near;
    picture.segmentsIn({x - reach, y - reach, x + reach, y + reach}, near);
    std::optional<std::uint32_t> best;
    double least = reach;
    for (const std::uint32_t segment : near) {
        const std::int32_t edge = picture.edgeOver(segment);
        const double distance = distanceTo(picture.layout().segments[segment], picture.layout().direction, x, y);
        if (edge < 0 || distance > least || (best && distance == least))
            continue;
        least = distance;
        best = static_cast<std::uint32_t>(edge);
    }
    return best;
}

PictureValue valueOf(const LaidPicture& picture, std::uint32_t edge) {
    const PictureEdge& e = picture.picture().edges[edge];
    return {picture.picture().nodes[e.from].id, e.fromPort};
}

std::vector<std::uint32_t> edgesOf(const LaidPicture& picture, const PictureValue& value) {
    std::vector<std::uint32_t> edges;
    if (const auto node = picture.indexOf(value.node))
        for (const std::uint32_t edge : picture.edgesOutOf(*node))
            if (picture.picture().edges[edge].fromPort == value.port)
                edges.push_back(edge);
    return edges;
}

std::vector<PictureValue> valuesOutOf(const LaidPicture& picture, std::uint32_t node) {
    std::vector<PictureValue> values;
    for (const std::uint32_t edge : picture.edgesOutOf(node))
        addOnce(values, valueOf(picture, edge));
    return values;
}

std::vector<PictureValue> valuesInto(const LaidPicture& picture, std::uint32_t node) {
    std::vector<std::uint32_t> edges(picture.edgesInto(node).begin(), picture.edgesInto(node).end());
    std::ranges::stable_sort(edges, {}, [&](std::uint32_t e) { return picture.picture().edges[e].toPort; });
    std::vector<PictureValue> values;
    for (const std::uint32_t edge : edges)
        addOnce(values, valueOf(picture, edge));
    return values;
}

} // namespace lapidary
