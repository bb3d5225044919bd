// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/minimumcut.h"

#include <algorithm>

namespace lapidary {

std::size_t MinimumCut::addVertex() {
    m_first.push_back(none);
    return m_first.size() - 1;
}

void MinimumCut::connect(std::size_t from, std::size_t to, std::uint64_t capacity) {
    m_arcs.push_back({std::uint32_t(to), m_first[from], std::min(capacity, unlimited)});
    m_first[from] = std::uint32_t(m_arcs.size() - 1);
    m_arcs.push_back({std::uint32_t(from), m_first[to], 0});
    m_first[to] = std::uint32_t(m_arcs.size() - 1);
}

bool MinimumCut::findLevels(std::size_t source, std::size_t sink) {
    m_level.assign(m_first.size(), none);
    m_level[source] = 0;
    std::vector<std::uint32_t> queue{std::uint32_t(source)};
    for (std::size_t i = 0; i < queue.size(); ++i)
        for (auto arc = m_first[queue[i]]; arc != none; arc = m_arcs[arc].next)
            if (const auto to = m_arcs[arc].to; m_arcs[arc].left > 0 && m_level[to] == none) {
                m_level[to] = m_level[queue[i]] + 1;
                queue.push_back(to);
            }
    return m_level[sink] != none;
}

// Paths can be as long as the network is deep, so they are walked with a stack of their own.
std::uint64_t MinimumCut::pushPath(std::size_t source, std::size_t sink) {
    std::vector<std::uint32_t> path;
    std::size_t at = source;
    while (at != sink) {
        auto& arc = m_at[at];
        while (arc != none && (m_arcs[arc].left == 0 || m_level[m_arcs[arc].to] != m_level[at] + 1))
            arc = m_arcs[arc].next;
        if (arc != none) {
            path.push_back(arc);
            at = m_arcs[arc].to;
            continue;
        }
        if (path.empty())
            return 0;
        m_level[at] = none; // leads nowhere
        at = m_arcs[path.back() ^ 1].to;
        path.pop_back();
    }
    std::uint64_t most = unlimited;
    for (const auto arc : path)
        most = std::min(most, m_arcs[arc].left);
    for (const auto arc : path) {
        m_arcs[arc].left -= most;
        m_arcs[arc ^ 1].left += most;
    }
    return most;
}

std::uint64_t MinimumCut::solve(std::size_t source, std::size_t sink) {
    std::uint64_t flow = 0;
    while (flow < unlimited && findLevels(source, sink)) {
        m_at = m_first;
        while (const auto more = pushPath(source, sink)) {
            flow += more;
            if (flow >= unlimited)
                return unlimited;
        }
    }
    return flow;
}

std::vector<bool> MinimumCut::sourceSide(std::size_t sink) const {
    std::vector<bool> keeps(m_first.size(), true);
    keeps[sink] = false;
    std::vector<std::uint32_t> queue{std::uint32_t(sink)};
    for (std::size_t i = 0; i < queue.size(); ++i)
        for (auto arc = m_first[queue[i]]; arc != none; arc = m_arcs[arc].next)
            if (const auto from = m_arcs[arc].to; m_arcs[arc ^ 1].left > 0 && keeps[from]) {
                keeps[from] = false;
                queue.push_back(from);
            }
    return keeps;
}

} // namespace lapidary
