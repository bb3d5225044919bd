// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/layeredlayout.h"

#include "ui/graphview/layout/leveldrawing.h"

#include <algorithm>
#include <utility>

namespace lapidary {
namespace {

using namespace layout;

struct Corner {
    double x = 0;
    double y = 0;
};

/// Puts the levels' drawings into each other.
class Assembler {
public:
    Assembler(const LayoutGraph& graph, const Compound& compound, std::vector<LevelDrawing>& drawings)
        : m_graph(graph), m_compound(compound), m_drawings(drawings), m_corners(drawings.size()),
          m_base(drawings.size()) {
        m_result.direction = graph.direction;
        m_result.boxes.resize(graph.nodes.size());
        m_result.layers.resize(graph.nodes.size());
        m_result.parts.resize(graph.nodes.size());
        m_result.groupBoxes.resize(graph.groups.size());
        m_result.groupLayers.resize(graph.groups.size());
        m_result.groupParts.resize(graph.groups.size());
        m_result.routes.resize(graph.edges.size());
    }

    LayoutResult assemble() {
        m_result.width = m_drawings.front().size.width;
        m_result.height = m_drawings.front().size.height;
        for (std::size_t level = 0; level < m_drawings.size(); ++level)
            addLevel(level);
        joinPieces();
        routeEdges();
        if (m_drawings.size() > 1)
            sortSegments();
        return std::move(m_result);
    }

private:
    void addLevel(std::size_t number) {
        const LevelDrawing& drawing = m_drawings[number];
        const Level& level = m_compound.levels[number];
        const Corner corner = m_corners[number];
        for (std::size_t i = 0; i < level.items.size(); ++i) {
            const std::uint32_t item = level.items[i];
            LayoutBox box = drawing.boxes[i];
            box.x += corner.x;
            box.y += corner.y;
            m_result.layerCount = std::max(m_result.layerCount, drawing.layers[i] + 1);
            if (item < m_graph.nodes.size()) {
                m_result.boxes[item] = box;
                m_result.layers[item] = drawing.layers[i];
                m_result.parts[item] = drawing.parts[i];
                continue;
            }
            const std::size_t group = item - m_graph.nodes.size();
            m_result.groupBoxes[group] = box;
            m_result.groupLayers[group] = drawing.layers[i];
            m_result.groupParts[group] = drawing.parts[i];
            m_corners[group + 1] = {box.x, box.y};
        }
        m_base[number] = static_cast<std::int32_t>(m_result.segments.size());
        for (RouteSegment segment : drawing.segments) {
            segment.x0 += corner.x;
            segment.x1 += corner.x;
            segment.y0 += corner.y;
            segment.y1 += corner.y;
            if (segment.parent >= 0)
                segment.parent += m_base[number];
            m_result.segments.push_back(segment);
        }
        m_result.crossings += drawing.crossings;
    }

    /// Routes per level edge, with numbers of pieces and places of the whole drawing.
    void joinPieces() {
        m_pieces.resize(m_compound.edges.size());
        for (std::size_t number = 0; number < m_drawings.size(); ++number) {
            const Level& level = m_compound.levels[number];
            for (std::size_t i = 0; i < level.edges.size(); ++i) {
                EdgeRoute& route = m_pieces[level.edges[i]];
                route = m_drawings[number].routes[i];
                route.first += m_base[number];
                route.last += m_base[number];
                route.labelX += m_corners[number].x;
                route.labelY += m_corners[number].y;
            }
        }
        for (std::size_t e = 0; e < m_pieces.size(); ++e)
            if (const std::int32_t previous = m_compound.edges[e].previous; previous >= 0)
                m_result.segments[static_cast<std::size_t>(m_pieces[e].first)].parent =
                    m_pieces[static_cast<std::size_t>(previous)].last;
    }

    void routeEdges() {
        for (std::size_t e = 0; e < m_result.routes.size(); ++e) {
            const EdgeChain& chain = m_compound.chains[e];
            if (chain.first < 0)
                continue;
            EdgeRoute& route = m_result.routes[e];
            route = m_pieces[static_cast<std::size_t>(chain.first)];
            route.last = m_pieces[static_cast<std::size_t>(chain.last)].last;
            route.reversed = chain.turned;
        }
    }

    /// Pieces of several levels have been put one after another: parents are to stand before their children again.
    void sortSegments() {
        const auto& segments = m_result.segments;
        const auto count = static_cast<std::uint32_t>(segments.size());
        const Csr children(count + 1, count,
                           [&](std::uint32_t s) { return static_cast<std::uint32_t>(segments[s].parent + 1); });
        std::vector<std::uint32_t> order(children.of(0).begin(), children.of(0).end());
        order.reserve(count);
        for (std::size_t i = 0; i < order.size(); ++i) {
            const auto next = children.of(order[i] + 1);
            order.insert(order.end(), next.begin(), next.end());
        }
        std::vector<std::int32_t> number(count);
        for (std::size_t i = 0; i < order.size(); ++i)
            number[order[i]] = static_cast<std::int32_t>(i);
        std::vector<RouteSegment> sorted;
        sorted.reserve(count);
        for (const std::uint32_t s : order) {
            sorted.push_back(segments[s]);
            if (std::int32_t& parent = sorted.back().parent; parent >= 0)
                parent = number[static_cast<std::size_t>(parent)];
        }
        m_result.segments = std::move(sorted);
        for (EdgeRoute& route : m_result.routes) {
            if (route.first < 0)
                continue;
            route.first = number[static_cast<std::size_t>(route.first)];
            route.last = number[static_cast<std::size_t>(route.last)];
        }
    }

    const LayoutGraph& m_graph;
    const Compound& m_compound;
    std::vector<LevelDrawing>& m_drawings;
    std::vector<Corner> m_corners; ///< per level
    std::vector<std::int32_t> m_base;
    std::vector<EdgeRoute> m_pieces; ///< per level edge
    LayoutResult m_result;
};

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
    for (auto* boxes : {&result.boxes, &result.groupBoxes})
        for (LayoutBox& box : *boxes) {
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

std::optional<LayoutResult> layoutLayered(const LayoutGraph& graph, const LayoutOptions& options, std::stop_token stop,
                                          LayoutMemory* memory) {
    LayoutMemory own;
    Compound compound = takeApart(graph);
    if (stop.stop_requested())
        return std::nullopt;
    LevelDrawer drawer(graph, compound, options, memory ? *memory : own);
    std::vector<LevelDrawing> drawings(compound.levels.size());
    for (std::size_t level = drawings.size(); level-- > 0;) {
        auto drawing = drawer.draw(static_cast<std::uint32_t>(level), stop);
        if (!drawing)
            return std::nullopt;
        drawings[level] = std::move(*drawing);
    }
    LayoutResult result = Assembler(graph, compound, drawings).assemble();
    addLoops(graph, result);
    if (graph.direction == LayoutDirection::LeftRight)
        turnToLeftRight(result);
    return result;
}

} // namespace lapidary
