// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/portkeys.h"

#include <algorithm>

namespace lapidary::layout {

PortKeys::PortKeys(const ProperGraph& graph) : m_graph(graph) {
    if (std::ranges::find(graph.fixedPorts, true) == graph.fixedPorts.end())
        return;
    m_upper.assign(graph.links.size(), steps / 2);
    m_lower = m_upper;
    std::vector<float> ports;
    const auto number = [&](std::span<const std::uint32_t> links, float Link::*at, std::vector<std::uint16_t>& keys) {
        ports.clear();
        for (const std::uint32_t link : links)
            ports.push_back(graph.links[link].*at);
        std::ranges::sort(ports);
        ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
        for (const std::uint32_t link : links) {
            const auto rank = std::ranges::lower_bound(ports, graph.links[link].*at) - ports.begin();
            keys[link] = static_cast<std::uint16_t>((static_cast<std::size_t>(rank) + 1) * steps / (ports.size() + 1));
        }
    };
    for (std::uint32_t node = 0; node < graph.nodeCount; ++node) {
        if (!graph.hasFixedPorts(node))
            continue;
        number(graph.down.of(node), &Link::upperAt, m_upper);
        number(graph.up.of(node), &Link::lowerAt, m_lower);
    }
}

} // namespace lapidary::layout
