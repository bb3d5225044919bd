// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/coordinates.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace lapidary::layout {
namespace {

using Vertices = std::vector<std::uint32_t>;

/// Links between a node and a bend, or between nodes, that cross a line made of bends only give way to it.
void forbidConflicts(const ProperGraph& g, std::vector<bool>& allowed) {
    for (std::uint32_t layer = 0; layer + 1 < g.layers.size(); ++layer) {
        const auto& lower = g.layers[layer + 1];
        const auto lastPlace = static_cast<std::uint32_t>(g.layers[layer].size()) - 1;
        std::uint32_t from = 0;
        std::size_t scanned = 0;
        for (std::size_t i = 0; i < lower.size(); ++i) {
            std::uint32_t innerUpper = none;
            if (g.isBend(lower[i]))
                innerUpper = g.links[g.up.of(lower[i]).front()].upper;
            const bool inner = innerUpper != none && g.isBend(innerUpper);
            if (!inner && i + 1 != lower.size())
                continue;
            const std::uint32_t to = inner ? g.place[innerUpper] : lastPlace;
            for (; scanned <= i; ++scanned) {
                for (const std::uint32_t link : g.up.of(lower[scanned])) {
                    const std::uint32_t upper = g.links[link].upper;
                    const bool isInner = g.isBend(upper) && g.isBend(lower[scanned]);
                    if (!isInner && (g.place[upper] < from || g.place[upper] > to))
                        allowed[link] = false;
                }
            }
            from = to;
        }
    }
}

/// Length of the longest run of node-to-node links that ends (or starts) at each node.
std::vector<std::uint32_t> runLengths(const ProperGraph& g, bool fromAbove) {
    std::vector<std::uint32_t> length(g.nodeCount, 1);
    const auto count = static_cast<std::uint32_t>(g.layers.size());
    for (std::uint32_t i = 0; i < count; ++i) {
        for (const std::uint32_t vertex : g.layers[fromAbove ? i : count - 1 - i]) {
            if (g.isBend(vertex))
                continue;
            for (const std::uint32_t link : fromAbove ? g.up.of(vertex) : g.down.of(vertex)) {
                const std::uint32_t other = fromAbove ? g.links[link].upper : g.links[link].lower;
                if (!g.isBend(other))
                    length[vertex] = std::max(length[vertex], length[other] + 1);
            }
        }
    }
    return length;
}

/// Nodes line up with nodes rather than with lines, and of two nodes with the one on the clearly longer path.
void preferMainPath(const ProperGraph& g, std::vector<bool>& allowed) {
    const std::vector<std::uint32_t> above = runLengths(g, true);
    const std::vector<std::uint32_t> beneath = runLengths(g, false);
    const auto prefer = [&](std::uint32_t vertex, bool upwards) {
        const auto links = upwards ? g.up.of(vertex) : g.down.of(vertex);
        const auto other = [&](std::uint32_t link) { return upwards ? g.links[link].upper : g.links[link].lower; };
        const auto isNode = [&](std::uint32_t link) { return !g.isBend(other(link)) && allowed[link]; };
        const auto nodes = std::ranges::count_if(links, isNode);
        if (nodes == 0)
            return;
        std::uint32_t longest = 0;
        std::uint32_t second = 0;
        const auto run = [&](std::uint32_t link) { return upwards ? above[other(link)] : beneath[other(link)]; };
        for (const std::uint32_t link : links)
            if (isNode(link)) {
                second = std::max(second, std::min(longest, run(link)));
                longest = std::max(longest, run(link));
            }
        // One path is clearly the main one, whatever constants and branches join it here. Otherwise the middle of all
        // neighbours keeps rows of branches from drifting sideways.
        const bool clear = nodes == 1 || longest >= second + 2;
        for (const std::uint32_t link : links)
            if (clear ? !isNode(link) || run(link) != longest : nodes == std::ssize(links) && !isNode(link))
                allowed[link] = false;
    };
    for (std::uint32_t vertex = 0; vertex < g.nodeCount; ++vertex) {
        prefer(vertex, true);
        prefer(vertex, false);
    }
    for (std::uint32_t vertex = g.nodeCount; vertex < g.vertexCount(); ++vertex) {
        const auto links = g.down.of(vertex);
        if (std::ranges::any_of(links, [&](std::uint32_t link) { return g.isBend(g.links[link].lower); }))
            for (const std::uint32_t link : links)
                if (!g.isBend(g.links[link].lower))
                    allowed[link] = false;
    }
}

/// One of the four layouts. Mirroring is done by reading layers from the other end and turning the sign.
class Alignment {
public:
    Alignment(const ProperGraph& graph, const std::vector<bool>& allowed, const Spacing& spacing, bool fromAbove,
              bool fromLeft)
        : m_graph(graph), m_allowed(allowed), m_spacing(spacing), m_fromAbove(fromAbove), m_fromLeft(fromLeft),
          m_root(graph.vertexCount()), m_shift(graph.vertexCount()), m_taken(graph.vertexCount()) {
        for (std::uint32_t v = 0; v < graph.vertexCount(); ++v)
            m_root[v] = v;
    }

