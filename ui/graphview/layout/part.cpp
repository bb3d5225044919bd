// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/part.h"

#include "ui/graphview/layout/balance.h"
#include "ui/graphview/layout/coordinates.h"
#include "ui/graphview/layout/ordering.h"
#include "ui/graphview/layout/settle.h"

#include <algorithm>
#include <utility>

namespace lapidary::layout {
namespace {

constexpr std::uint32_t mostRaised = 3000; ///< nodes: larger graphs are not drawn twice

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

/// Arcs that lead down by as much as they did before.
std::size_t agreement(const Part& part, const std::vector<std::uint32_t>& layers) {
    if (part.holds.empty())
        return 0;
    return static_cast<std::size_t>(std::ranges::count_if(part.edges, [&](const DownEdge& edge) {
        const std::uint32_t upper = part.holds[edge.upper].layer, lower = part.holds[edge.lower].layer;
        return upper != none && lower != none && lower - upper == layers[edge.lower] - layers[edge.upper];
    }));
}

ProperGraph properOf(const Part& part, const std::vector<std::uint32_t>& layers, const LayoutOptions& options) {
    const auto count = static_cast<std::uint32_t>(part.sizes.size());
    std::vector<double> breadth(count);
    for (std::uint32_t node = 0; node < count; ++node)
        breadth[node] = part.sizes[node].width + (part.hasLoop[node] ? 2 * loopRoom : 0);
    ProperGraph proper = makeProper(layers, breadth, part.edges, options.bendsPerNode * count + 20'000);
    proper.fixedPorts = part.fixedPorts;
    proper.spine = part.spine;
    if (!part.holds.empty())
        holdOrder(proper, part.holds);
    return proper;
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
    if (stop.stop_requested())
        return std::nullopt;
    auto raised = result.layers;
    const bool floats = !options.coarse && count <= mostRaised && raiseFloating(count, arcs, part.border, raised);
    if (floats && agreement(part, raised) > agreement(part, result.layers))
        result.layers.swap(raised); // as it was drawn before
    ProperGraph proper = properOf(part, result.layers, options);
    if (stop.stop_requested())
        return std::nullopt;
    result.crossings = options.coarse ? reduceCrossings(proper, 0, 0, stop)
                                      : reduceCrossings(proper, options.sweeps, options.swapWork, stop);
    if (floats && result.crossings > 0 && part.holds.empty() && !stop.stop_requested()) {
        ProperGraph other = properOf(part, raised, options);
        if (const auto crossings = reduceCrossings(other, options.sweeps, options.swapWork, stop);
            crossings < result.crossings) {
            result.crossings = crossings;
            result.layers = std::move(raised);
            proper = std::move(other);
        }
    }
    if (stop.stop_requested())
        return std::nullopt;
    if (!options.coarse)
        balanceSides(proper, options.swapWork / 10);
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
