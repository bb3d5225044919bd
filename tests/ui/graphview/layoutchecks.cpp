// SPDX-License-Identifier: GPL-3.0-or-later
#include "layoutchecks.h"

#include "ui/graphview/nodesize.h"

#include <QTest>

#include <algorithm>

namespace lapidary::check {

LayoutGraph toGraph(const GraphPicture& picture) {
    LayoutGraph graph;
    graph.direction = picture.direction;
    for (const PictureNode& node : picture.nodes) {
        graph.nodes.push_back(measureNode(node, {}));
        graph.nodes.back().group = node.group;
    }
    for (const PictureGroup& group : picture.groups)
        graph.groups.push_back({90, 20, group.parent});
    for (const PictureEdge& edge : picture.edges)
        graph.edges.push_back({edge.from, edge.to, edge.fromPort, edge.toPort});
    return graph;
}

LayoutGraph simpleGraph(std::uint32_t nodes, std::vector<LayoutEdge> edges) {
    LayoutGraph graph;
    graph.nodes.assign(nodes, {100, 40});
    graph.edges = std::move(edges);
    return graph;
}

std::vector<std::pair<double, double>> samples(const RouteSegment& s, LayoutDirection direction) {
    std::vector<std::pair<double, double>> points;
    for (int i = 0; i <= 40; ++i) {
        const double t = i / 40.0;
        const double u = 1 - t;
        const bool down = direction == LayoutDirection::TopDown;
        const double mx = (s.x0 + s.x1) / 2;
        const double my = (s.y0 + s.y1) / 2;
        const double ax = down ? s.x0 : mx, ay = down ? my : s.y0;
        const double bx = down ? s.x1 : mx, by = down ? my : s.y1;
        points.emplace_back(u * u * u * s.x0 + 3 * u * u * t * ax + 3 * u * t * t * bx + t * t * t * s.x1,
                            u * u * u * s.y0 + 3 * u * u * t * ay + 3 * u * t * t * by + t * t * t * s.y1);
    }
    return points;
}

bool overlap(const LayoutBox& a, const LayoutBox& b) {
    return a.x + a.width > b.x && b.x + b.width > a.x && a.y + a.height > b.y && b.y + b.height > a.y;
}

bool crosses(const RouteSegment& s, const LayoutBox& box, LayoutDirection direction) {
    constexpr double rim = 0.01;
    const auto [left, right] = std::minmax(s.x0, s.x1);
    const auto [top, bottom] = std::minmax(s.y0, s.y1);
    if (right <= box.x + rim || left >= box.x + box.width - rim || bottom <= box.y + rim ||
        top >= box.y + box.height - rim)
        return false;
    if (s.kind == RouteSegment::Kind::Straight)
        return true;
    for (const auto& [x, y] : samples(s, direction))
        if (x > box.x + rim && x < box.x + box.width - rim && y > box.y + rim && y < box.y + box.height - rim)
            return true;
    return false;
}

namespace {

/// Whether a group is around a node.
bool isAround(const LayoutGraph& graph, std::uint32_t group, std::uint32_t node) {
    std::int32_t g = graph.nodes[node].group;
    while (g >= 0 && static_cast<std::uint32_t>(g) != group)
        g = graph.groups[static_cast<std::size_t>(g)].parent;
    return g >= 0;
}

bool isInside(const LayoutBox& inner, const LayoutBox& outer) {
    return inner.x > outer.x && inner.y > outer.y && inner.x + inner.width < outer.x + outer.width &&
           inner.y + inner.height < outer.y + outer.height;
}

} // namespace

void checkBoxes(const LayoutResult& result) {
    for (std::size_t a = 0; a < result.boxes.size(); ++a) {
        const LayoutBox& box = result.boxes[a];
        QVERIFY(box.x > -1e-6 && box.y > -1e-6);
        QVERIFY(box.x + box.width < result.width + 1e-6 && box.y + box.height < result.height + 1e-6);
        for (std::size_t b = a + 1; b < result.boxes.size(); ++b)
            if (overlap(box, result.boxes[b]))
                QFAIL(qPrintable(QStringLiteral("%1 and %2").arg(a).arg(b)));
    }
}

void checkLines(const LayoutGraph& graph, const LayoutResult& result) {
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
        const EdgeRoute& route = result.routes[e];
        const LayoutEdge& edge = graph.edges[e];
        QVERIFY(route.last >= 0);
        if (edge.from == edge.to)
            continue;
        std::int32_t first = -1;
        for (std::int32_t s = route.last; s >= 0; s = result.segments[std::size_t(s)].parent) {
            const RouteSegment& segment = result.segments[std::size_t(s)];
            if (first >= 0) { // pieces join
                const RouteSegment& next = result.segments[std::size_t(first)];
                QCOMPARE(next.x0, segment.x1);
                QCOMPARE(next.y0, segment.y1);
            }
            first = s;
            for (std::uint32_t n = 0; n < result.boxes.size(); ++n)
                if (crosses(segment, result.boxes[n], result.direction))
                    QFAIL(qPrintable(QStringLiteral("edge %1 crosses node %2").arg(e).arg(n)));
            for (std::uint32_t g = 0; g < result.groupBoxes.size(); ++g)
                if (!isAround(graph, g, edge.from) && !isAround(graph, g, edge.to) &&
                    crosses(segment, result.groupBoxes[g], result.direction))
                    QFAIL(qPrintable(QStringLiteral("edge %1 crosses frame %2").arg(e).arg(g)));
        }
        QCOMPARE(first, route.first);
        const auto touches = [&](std::uint32_t node, double x, double y) {
            const LayoutBox& b = result.boxes[node];
            return x > b.x - 0.01 && x < b.x + b.width + 0.01 && y > b.y - 0.01 && y < b.y + b.height + 0.01;
        };
        const RouteSegment& begin = result.segments[std::size_t(route.first)];
        const RouteSegment& end = result.segments[std::size_t(route.last)];
        QVERIFY(touches(route.reversed ? edge.to : edge.from, begin.x0, begin.y0));
        QVERIFY(touches(route.reversed ? edge.from : edge.to, end.x1, end.y1));
    }
}

