// SPDX-License-Identifier: GPL-3.0-or-later
#include "bench/graph/drawingquality.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>

namespace lapidary::bench {
namespace {

using Point = std::pair<double, double>;

constexpr int bezierSteps = 10;

struct Piece {
    Point a;
    Point b;
    std::size_t curve;
};

double side(const Point& a, const Point& b, const Point& p) {
    const double cross = (b.first - a.first) * (p.second - a.second) - (b.second - a.second) * (p.first - a.first);
    const double size = std::hypot(b.first - a.first, b.second - a.second);
    return std::abs(cross) < 0.01 * size ? 0 : cross; // nearer than a hundredth of a unit: on the line
}

bool cross(const Piece& p, const Piece& q) {
    return side(p.a, p.b, q.a) * side(p.a, p.b, q.b) < 0 && side(q.a, q.b, p.a) * side(q.a, q.b, p.b) < 0;
}

} // namespace

void appendBezier(Curve& curve, Point a, Point b, Point c, Point d) {
    for (int i = 1; i <= bezierSteps; ++i) {
        const double t = static_cast<double>(i) / bezierSteps;
        const double u = 1 - t;
        const double wa = u * u * u, wb = 3 * u * u * t, wc = 3 * u * t * t, wd = t * t * t;
        curve.emplace_back(wa * a.first + wb * b.first + wc * c.first + wd * d.first,
                           wa * a.second + wb * b.second + wc * c.second + wd * d.second);
    }
}

DrawingQuality judge(const std::vector<Curve>& curves) {
    DrawingQuality quality;
    std::vector<Piece> pieces;
    for (std::size_t c = 0; c < curves.size(); ++c)
        for (std::size_t i = 0; i + 1 < curves[c].size(); ++i) {
            pieces.push_back({curves[c][i], curves[c][i + 1], c});
            quality.length +=
                std::hypot(curves[c][i + 1].first - curves[c][i].first, curves[c][i + 1].second - curves[c][i].second);
        }
    // Sorted by their upper ends, only pieces whose heights overlap are compared.
    const auto top = [](const Piece& p) { return std::min(p.a.second, p.b.second); };
    const auto bottom = [](const Piece& p) { return std::max(p.a.second, p.b.second); };
    std::ranges::stable_sort(pieces, {}, top);
    for (std::size_t i = 0; i < pieces.size(); ++i)
        for (std::size_t k = i + 1; k < pieces.size() && top(pieces[k]) <= bottom(pieces[i]); ++k)
            if (pieces[i].curve != pieces[k].curve && cross(pieces[i], pieces[k]))
                ++quality.crossings;
    return quality;
}

std::vector<LayoutEdge> comparableEdges(const std::vector<LayoutEdge>& edges) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
    std::vector<LayoutEdge> result;
    for (const LayoutEdge& edge : edges)
        if (edge.from != edge.to && seen.emplace(edge.from, edge.to).second)
            result.push_back(edge);
    return result;
}

std::vector<Curve> curvesOf(const LayoutResult& layout) {
    std::vector<Curve> curves;
    const bool down = layout.direction == LayoutDirection::TopDown;
    for (const EdgeRoute& route : layout.routes) {
        std::vector<std::int32_t> chain;
        for (std::int32_t s = route.last; s >= 0; s = layout.segments[static_cast<std::size_t>(s)].parent)
            chain.push_back(s);
        if (chain.empty())
            continue;
        std::ranges::reverse(chain);
        Curve curve;
        for (const std::int32_t index : chain) {
            const RouteSegment& s = layout.segments[static_cast<std::size_t>(index)];
            if (curve.empty())
                curve.emplace_back(s.x0, s.y0);
            const double mx = (s.x0 + s.x1) / 2;
            const double my = (s.y0 + s.y1) / 2;
            if (s.kind == RouteSegment::Kind::Bend)
                appendBezier(curve, {s.x0, s.y0}, down ? Point(s.x0, my) : Point(mx, s.y0),
                             down ? Point(s.x1, my) : Point(mx, s.y1), {s.x1, s.y1});
            else
                curve.emplace_back(s.x1, s.y1);
        }
        curves.push_back(std::move(curve));
    }
    return curves;
}

double spineShare(const LayoutGraph& graph, const LayoutResult& layout) {
    // The longest path follows the layout's own direction of every edge, so there are no cycles.
    const auto along = [&](std::uint32_t n) {
        return graph.direction == LayoutDirection::TopDown ? layout.boxes[n].y + layout.boxes[n].height / 2
                                                           : layout.boxes[n].x + layout.boxes[n].width / 2;
    };
    const auto across = [&](std::uint32_t n) {
        return graph.direction == LayoutDirection::TopDown ? layout.boxes[n].x + layout.boxes[n].width / 2
                                                           : layout.boxes[n].y + layout.boxes[n].height / 2;
    };
    std::vector<LayoutEdge> edges;
    for (std::size_t e = 0; e < graph.edges.size(); ++e)
        if (graph.edges[e].from != graph.edges[e].to && layout.routes[e].last >= 0 && !layout.routes[e].reversed)
            edges.push_back(graph.edges[e]);
    std::ranges::stable_sort(edges, {}, [&](const LayoutEdge& edge) { return along(edge.from); });
    // Of equally long paths the straightest one is the spine.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> best(graph.nodes.size()); // length, straight links
    std::pair<std::uint32_t, std::uint32_t> spine;
    for (const LayoutEdge& edge : edges) {
        auto way = best[edge.from];
        ++way.first;
        way.second += across(edge.from) == across(edge.to) ? 1 : 0;
        best[edge.to] = std::max(best[edge.to], way);
        spine = std::max(spine, best[edge.to]);
    }
    return spine.first == 0 ? 1 : static_cast<double>(spine.second) / spine.first;
}

} // namespace lapidary::bench
