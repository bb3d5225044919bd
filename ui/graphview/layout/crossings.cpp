// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/crossings.h"

#include <algorithm>

namespace lapidary::layout {

void CrossingCounter::enter(std::size_t rank) {
    for (std::size_t i = rank; i < m_tree.size(); i += i & (~i + 1))
        ++m_tree[i];
}

std::uint32_t CrossingCounter::entered(std::size_t upTo) const {
    std::uint32_t sum = 0;
    for (std::size_t i = upTo; i > 0; i &= i - 1)
        sum += m_tree[i];
    return sum;
}

std::uint64_t CrossingCounter::byPlaces(std::uint32_t layer) {
    const auto& upper = m_graph.layers[layer];
    const std::size_t width = m_graph.layers[layer + 1].size();
    if (upper.size() < 2 || width < 2)
        return 0;
    m_tree.assign(width + 1, 0);
    std::uint64_t crossings = 0;
    std::uint32_t total = 0;
    for (const std::uint32_t vertex : upper) {
        m_ends.clear();
        for (const std::uint32_t link : m_graph.down.of(vertex))
            m_ends.push_back(m_graph.place[m_graph.links[link].lower]);
        for (const std::uint32_t end : m_ends)
            crossings += total - entered(end + 1);
        for (const std::uint32_t end : m_ends)
            enter(end + 1);
        total += static_cast<std::uint32_t>(m_ends.size());
    }
    return crossings;
}

/// With fixed ports links of one vertex may cross each other, too.
std::uint64_t CrossingCounter::byPorts(std::uint32_t layer) {
    m_pairs.clear();
    m_ends.clear();
    for (const std::uint32_t vertex : m_graph.layers[layer])
        for (const std::uint32_t link : m_graph.down.of(vertex)) {
            m_pairs.emplace_back(m_keys.upper(link), m_keys.lower(link));
            m_ends.push_back(m_keys.lower(link));
        }
    std::ranges::sort(m_pairs);
    std::ranges::sort(m_ends);
    m_tree.assign(m_ends.size() + 1, 0);
    std::uint64_t crossings = 0;
    std::uint32_t total = 0;
    const auto rankOf = [&](std::size_t i) {
        return static_cast<std::size_t>(std::ranges::lower_bound(m_ends, m_pairs[i].second) - m_ends.begin()) + 1;
    };
    for (std::size_t i = 0; i < m_pairs.size();) {
        std::size_t end = i;
        for (; end < m_pairs.size() && m_pairs[end].first == m_pairs[i].first; ++end)
            crossings += total - entered(rankOf(end));
        total += static_cast<std::uint32_t>(end - i);
        for (; i < end; ++i)
            enter(rankOf(i));
    }
    return crossings;
}

std::uint64_t CrossingCounter::below(std::uint32_t layer) {
    if (layer + 1 >= m_graph.layers.size())
        return 0;
    return m_keys.any() ? byPorts(layer) : byPlaces(layer);
}

std::uint64_t CrossingCounter::total() {
    std::uint64_t crossings = 0;
    for (std::uint32_t layer = 0; layer + 1 < m_graph.layers.size(); ++layer)
        crossings += below(layer);
    return crossings;
}

} // namespace lapidary::layout
