// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/layering.h"

#include "ui/graphview/layout/csr.h"
#include "ui/graphview/layout/networksimplex.h"

#include <algorithm>
#include <limits>

namespace lapidary::layout {

std::vector<bool> findBackArcs(std::uint32_t nodeCount, const std::vector<Arc>& arcs) {
    const Csr out(nodeCount, arcs.size(), [&](std::uint32_t a) { return arcs[a].upper; });
    std::vector<std::uint32_t> producers(nodeCount);
    for (const Arc& arc : arcs)
        ++producers[arc.lower];

    enum : std::uint8_t { Unseen, Open, Done };
    std::vector<std::uint8_t> state(nodeCount, Unseen);
    std::vector<bool> back(arcs.size());
    std::vector<std::pair<std::uint32_t, std::uint32_t>> stack; // node, next arc
    const auto walk = [&](std::uint32_t root) {
        stack.emplace_back(root, 0);
        state[root] = Open;
        while (!stack.empty()) {
            auto& [node, next] = stack.back();
            const auto leaving = out.of(node);
            if (next == leaving.size()) {
                state[node] = Done;
                stack.pop_back();
                continue;
            }
            const std::uint32_t arc = leaving[next++];
            const std::uint32_t target = arcs[arc].lower;
            if (state[target] == Open) {
                back[arc] = true;
            } else if (state[target] == Unseen) {
                state[target] = Open;
                stack.emplace_back(target, 0);
            }
        }
    };
    for (std::uint32_t node = 0; node < nodeCount; ++node)
        if (producers[node] == 0)
            walk(node);
    for (std::uint32_t node = 0; node < nodeCount; ++node)
        if (state[node] == Unseen)
            walk(node);
    return back;
}

namespace {

std::vector<std::uint32_t> topologicalOrder(std::uint32_t nodeCount, const std::vector<Arc>& arcs, const Csr& out) {
    std::vector<std::uint32_t> waiting(nodeCount);
    for (const Arc& arc : arcs)
        ++waiting[arc.lower];
    std::vector<std::uint32_t> order;
    order.reserve(nodeCount);
    for (std::uint32_t node = 0; node < nodeCount; ++node)
        if (waiting[node] == 0)
            order.push_back(node);
    for (std::size_t i = 0; i < order.size(); ++i)
        for (const std::uint32_t arc : out.of(order[i]))
            if (--waiting[arcs[arc].lower] == 0)
                order.push_back(arcs[arc].lower);
    return order;
}

/// A node is loose when everything above it exists for it alone, so the whole branch may sink with it.
std::vector<bool> findLoose(std::uint32_t nodeCount, const std::vector<Arc>& arcs, const Csr& out, const Csr& in,
                            const std::vector<std::uint32_t>& order) {
    std::vector<bool> loose(nodeCount);
    for (const std::uint32_t node : order)
        loose[node] = std::ranges::all_of(in.of(node), [&](std::uint32_t arc) {
            return loose[arcs[arc].upper] && out.of(arcs[arc].upper).size() == 1;
        });
    return loose;
}

} // namespace

std::vector<std::uint32_t> assignLayers(std::uint32_t nodeCount, const std::vector<Arc>& arcs,
                                        const std::vector<Border>& border) {
    const Csr out(nodeCount, arcs.size(), [&](std::uint32_t a) { return arcs[a].upper; });
    const Csr in(nodeCount, arcs.size(), [&](std::uint32_t a) { return arcs[a].lower; });
    const std::vector<std::uint32_t> order = topologicalOrder(nodeCount, arcs, out);
    const auto stands = [&](std::uint32_t node, Border where) { return !border.empty() && border[node] == where; };

    const bool hasTop = std::ranges::find(border, Border::Top) != border.end();
    std::vector<std::uint32_t> layer(nodeCount, hasTop ? 1 : 0);
    std::uint32_t deepest = 0;
    for (const std::uint32_t node : order) {
        if (stands(node, Border::Top))
            layer[node] = 0;
        if (!stands(node, Border::Bottom))
            deepest = std::max(deepest, layer[node]);
        for (const std::uint32_t arc : out.of(node))
            layer[arcs[arc].lower] = std::max(layer[arcs[arc].lower], layer[node] + 1);
    }
    const std::vector<bool> loose = findLoose(nodeCount, arcs, out, in, order);
    for (auto it = order.rbegin(); it != order.rend(); ++it) {
        const std::uint32_t node = *it;
        const auto leaving = out.of(node);
        if (stands(node, Border::Bottom))
            layer[node] = deepest + 1;
        if (stands(node, Border::Top) || (!loose[node] && in.of(node).size() > leaving.size()))
            continue;
        std::uint32_t nearest = std::numeric_limits<std::uint32_t>::max();
        for (const std::uint32_t arc : leaving)
            if (!stands(arcs[arc].lower, Border::Bottom))
                nearest = std::min(nearest, layer[arcs[arc].lower]);
        if (nearest != std::numeric_limits<std::uint32_t>::max())
            layer[node] = nearest - 1;
    }
    shortenArcs(nodeCount, arcs, border, layer);
    const std::uint32_t top = layer.empty() ? 0 : *std::ranges::min_element(layer);
    for (std::uint32_t& l : layer)
        l -= top;
    return layer;
}

bool raiseFloating(std::uint32_t nodeCount, const std::vector<Arc>& arcs, const std::vector<Border>& border,
                   std::vector<std::uint32_t>& layer) {
    const Csr out(nodeCount, arcs.size(), [&](std::uint32_t a) { return arcs[a].upper; });
    const Csr in(nodeCount, arcs.size(), [&](std::uint32_t a) { return arcs[a].lower; });
    bool any = false;
    for (const std::uint32_t node : topologicalOrder(nodeCount, arcs, out)) {
        if (in.of(node).size() != out.of(node).size() || in.of(node).empty() ||
            (!border.empty() && border[node] != Border::None))
            continue;
        std::uint32_t lowest = 0;
        for (const std::uint32_t arc : in.of(node))
            lowest = std::max(lowest, layer[arcs[arc].upper]);
        any = any || layer[node] > lowest + 1;
        layer[node] = lowest + 1;
    }
    return any;
}

} // namespace lapidary::layout
