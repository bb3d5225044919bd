// SPDX-License-Identifier: GPL-3.0-or-later
// Where the ends of links stand in their layers, as whole numbers that grow from left to right: finer than places,
// since a node with fixed ports has several ends side by side.
#pragma once

#include "ui/graphview/layout/propergraph.h"

#include <cstdint>
#include <vector>

namespace lapidary::layout {

class PortKeys {
public:
    static constexpr std::uint32_t steps = 1024; ///< keys per place

    explicit PortKeys(const ProperGraph& graph);

    /// Whether any node has fixed ports. If none has, two links of one vertex never cross.
    bool any() const { return !m_upper.empty(); }
    /// Right for the present places.
    std::uint32_t upper(std::uint32_t link) const {
        return m_graph.place[m_graph.links[link].upper] * steps + (any() ? m_upper[link] : steps / 2);
    }
    std::uint32_t lower(std::uint32_t link) const {
        return m_graph.place[m_graph.links[link].lower] * steps + (any() ? m_lower[link] : steps / 2);
    }

private:
    const ProperGraph& m_graph;
    std::vector<std::uint16_t> m_upper; ///< per link: within its place
    std::vector<std::uint16_t> m_lower;
};

} // namespace lapidary::layout