    std::vector<double> compute() {
        align();
        std::vector<double> x = pack();
        if (!m_fromLeft)
            for (double& value : x)
                value = -value;
        return x;
    }

private:
    std::uint32_t at(const Vertices& layer, std::size_t i) const {
        return m_fromLeft ? layer[i] : layer[layer.size() - 1 - i];
    }
    std::int64_t placeOf(std::uint32_t vertex) const {
        const std::int64_t place = m_graph.place[vertex];
        return m_fromLeft ? place : -place;
    }

    std::uint32_t farEnd(std::uint32_t link) const {
        return m_fromAbove ? m_graph.links[link].upper : m_graph.links[link].lower;
    }

    void align() {
        const auto count = static_cast<std::uint32_t>(m_graph.layers.size());
        for (std::uint32_t i = 1; i < count; ++i) {
            const Vertices& layer = m_graph.layers[m_fromAbove ? i : count - 1 - i];
            std::int64_t last = std::numeric_limits<std::int64_t>::min();
            for (std::size_t k = 0; k < layer.size(); ++k)
                alignVertex(at(layer, k), last);
        }
    }

    void alignVertex(std::uint32_t vertex, std::int64_t& last) {
        m_near.clear();
        for (const std::uint32_t link : m_fromAbove ? m_graph.up.of(vertex) : m_graph.down.of(vertex))
            if (m_allowed[link])
                m_near.push_back(link);
        if (m_near.empty())
            return;
        std::ranges::stable_sort(
            m_near, [&](std::uint32_t a, std::uint32_t b) { return placeOf(farEnd(a)) < placeOf(farEnd(b)); });
        const std::size_t middle = (m_near.size() - 1) / 2;
        for (std::size_t i = middle; i <= m_near.size() / 2; ++i) {
            const std::uint32_t other = farEnd(m_near[i]);
            if (placeOf(other) <= last || m_taken[other])
                continue;
            const Link& link = m_graph.links[m_near[i]];
            const double step = static_cast<double>(link.upperAt) - static_cast<double>(link.lowerAt);
            m_root[vertex] = m_root[other];
            m_shift[vertex] = m_shift[other] + (m_fromAbove == m_fromLeft ? step : -step);
            m_taken[other] = true;
            last = placeOf(other);
            return;
        }
    }

    struct Push {
        std::uint32_t left;
        std::uint32_t right;
        double distance;
    };

    /// Longest paths from the left, then every block moves right as far as its right neighbours allow.
    std::vector<double> pack() const {
        std::vector<Push> pushes;
        pushes.reserve(m_graph.vertexCount());
        for (const Vertices& layer : m_graph.layers)
            for (std::size_t k = 0; k + 1 < layer.size(); ++k) {
                const std::uint32_t left = at(layer, k);
                const std::uint32_t right = at(layer, k + 1);
                pushes.push_back({m_root[left], m_root[right],
                                  apart(m_graph, m_spacing, left, right) + m_shift[left] - m_shift[right]});
            }
        const std::uint32_t count = m_graph.vertexCount();
        const Csr out(count, pushes.size(), [&](std::uint32_t p) { return pushes[p].left; });
        std::vector<std::uint32_t> waiting(count);
        for (const Push& push : pushes)
            ++waiting[push.right];
        Vertices order;
        order.reserve(count);
        for (std::uint32_t v = 0; v < count; ++v)
            if (m_root[v] == v && waiting[v] == 0)
                order.push_back(v);
        std::vector<double> x(count, 0);
        for (std::size_t i = 0; i < order.size(); ++i)
            for (const std::uint32_t p : out.of(order[i])) {
                const Push& push = pushes[p];
                x[push.right] = std::max(x[push.right], x[push.left] + push.distance);
                if (--waiting[push.right] == 0)
                    order.push_back(push.right);
            }
        for (auto it = order.rbegin(); it != order.rend(); ++it) {
            double room = std::numeric_limits<double>::infinity();
            for (const std::uint32_t p : out.of(*it))
                room = std::min(room, x[pushes[p].right] - pushes[p].distance);
            if (room < std::numeric_limits<double>::infinity())
                x[*it] = std::max(x[*it], room);
        }
        for (std::uint32_t v = 0; v < count; ++v)
            if (m_root[v] != v)
                x[v] = x[m_root[v]] + m_shift[v];
        return x;
    }

