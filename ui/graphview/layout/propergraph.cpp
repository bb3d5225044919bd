// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/propergraph.h"

#include <algorithm>
#include <numeric>

namespace lapidary::layout {

void ProperGraph::renumber(std::uint32_t layer) {
    for (std::uint32_t i = 0; i < layers[layer].size(); ++i)
        place[layers[layer][i]] = i;
}

namespace {

/// Edge numbers sorted by bundle, then by the layer they reach: the order in which a shared line meets its ends.
std::vector<std::uint32_t> bundleOrder(const std::vector<std::uint32_t>& layerOf, const std::vector<DownEdge>& edges) {
    std::vector<std::uint32_t> order(edges.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::stable_sort(order, [&](std::uint32_t a, std::uint32_t b) {
        const DownEdge& ea = edges[a];
        const DownEdge& eb = edges[b];
        if (ea.bundle != eb.bundle)
            return ea.bundle < eb.bundle;
        if (layerOf[ea.lower] != layerOf[eb.lower])
            return layerOf[ea.lower] < layerOf[eb.lower];
        return ea.lower < eb.lower;
    });
    return order;
}

/// The bundles with the longest lines, as many as needed to stay within the limit.
std::vector<std::uint32_t> chooseOutside(const std::vector<std::uint32_t>& layerOf, const std::vector<DownEdge>& edges,
                                         const std::vector<std::uint32_t>& order, std::size_t maxBends) {
    struct Length {
        std::uint32_t bundle;
        std::size_t bends;
    };
    std::vector<Length> lengths;
    std::size_t total = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        const DownEdge& edge = edges[order[i]];
        if (i + 1 < order.size() && edges[order[i + 1]].bundle == edge.bundle)
            continue;
        const std::size_t bends = layerOf[edge.lower] - layerOf[edge.upper] - 1;
        lengths.push_back({edge.bundle, bends});
        total += bends;
    }
    if (total <= maxBends)
        return {};
    std::ranges::stable_sort(lengths, [](const Length& a, const Length& b) { return a.bends > b.bends; });
    std::vector<std::uint32_t> outside;
    for (const Length& length : lengths) {
        if (total <= maxBends || length.bends < 4)
            break;
        outside.push_back(length.bundle);
        total -= length.bends;
    }
    std::ranges::sort(outside);
    return outside;
}

void cutEdges(ProperGraph& g, const std::vector<DownEdge>& edges, const std::vector<std::uint32_t>& order) {
    std::uint32_t bundle = none;
    std::uint32_t tip = none;
    std::uint32_t previous = none;
    for (const std::uint32_t e : order) {
        const DownEdge& edge = edges[e];
        if (edge.bundle != bundle || previous == none) {
            bundle = edge.bundle;
            tip = edge.upper;
            previous = none;
        }
        if (std::ranges::binary_search(g.outside, bundle))
            continue;
        if (previous != none && edges[previous].lower == edge.lower) {
            g.lastLink[e] = g.lastLink[previous];
            continue;
        }
        while (g.layerOf[tip] + 1 < g.layerOf[edge.lower]) {
            const std::uint32_t bend = g.vertexCount();
            g.layerOf.push_back(g.layerOf[tip] + 1);
            g.breadth.push_back(0);
            g.links.push_back({tip, bend, tip == edge.upper ? edge.upperAt : 0, 0});
            tip = bend;
        }
        g.lastLink[e] = static_cast<std::uint32_t>(g.links.size());
        g.links.push_back({tip, edge.lower, tip == edge.upper ? edge.upperAt : 0, edge.lowerAt});
        previous = e;
    }
}

/// Puts vertices into their layers as a depth-first walk meets them. Nodes are followed before bend points, so the
/// main path stays in its column and long lines come to lie beside it.
void fillLayers(ProperGraph& g) {
    std::vector<bool> seen(g.vertexCount());
    std::vector<std::uint32_t> stack;
    const auto visit = [&](std::uint32_t root) {
        stack.push_back(root);
        while (!stack.empty()) {
            const std::uint32_t vertex = stack.back();
            stack.pop_back();
            if (seen[vertex])
                continue;
            seen[vertex] = true;
            g.layers[g.layerOf[vertex]].push_back(vertex);
            const auto leaving = g.down.of(vertex);
            for (const bool bends : {true, false}) // pushed first, taken last
                for (auto it = leaving.rbegin(); it != leaving.rend(); ++it)
                    if (const std::uint32_t lower = g.links[*it].lower; g.isBend(lower) == bends && !seen[lower])
                        stack.push_back(lower);
        }
    };
    std::vector<std::uint32_t> roots;
    for (std::uint32_t vertex = 0; vertex < g.vertexCount(); ++vertex)
        if (g.up.of(vertex).empty())
            roots.push_back(vertex);
    std::ranges::stable_sort(roots, [&](std::uint32_t a, std::uint32_t b) { return g.layerOf[a] < g.layerOf[b]; });
    for (const std::uint32_t root : roots)
        visit(root);
}

} // namespace

ProperGraph makeProper(const std::vector<std::uint32_t>& layerOf, const std::vector<double>& breadth,
                       const std::vector<DownEdge>& edges, std::size_t maxBends) {
    ProperGraph g;
    g.nodeCount = static_cast<std::uint32_t>(layerOf.size());
    g.layerOf = layerOf;
    g.breadth = breadth;
    g.lastLink.assign(edges.size(), none);
    const std::vector<std::uint32_t> order = bundleOrder(layerOf, edges);
    g.outside = chooseOutside(layerOf, edges, order, maxBends);
    cutEdges(g, edges, order);
    g.down = Csr(g.vertexCount(), g.links.size(), [&](std::uint32_t l) { return g.links[l].upper; });
    g.up = Csr(g.vertexCount(), g.links.size(), [&](std::uint32_t l) { return g.links[l].lower; });
    g.layers.resize(g.nodeCount == 0 ? 0 : *std::ranges::max_element(layerOf) + 1);
    fillLayers(g);
    g.place.resize(g.vertexCount());
    for (std::uint32_t layer = 0; layer < g.layers.size(); ++layer)
        g.renumber(layer);
    return g;
}

} // namespace lapidary::layout
