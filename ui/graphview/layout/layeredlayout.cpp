// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/layeredlayout.h"

#include "ui/graphview/layout/components.h"
#include "ui/graphview/layout/coordinates.h"
#include "ui/graphview/layout/layering.h"
#include "ui/graphview/layout/ordering.h"
#include "ui/graphview/layout/propergraph.h"
#include "ui/graphview/layout/routing.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace lapidary {
namespace {

using namespace layout;

constexpr double loopRoom = 22;

/// A component with its own node numbers, always drawn top-down.
struct Part {
    std::vector<LayoutNode> sizes;
    std::vector<bool> hasLoop;
    std::vector<DownEdge> edges;
    std::vector<bool> turned;
};

struct PartLayout {
    Drawing drawing;
    std::vector<std::uint32_t> layers;
    std::uint64_t crossings = 0;
};

LayoutNode sizeOf(const LayoutGraph& graph, std::uint32_t node) {
    const LayoutNode& size = graph.nodes[node];
    return graph.direction == LayoutDirection::TopDown ? size : LayoutNode{size.height, size.width};
}

/// Edges of one port become one bundle; an edge that closes a cycle is turned round and stays alone.
Part makePart(const LayoutGraph& graph, const Component& component, const std::vector<std::uint32_t>& local,
              const std::vector<bool>& hasLoop) {
    Part part;
    for (const std::uint32_t node : component.nodes) {
        part.sizes.push_back(sizeOf(graph, node));
        part.hasLoop.push_back(hasLoop[node]);
    }
    std::vector<Arc> arcs;
    for (const std::uint32_t e : component.edges)
        arcs.push_back({local[graph.edges[e].from], local[graph.edges[e].to]});
    part.turned = findBackArcs(static_cast<std::uint32_t>(part.sizes.size()), arcs);

    std::vector<std::uint32_t> order(arcs.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto port = [&](std::uint32_t i) { return graph.edges[component.edges[i]].fromPort; };
    std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
        return std::pair(arcs[a].upper, port(a)) < std::pair(arcs[b].upper, port(b));
    });
    part.edges.resize(arcs.size());
    std::uint32_t bundle = 0;
    std::uint32_t previous = none;
    for (const std::uint32_t i : order) {
        DownEdge& edge = part.edges[i];
        if (part.turned[i]) {
            edge = {arcs[i].lower, arcs[i].upper, bundle++};
            continue;
        }
        const bool together = previous != none && arcs[previous].upper == arcs[i].upper && port(previous) == port(i);
        edge = {arcs[i].upper, arcs[i].lower, together ? part.edges[previous].bundle : bundle++};
        previous = i;
    }
    return part;
}