    const ProperGraph& m_graph;
    const std::vector<bool>& m_allowed;
    const Spacing& m_spacing;
    const bool m_fromAbove;
    const bool m_fromLeft;
    Vertices m_root;
    std::vector<double> m_shift; ///< from the root of its block, which lines up ports rather than centres
    std::vector<bool> m_taken;
    Vertices m_near; ///< links
};

/// A layer with a single vertex separates what is above from what is below, so both may be moved sideways at will.
/// All such vertices go to one line, which is the network's backbone; what lies between two of them is centred on the
/// two. Without this, alignments that lean to one side drift away block after block.
void straightenBackbone(const ProperGraph& g, std::vector<double>& x) {
    std::uint32_t hub = none;
    std::size_t begin = 0;
    const auto shift = [&](std::size_t from, std::size_t to, double by) {
        for (std::size_t layer = from; layer < to; ++layer)
            for (const std::uint32_t vertex : g.layers[layer])
                x[vertex] -= by;
    };
    double hubAt = 0;
    for (std::size_t layer = 0; layer < g.layers.size(); ++layer) {
        if (g.layers[layer].size() != 1)
            continue;
        const std::uint32_t next = g.layers[layer].front();
        const double nextAt = x[next] + g.spineOf(next);
        shift(begin, layer, hub == none ? nextAt : (hubAt + nextAt) / 2);
        x[next] = -g.spineOf(next);
        hub = next;
        hubAt = nextAt;
        begin = layer + 1;
    }
    if (hub != none)
        shift(begin, g.layers.size(), hubAt);
}

struct Extent {
    double low = std::numeric_limits<double>::infinity();
    double high = -std::numeric_limits<double>::infinity();
};

Extent extentOf(const ProperGraph& g, const std::vector<double>& x) {
    Extent extent;
    for (std::uint32_t v = 0; v < g.vertexCount(); ++v) {
        extent.low = std::min(extent.low, x[v] - g.breadth[v] / 2);
        extent.high = std::max(extent.high, x[v] + g.breadth[v] / 2);
    }
    return extent;
}

} // namespace

double apart(const ProperGraph& graph, const Spacing& spacing, std::uint32_t a, std::uint32_t b) {
    const bool nodes = graph.breadth[a] > 0 && graph.breadth[b] > 0;
    return (graph.breadth[a] + graph.breadth[b]) / 2 + (nodes ? spacing.nodeGap : spacing.edgeGap);
}

std::vector<double> placeAcross(const ProperGraph& graph, const Spacing& spacing, bool coarse,
                                const std::stop_token& stop) {
    std::vector<bool> allowed(graph.links.size(), true);
    forbidConflicts(graph, allowed);
    preferMainPath(graph, allowed);

    const std::size_t count = coarse ? 2 : 4;
    std::vector<std::vector<double>> layouts(count);
    std::vector<Extent> extents(count);
    std::size_t narrowest = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (stop.stop_requested())
            return {};
        layouts[i] = Alignment(graph, allowed, spacing, i < 2, i % 2 == 0).compute();
        straightenBackbone(graph, layouts[i]);
        extents[i] = extentOf(graph, layouts[i]);
        if (extents[i].high - extents[i].low < extents[narrowest].high - extents[narrowest].low)
            narrowest = i;
    }
    std::vector<double> shift(count);
    for (std::size_t i = 0; i < count; ++i)
        shift[i] = i % 2 == 0 ? extents[narrowest].low - extents[i].low : extents[narrowest].high - extents[i].high;

    std::vector<double> x(graph.vertexCount());
    std::vector<double> values(count);
    for (std::uint32_t v = 0; v < graph.vertexCount(); ++v) {
        for (std::size_t i = 0; i < count; ++i)
            values[i] = layouts[i][v] + shift[i];
        std::ranges::sort(values);
        x[v] = (values[count / 2 - 1] + values[count / 2]) / 2;
    }
    straightenBackbone(graph, x);
    const double low = extentOf(graph, x).low;
    // Multiples of an eighth are exact in floating point, so that lines which ought to be straight are.
    for (double& value : x)
        value = std::round((value - low) * 8) / 8;
    return x;
}

} // namespace lapidary::layout
