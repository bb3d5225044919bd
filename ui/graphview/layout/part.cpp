// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/part.h"

#include "ui/graphview/layout/coordinates.h"
#include "ui/graphview/layout/ordering.h"

#include <algorithm>
#include <map>
#include <utility>

namespace lapidary::layout {
namespace {

/// Nodes that shared a layer before and share one now keep their order. Where nodes of several old layers have come
/// together, those of the most frequent one are held.
std::vector<std::uint32_t> rankHeld(const ProperGraph& graph, const std::vector<Hold>& holds) {
    std::vector<std::uint32_t> ranks(graph.nodeCount, none);
    std::vector<std::uint32_t> held;
    std::map<std::uint32_t, std::size_t> votes;
    for (const auto& layer : graph.layers) {
        votes.clear();
        for (const std::uint32_t vertex : layer)
            if (!graph.isBend(vertex) && holds[vertex].layer != none)
                ++votes[holds[vertex].layer];
        if (votes.empty())
            continue;
        const auto most =
            std::ranges::max_element(votes, [](const auto& a, const auto& b) { return a.second < b.second; });
        held.clear();
        for (const std::uint32_t vertex : layer)
            if (!graph.isBend(vertex) && holds[vertex].layer == most->first)
                held.push_back(vertex);
        std::ranges::sort(held, [&](std::uint32_t a, std::uint32_t b) {
            return std::pair(holds[a].across, a) < std::pair(holds[b].across, b);
        });
        for (std::uint32_t i = 0; i < held.size(); ++i)
            ranks[held[i]] = i;
    }
    return ranks;
}

/// The line of the layers that hold a single vertex, or else of the first line that comes in.
double spineOf(const ProperGraph& graph, const Part& part, const std::vector<double>& across) {
    for (const auto& layer : graph.layers)
        if (layer.size() == 1)
            return across[layer.front()] + graph.spineOf(layer.front());
    for (const Border side : {Border::Top, Border::Bottom})
        if (const auto it = std::ranges::find(part.border, side); it != part.border.end())
            return across[static_cast<std::size_t>(it - part.border.begin())];
    return across.empty() ? 0 : across.front();
}

} // namespace

std::optional<PartLayout> layoutPart(const Part& part, const LayoutOptions& options, const std::stop_token& stop) {
    const auto count = static_cast<std::uint32_t>(part.sizes.size());
    std::vector<Arc> arcs;
    arcs.reserve(part.edges.size());
    for (const DownEdge& edge : part.edges)
        arcs.push_back({edge.upper, edge.lower});
    PartLayout result;
    result.layers = assignLayers(count, arcs, part.border);
    std::vector<double> breadth(count);
    for (std::uint32_t node = 0; node < count; ++node)
        breadth[node] = part.sizes[node].width + (part.hasLoop[node] ? 2 * loopRoom : 0);
    if (stop.stop_requested())
        return std::nullopt;
    ProperGraph proper = makeProper(result.layers, breadth, part.edges, options.bendsPerNode * count + 20'000);
    proper.fixedPorts = part.fixedPorts;
    proper.spine = part.spine;
    if (!part.holds.empty())
        proper.heldRank = rankHeld(proper, part.holds);
    if (stop.stop_requested())
        return std::nullopt;
    result.crossings = options.coarse ? reduceCrossings(proper, 0, 0, stop)
                                      : reduceCrossings(proper, options.sweeps, options.swapWork, stop);
    if (stop.stop_requested())
        return std::nullopt;
    const std::vector<double> across = placeAcross(proper, {options.nodeGap, options.edgeGap}, options.coarse, stop);
    if (stop.stop_requested())
        return std::nullopt;
    result.drawing = routeEdges(proper, across, part.sizes, part.edges, options);
    result.spine = spineOf(proper, part, across);
    return result;
}

} // namespace lapidary::layout
