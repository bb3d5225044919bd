// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/routing.h"

#include "ui/graphview/layout/attach.h"

#include <algorithm>
#include <cmath>

namespace lapidary::layout {
namespace {

constexpr std::size_t maxLanes = 48;

struct Band {
    double top = 0;
    double bottom = 0;
};

class Router {
public:
    Router(const ProperGraph& graph, const std::vector<double>& across, const std::vector<LayoutNode>& size,
           const std::vector<DownEdge>& edges, const LayoutOptions& options)
        : m_graph(graph), m_across(across), m_size(size), m_edges(edges), m_options(options),
          m_attach(attachLinks(graph, across, size)) {}

    Drawing route() {
        for (std::uint32_t v = 0; v < m_graph.vertexCount(); ++v)
            m_drawing.width = std::max(m_drawing.width, m_across[v] + m_graph.breadth[v] / 2);
        stackBands();
        placeBoxes();
        routeLinks();
        routeOutside();
        return std::move(m_drawing);
    }

private:
    /// The farther a line has to go sideways, the more height its bend gets.
    double gapBelow(std::uint32_t layer) const {
        double sideways = 0;
        const bool border = isBorder(layer) || (layer + 1 < m_graph.layers.size() && isBorder(layer + 1));
        for (const std::uint32_t vertex : m_graph.layers[layer])
            for (const std::uint32_t link : m_graph.down.of(vertex))
                sideways = std::max(sideways, std::abs(m_attach.upper[link] - m_attach.lower[link]));
        const double least = border ? 0.5 : 1.0;
        return std::round(8 * m_options.layerGap * std::clamp(least - 0.2 + sideways / 500, least, 3.0)) / 8;
    }

    /// Whether only lines pass here: the border of a frame.
    bool isBorder(std::uint32_t layer) const {
        return std::ranges::all_of(m_graph.layers[layer], [&](std::uint32_t v) { return m_graph.breadth[v] == 0; });
    }

    void stackBands() {
        m_bands.resize(m_graph.layers.size());
        double y = 0;
        for (std::uint32_t layer = 0; layer < m_bands.size(); ++layer) {
            double height = 0;
            for (const std::uint32_t vertex : m_graph.layers[layer])
                if (!m_graph.isBend(vertex))
                    height = std::max(height, m_size[vertex].height);
            m_bands[layer] = {y, y + height};
            y += height + gapBelow(layer);
        }
        m_drawing.height = m_bands.empty() ? 0 : m_bands.back().bottom;
    }

    void placeBoxes() {
        m_drawing.boxes.resize(m_graph.nodeCount);
        for (std::uint32_t node = 0; node < m_graph.nodeCount; ++node) {
            const LayoutNode& size = m_size[node];
            const Band& band = m_bands[m_graph.layerOf[node]];
            m_drawing.boxes[node] = {m_across[node] - size.width / 2, (band.top + band.bottom - size.height) / 2,
                                     size.width, size.height};
        }
    }

    std::int32_t add(std::int32_t parent, double x0, double y0, double x1, double y1) {
        const auto kind = x0 == x1 ? RouteSegment::Kind::Straight : RouteSegment::Kind::Bend;
        m_drawing.segments.push_back({x0, y0, x1, y1, 0, parent, kind});
        return static_cast<std::int32_t>(m_drawing.segments.size()) - 1;
    }

    /// Goes on from `tip` to the given point; grows the tip itself when it points there and nothing else hangs on it.
    std::int32_t extend(std::int32_t tip, bool mayGrow, double x0, double y0, double x1, double y1) {
        if (y0 == y1 && x0 == x1)
            return tip;
        if (tip >= 0 && mayGrow && x0 == x1) {
            RouteSegment& last = m_drawing.segments[static_cast<std::size_t>(tip)];
            if (last.kind == RouteSegment::Kind::Straight) {
                last.y1 = y1;
                return tip;
            }
        }
        return add(tip, x0, y0, x1, y1);
    }

    /// Above the middle of the gap: lines that come in from the side pass below.
    static double labelY(const Band& from, const Band& to) { return from.bottom + (to.top - from.bottom) * 0.4; }

    double bottomOf(std::uint32_t node) const { return m_drawing.boxes[node].y + m_drawing.boxes[node].height; }

    void routeLinks() {
        std::vector<std::int32_t> tips(m_graph.vertexCount(), -1);
        std::vector<std::int32_t> ends(m_graph.links.size(), -1);
        std::vector<EdgeRoute> begins(m_graph.vertexCount()); // label and first piece, handed down along bends
        std::vector<EdgeRoute> linkBegins(m_graph.links.size());
        for (const auto& layer : m_graph.layers) {
            for (const std::uint32_t upper : layer) {
                for (const std::uint32_t link : m_graph.down.of(upper)) {
                    const std::uint32_t lower = m_graph.links[link].lower;
                    EdgeRoute begin = begins[upper];
                    ends[link] = routeLink(link, tips[upper], begin);
                    linkBegins[link] = begin;
                    if (m_graph.isBend(lower)) {
                        tips[lower] = ends[link];
                        begins[lower] = begin;
                    }
                }
            }
        }
        m_drawing.routes.resize(m_edges.size());
        for (std::size_t e = 0; e < m_edges.size(); ++e) {
            const std::uint32_t link = m_graph.lastLink[e];
            if (link == none)
                continue;
            m_drawing.routes[e] = linkBegins[link];
            m_drawing.routes[e].last = ends[link];
        }
    }

