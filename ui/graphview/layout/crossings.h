// SPDX-License-Identifier: GPL-3.0-or-later
// How often links between neighbouring layers cross: Barth, Mutzel, Jünger, "Simple and efficient bilayer cross
// counting", J. Graph Algorithms and Applications 8(2), 2004.
#pragma once

#include "ui/graphview/layout/portkeys.h"

#include <utility>

namespace lapidary::layout {

/// Counts for the present places; keeps its buffers between calls.
class CrossingCounter {
public:
    CrossingCounter(const ProperGraph& graph, const PortKeys& keys) : m_graph(graph), m_keys(keys) {}

    /// Between a layer and the next. O(links log width).
    std::uint64_t below(std::uint32_t layer);
    std::uint64_t total();

private:
    std::uint64_t byPlaces(std::uint32_t layer);
    std::uint64_t byPorts(std::uint32_t layer);
    void enter(std::size_t rank);
    std::uint32_t entered(std::size_t upTo) const;

    const ProperGraph& m_graph;
    const PortKeys& m_keys;
    std::vector<std::uint32_t> m_tree; ///< numbers of ends seen, as a binary indexed tree
    std::vector<std::uint32_t> m_ends;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> m_pairs;
};

} // namespace lapidary::layout