std::optional<PartLayout> layoutPart(const Part& part, const LayoutOptions& options, const std::stop_token& stop) {
    const auto count = static_cast<std::uint32_t>(part.sizes.size());
    std::vector<Arc> arcs;
    for (const DownEdge& edge : part.edges)
        arcs.push_back({edge.upper, edge.lower});
    PartLayout result;
    result.layers = assignLayers(count, arcs);
    std::vector<double> breadth(count);
    for (std::uint32_t node = 0; node < count; ++node)
        breadth[node] = part.sizes[node].width + (part.hasLoop[node] ? 2 * loopRoom : 0);
    if (stop.stop_requested())
        return std::nullopt;
    ProperGraph proper = makeProper(result.layers, breadth, part.edges, options.bendsPerNode * count + 20'000);
    result.crossings = reduceCrossings(proper, options.sweeps, options.swapWork, stop);
    if (stop.stop_requested())
        return std::nullopt;
    const std::vector<double> across = placeAcross(proper, {options.nodeGap, options.edgeGap}, stop);
    if (stop.stop_requested())
        return std::nullopt;
    result.drawing = routeEdges(proper, across, part.sizes, part.edges, options);
    for (std::size_t e = 0; e < part.turned.size(); ++e)
        result.drawing.routes[e].reversed = part.turned[e];
    return result;
}

/// Copies a part's drawing to its place on the sheet.
void merge(LayoutResult& result, const Component& component, PartLayout& part, double dx, double dy) {
    const auto offset = static_cast<std::int32_t>(result.segments.size());
    for (std::size_t i = 0; i < component.nodes.size(); ++i) {
        LayoutBox& box = result.boxes[component.nodes[i]];
        box = part.drawing.boxes[i];
        box.x += dx;
        box.y += dy;
        result.layers[component.nodes[i]] = part.layers[i];
        result.layerCount = std::max(result.layerCount, part.layers[i] + 1);
    }
    for (RouteSegment& segment : part.drawing.segments) {
        segment.x0 += dx;
        segment.x1 += dx;
        segment.y0 += dy;
        segment.y1 += dy;
        if (segment.parent >= 0)
            segment.parent += offset;
        result.segments.push_back(segment);
    }
    for (std::size_t i = 0; i < component.edges.size(); ++i) {
        EdgeRoute& route = result.routes[component.edges[i]];
        route = part.drawing.routes[i];
        if (route.last < 0)
            continue;
        route.first += offset;
        route.last += offset;
        route.labelX += dx;
        route.labelY += dy;
    }
    result.crossings += part.crossings;
}

void addLoops(const LayoutGraph& graph, LayoutResult& result) {
    for (std::size_t e = 0; e < graph.edges.size(); ++e) {
        const LayoutEdge& edge = graph.edges[e];
        if (edge.from != edge.to || edge.from >= graph.nodes.size())
            continue;
        const LayoutBox& box = result.boxes[edge.from];
        const auto index = static_cast<std::int32_t>(result.segments.size());
        const double right = box.x + box.width;
        result.segments.push_back({right, box.y + box.height * 0.7, right, box.y + box.height * 0.3, loopRoom - 6, -1,
                                   RouteSegment::Kind::Loop});
        result.routes[e] = {index, index, false, right, box.y + box.height};
    }
}

void turnToLeftRight(LayoutResult& result) {
    std::swap(result.width, result.height);
    for (LayoutBox& box : result.boxes) {
        std::swap(box.x, box.y);
        std::swap(box.width, box.height);
    }
    for (RouteSegment& segment : result.segments) {
        std::swap(segment.x0, segment.y0);
        std::swap(segment.x1, segment.y1);
    }
    for (EdgeRoute& route : result.routes)
        std::swap(route.labelX, route.labelY);
}

} // namespace

std::optional<LayoutResult> layoutLayered(const LayoutGraph& graph, const LayoutOptions& options,
                                          std::stop_token stop) {
    LayoutResult result;
    result.direction = graph.direction;
    result.boxes.resize(graph.nodes.size());
    result.layers.resize(graph.nodes.size());
    result.routes.resize(graph.edges.size());

    std::vector<bool> hasLoop(graph.nodes.size());
    for (const LayoutEdge& edge : graph.edges)
        if (edge.from == edge.to && edge.from < graph.nodes.size())
            hasLoop[edge.from] = true;
    const std::vector<Component> components = findComponents(graph);
    std::vector<std::uint32_t> local(graph.nodes.size());
    std::vector<PartLayout> parts;
    std::vector<Rectangle> rectangles;
    parts.reserve(components.size());
    for (const Component& component : components) {
        for (std::uint32_t i = 0; i < component.nodes.size(); ++i)
            local[component.nodes[i]] = i;
        auto part = layoutPart(makePart(graph, component, local, hasLoop), options, stop);
        if (!part)
            return std::nullopt;
        rectangles.push_back({0, 0, part->drawing.width, part->drawing.height});
        parts.push_back(std::move(*part));
    }
    const LayoutNode sheet = packRectangles(rectangles, options.componentGap);
    for (std::size_t i = 0; i < components.size(); ++i)
        merge(result, components[i], parts[i], rectangles[i].x, rectangles[i].y);
    result.width = sheet.width;
    result.height = sheet.height;
    addLoops(graph, result);
    if (graph.direction == LayoutDirection::LeftRight)
        turnToLeftRight(result);
    return result;
}

} // namespace lapidary