    std::int32_t routeLink(std::uint32_t link, std::int32_t tip, EdgeRoute& begin) {
        const std::uint32_t upper = m_graph.links[link].upper;
        const std::uint32_t lower = m_graph.links[link].lower;
        const Band& from = m_bands[m_graph.layerOf[upper]];
        const Band& to = m_bands[m_graph.layerOf[lower]];
        const double x0 = m_attach.upper[link];
        const double x1 = m_attach.lower[link];
        bool mayGrow = m_graph.isBend(upper) && m_graph.down.of(upper).size() == 1;
        const auto before = static_cast<std::int32_t>(m_drawing.segments.size());
        if (!m_graph.isBend(upper)) {
            tip = extend(tip, false, x0, bottomOf(upper), x0, from.bottom);
            mayGrow = true;
        }
        tip = extend(tip, mayGrow, x0, from.bottom, x1, to.top);
        const double end = m_graph.isBend(lower) ? to.bottom : m_drawing.boxes[lower].y;
        tip = extend(tip, true, x1, to.top, x1, end);
        if (begin.first < 0)
            begin = {before, -1, false, x0, labelY(from, to), x1 - x0};
        return tip;
    }

    /// Bundles too long to be threaded through every layer run down in lanes right of everything else.
    void routeOutside() {
        if (m_graph.outside.empty())
            return;
        std::vector<std::uint32_t> order;
        for (std::uint32_t e = 0; e < m_edges.size(); ++e)
            if (std::ranges::binary_search(m_graph.outside, m_edges[e].bundle))
                order.push_back(e);
        std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
            const DownEdge& ea = m_edges[a];
            const DownEdge& eb = m_edges[b];
            const std::uint32_t la = m_graph.layerOf[ea.upper];
            const std::uint32_t lb = m_graph.layerOf[eb.upper];
            if (la != lb)
                return la < lb;
            return ea.bundle != eb.bundle ? ea.bundle < eb.bundle
                                          : m_graph.layerOf[ea.lower] < m_graph.layerOf[eb.lower];
        });
        const double inner = m_drawing.width;
        std::vector<std::uint32_t> laneEnds;
        for (std::size_t i = 0; i < order.size();) {
            std::size_t end = i + 1;
            while (end < order.size() && m_edges[order[end]].bundle == m_edges[order[i]].bundle)
                ++end;
            const std::uint32_t firstLayer = m_graph.layerOf[m_edges[order[i]].upper];
            const std::uint32_t lastLayer = m_graph.layerOf[m_edges[order[end - 1]].lower];
            std::size_t lane = 0;
            while (lane < laneEnds.size() && laneEnds[lane] > firstLayer)
                ++lane;
            if (lane == maxLanes)
                lane = i % maxLanes;
            if (lane == laneEnds.size())
                laneEnds.push_back(0);
            laneEnds[lane] = std::max(laneEnds[lane], lastLayer);
            const double x = inner + m_options.edgeGap * static_cast<double>(lane + 1);
            m_drawing.width = std::max(m_drawing.width, x);
            routeBundle({order.data() + i, order.data() + end}, x);
            i = end;
        }
    }

    void routeBundle(std::span<const std::uint32_t> edges, double lane) {
        const std::uint32_t upper = m_edges[edges.front()].upper;
        const std::uint32_t layer = m_graph.layerOf[upper];
        const auto side = [&](std::uint32_t node, float port) {
            if (m_graph.hasFixedPorts(node))
                return m_across[node] + static_cast<double>(port);
            return m_across[node] + m_size[node].width / 2 - std::min(10.0, m_size[node].width / 4);
        };
        const double x = side(upper, m_edges[edges.front()].upperAt);
        const std::int32_t root = extend(-1, false, x, bottomOf(upper), x, m_bands[layer].bottom);
        const double textY = labelY(m_bands[layer], m_bands[layer + 1]);
        std::int32_t trunk = -1;
        std::int32_t trunkFirst = -1;
        double reached = 0;
        for (const std::uint32_t e : edges) {
            const std::uint32_t lower = m_edges[e].lower;
            const std::uint32_t goal = m_graph.layerOf[lower];
            std::int32_t tip = root;
            std::int32_t first = root;
            double fromX = x;
            if (goal > layer + 1) {
                if (trunk < 0) {
                    trunk = add(root, x, m_bands[layer].bottom, lane, m_bands[layer + 1].top);
                    trunkFirst = root < 0 ? trunk : root;
                    reached = m_bands[layer + 1].top;
                }
                trunk = extend(trunk, false, lane, reached, lane, m_bands[goal - 1].bottom);
                reached = m_bands[goal - 1].bottom;
                tip = trunk;
                first = trunkFirst;
                fromX = lane;
            }
            const double end = side(lower, m_edges[e].lowerAt);
            tip = add(tip, fromX, m_bands[goal - 1].bottom, end, m_bands[goal].top);
            if (first < 0)
                first = tip;
            tip = extend(tip, false, end, m_bands[goal].top, end, m_drawing.boxes[lower].y);
            m_drawing.routes[e] = {first, tip, false, x, textY, lane - x};
        }
    }

    const ProperGraph& m_graph;
    const std::vector<double>& m_across;
    const std::vector<LayoutNode>& m_size;
    const std::vector<DownEdge>& m_edges;
    const LayoutOptions& m_options;
    const Attachments m_attach;
    std::vector<Band> m_bands;
    Drawing m_drawing;
};

} // namespace

Drawing routeEdges(const ProperGraph& graph, const std::vector<double>& across, const std::vector<LayoutNode>& size,
                   const std::vector<DownEdge>& edges, const LayoutOptions& options) {
    return Router(graph, across, size, edges, options).route();
}

} // namespace lapidary::layout