void checkFrames(const LayoutGraph& graph, const LayoutResult& result) {
    QCOMPARE(result.groupBoxes.size(), graph.groups.size());
    for (std::uint32_t g = 0; g < graph.groups.size(); ++g) {
        const LayoutBox& frame = result.groupBoxes[g];
        QVERIFY(frame.x > -1e-6 && frame.y > -1e-6);
        QVERIFY(frame.x + frame.width < result.width + 1e-6 && frame.y + frame.height < result.height + 1e-6);
        const LayoutBox title{frame.x, frame.y, graph.groups[g].headerWidth, graph.groups[g].headerHeight};
        for (std::uint32_t n = 0; n < graph.nodes.size(); ++n) {
            const bool member = isAround(graph, g, n);
            if (member ? !isInside(result.boxes[n], frame) : overlap(result.boxes[n], frame))
                QFAIL(qPrintable(QStringLiteral("node %1 and frame %2").arg(n).arg(g)));
            QVERIFY(!overlap(result.boxes[n], title));
        }
        for (std::uint32_t other = 0; other < g; ++other) {
            std::int32_t parent = graph.groups[g].parent;
            while (parent >= 0 && static_cast<std::uint32_t>(parent) != other)
                parent = graph.groups[static_cast<std::size_t>(parent)].parent;
            const LayoutBox& box = result.groupBoxes[other];
            if (parent >= 0 ? !isInside(frame, box) : overlap(frame, box))
                QFAIL(qPrintable(QStringLiteral("frames %1 and %2").arg(g).arg(other)));
        }
    }
}

double centre(const LayoutBox& b) {
    return b.x + b.width / 2;
}

bool same(const LayoutResult& a, const LayoutResult& b) {
    const auto bytes = [](const auto& x, const auto& y) {
        return x.size() == y.size() && std::equal(x.begin(), x.end(), y.begin(), [](const auto& p, const auto& q) {
                   using T = std::decay_t<decltype(p)>;
                   if constexpr (std::is_same_v<T, LayoutBox>)
                       return p.x == q.x && p.y == q.y && p.width == q.width && p.height == q.height;
                   else
                       return p.x0 == q.x0 && p.y0 == q.y0 && p.x1 == q.x1 && p.y1 == q.y1 && p.parent == q.parent;
               });
    };
    return bytes(a.boxes, b.boxes) && bytes(a.groupBoxes, b.groupBoxes) && bytes(a.segments, b.segments) &&
           a.crossings == b.crossings;
}

} // namespace lapidary::check
