// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/part.h"

#include "ui/graphview/layout/coordinates.h"
#include "ui/graphview/layout/ordering.h"
#include "ui/graphview/layout/settle.h"

#include <algorithm>
#include <utility>

namespace lapidary::layout {
namespace {

/// Nodes that shared a layer before and share one now keep their order.
void holdOrder(ProperGraph& graph, const std::vector<Hold>& holds) {
    graph.heldRank.assign(graph.nodeCount, none);
    graph.heldGroup.assign(graph.nodeCount, none);
    std::vector<std::uint32_t> held;
    for (const auto& layer : graph.layers) {
        held.clear();
        for (const std::uint32_t vertex : layer)
            if (!graph.isBend(vertex) && holds[vertex].layer != none)
                held.push_back(vertex);
        std::ranges::sort(held, {}, [&](std::uint32_t vertex) { return std::pair(holds[vertex].across, vertex); });
        for (std::uint32_t i = 0; i < held.size(); ++i) {
            graph.heldRank[held[i]] = i;
            graph.heldGroup[held[i]] = holds[held[i]].layer;
        }
    }
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
        holdOrder(proper, part.holds);
    if (stop.stop_requested())
        return std::nullopt;
    result.crossings = options.coarse ? reduceCrossings(proper, 0, 0, stop)
                                      : reduceCrossings(proper, options.sweeps, options.swapWork, stop);
    if (stop.stop_requested())
        return std::nullopt;
    const Spacing spacing{options.nodeGap, options.edgeGap};
    std::vector<double> across = placeAcross(proper, spacing, options.coarse, stop);
    if (stop.stop_requested())
        return std::nullopt;
    if (!part.holds.empty())
        settleNear(proper, part.holds, spacing, across);
    result.drawing = routeEdges(proper, across, part.sizes, part.edges, options);
    result.spine = spineOf(proper, part, across);
    return result;
}

} // namespace lapidary::layout
