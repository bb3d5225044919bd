// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace lapidary {

/// A directed network with capacities, and the cheapest way to cut its sink off its source. One thread.
class MinimumCut {
public:
    static constexpr std::uint64_t unlimited = std::uint64_t(1) << 62;

    explicit MinimumCut(std::size_t vertices) : m_first(vertices, none) {}
    std::size_t addVertex();
    void connect(std::size_t from, std::size_t to, std::uint64_t capacity);

    /// Pushes as much as goes through and returns it: the capacity of the cut (L. R. Ford and D. R. Fulkerson, Canad.
    /// J. Math. 8, 1956), by blocking flows (E. A. Dinic, Soviet Math. Dokl. 11, 1970). At `unlimited`: cannot be cut.
    std::uint64_t solve(std::size_t source, std::size_t sink);
    /// After solve(): which vertices stay with the source in the smallest cut that lies nearest to the sink.
    std::vector<bool> sourceSide(std::size_t sink) const;

private:
    static constexpr std::uint32_t none = 0xffffffff;
    struct Arc { ///< at an even index; its reverse follows it
        std::uint32_t to;
        std::uint32_t next;
        std::uint64_t left;
    };
    bool findLevels(std::size_t source, std::size_t sink);
    std::uint64_t pushPath(std::size_t source, std::size_t sink);

    std::vector<std::uint32_t> m_first, m_at, m_level;
    std::vector<Arc> m_arcs;
};

} // namespace lapidary
