// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/attach.h"

#include <algorithm>

namespace lapidary::layout {
namespace {

constexpr double wantedGap = 9;

struct Wish {
    std::uint32_t link;
    std::uint32_t order;
    double at;
};

/// Moves the wishes into [low, high] and apart from each other, keeping their order.
void spread(std::vector<Wish>& wishes, double low, double high) {
    std::ranges::sort(wishes, [](const Wish& a, const Wish& b) {
        return a.at != b.at ? a.at < b.at : (a.order != b.order ? a.order < b.order : a.link < b.link);
    });
    // Of two lines at a small node one may stay in the middle, so that the main path is straight.
    const double gap =
        std::min(wantedGap, (high - low) / static_cast<double>(std::max<std::size_t>(2, wishes.size() - 1)));
    for (std::size_t i = 0; i < wishes.size();) {
        std::size_t end = i + 1;
        while (end < wishes.size() && wishes[end].at == wishes[i].at)
            ++end;
        const double start = wishes[i].at - gap * static_cast<double>(end - i - 1) / 2;
        for (std::size_t k = i; k < end; ++k)
            wishes[k].at = start + gap * static_cast<double>(k - i);
        i = end;
    }
    wishes.front().at = std::max(wishes.front().at, low);
    for (std::size_t i = 1; i < wishes.size(); ++i)
        wishes[i].at = std::max(wishes[i].at, wishes[i - 1].at + gap);
    wishes.back().at = std::min(wishes.back().at, high);
    for (std::size_t i = wishes.size() - 1; i > 0; --i)
        wishes[i - 1].at = std::min(wishes[i - 1].at, wishes[i].at - gap);
}

} // namespace

Attachments attachLinks(const ProperGraph& graph, const std::vector<double>& across,
                        const std::vector<LayoutNode>& size) {
    Attachments result;
    result.upper.resize(graph.links.size());
    result.lower.resize(graph.links.size());
    for (std::size_t i = 0; i < graph.links.size(); ++i) {
        const Link& link = graph.links[i];
        result.upper[i] = across[link.upper] + static_cast<double>(link.upperAt);
        result.lower[i] = across[link.lower] + static_cast<double>(link.lowerAt);
    }
    std::vector<Wish> wishes;
    const auto settle = [&](std::uint32_t node, bool below) {
        const auto links = below ? graph.down.of(node) : graph.up.of(node);
        if (links.size() < 2 || graph.hasFixedPorts(node))
            return;
        const double half = size[node].width / 2 - std::min(10.0, size[node].width / 4);
        const double low = across[node] - half;
        const double high = across[node] + half;
        wishes.clear();
        for (const std::uint32_t link : links) {
            const std::uint32_t other = below ? graph.links[link].lower : graph.links[link].upper;
            const Link& l = graph.links[link];
            const double goal = across[other] + static_cast<double>(below ? l.lowerAt : l.upperAt);
            wishes.push_back({link, graph.place[other], std::clamp(goal, low, high)});
        }
        spread(wishes, low, high);
        for (const Wish& wish : wishes)
            (below ? result.upper : result.lower)[wish.link] = wish.at;
    };
    for (std::uint32_t node = 0; node < graph.nodeCount; ++node) {
        settle(node, true);
        settle(node, false);
    }
    return result;
}

} // namespace lapidary::layout
