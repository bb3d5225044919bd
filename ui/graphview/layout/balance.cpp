// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/balance.h"

#include "ui/graphview/layout/crossings.h"

#include <algorithm>

namespace lapidary::layout {
namespace {

constexpr std::size_t largestTree = 64;
constexpr std::size_t widestFamily = 256;

/// Vertices of one layer after another, upwards.
using Rows = std::vector<std::vector<std::uint32_t>>;

class Balancer {
public:
    Balancer(ProperGraph& graph, std::size_t work)
        : m_graph(graph), m_keys(graph), m_counter(graph, m_keys), m_loose(graph.vertexCount()),
          m_depth(graph.vertexCount()), m_moving(graph.vertexCount()), m_work(work) {}

    void run() {
        findLoose();
        for (std::uint32_t layer = 1; layer < m_graph.layers.size(); ++layer) {
            const auto vertices = m_graph.layers[layer];
            for (const std::uint32_t vertex : vertices)
                if (m_work > 0 && !m_graph.isBend(vertex))
                    balance(vertex);
        }
    }

private:
    /// A vertex is loose when it and everything above it leads to one place only.
    void findLoose() {
        for (const auto& layer : m_graph.layers)
            for (const std::uint32_t vertex : layer) {
                for (const std::uint32_t link : m_graph.up.of(vertex))
                    m_depth[vertex] = std::max(m_depth[vertex], m_depth[m_graph.links[link].upper] + 1);
                m_loose[vertex] = m_graph.down.of(vertex).size() == 1 &&
                                  std::ranges::all_of(m_graph.up.of(vertex), [&](std::uint32_t link) {
                                      return m_loose[m_graph.links[link].upper];
                                  });
            }
    }

    /// What is not made for one node alone; where everything is, as in a plain chain, the clearly longest way.
    std::uint32_t mainOf(const std::vector<std::uint32_t>& above) const {
        const auto shared = [&](std::uint32_t v) { return !m_loose[v]; };
        const auto count = std::ranges::count_if(above, shared);
        if (count == 1)
            return *std::ranges::find_if(above, shared);
        const auto depth = [&](std::uint32_t v) { return m_depth[v]; };
        const std::uint32_t deepest = *std::ranges::max_element(above, {}, depth);
        const bool clear = std::ranges::all_of(
            above, [&](std::uint32_t v) { return v == deepest || m_depth[v] + 2 <= m_depth[deepest]; });
        return count == 0 && clear ? deepest : none;
    }

    void balance(std::uint32_t vertex) {
        std::vector<std::uint32_t> above;
        for (const std::uint32_t link : m_graph.up.of(vertex))
            above.push_back(m_graph.links[link].upper);
        const std::uint32_t main = above.size() < 3 ? none : mainOf(above);
        if (main == none)
            return;
        std::ranges::sort(above, {}, [&](std::uint32_t v) { return m_graph.place[v]; });
        const auto left = std::ranges::find(above, main) - above.begin();
        const auto right = std::ssize(above) - left - 1;
        const auto count = static_cast<std::size_t>(std::abs(right - left) / 2);
        if (count == 0)
            return;
        const bool toLeft = right > left;
        std::vector<std::uint32_t> moved(toLeft ? above.end() - static_cast<std::ptrdiff_t>(count) : above.begin(),
                                         toLeft ? above.end() : above.begin() + static_cast<std::ptrdiff_t>(count));
        move(moved, above, toLeft);
    }

    /// The vertices above, row by row, `moving` or not; nothing if they are too many.
    Rows rowsAbove(std::vector<std::uint32_t> row, std::size_t depth, std::size_t most, bool moving) {
        Rows rows;
        std::size_t total = 0;
        while (!row.empty() && rows.size() < depth) {
            total += row.size();
            if (total > most)
                return {};
            std::vector<std::uint32_t> next;
            for (const std::uint32_t vertex : row)
                for (const std::uint32_t link : m_graph.up.of(vertex))
                    if (const std::uint32_t upper = m_graph.links[link].upper; m_moving[upper] == moving || moving)
                        next.push_back(upper);
            rows.push_back(std::move(row));
            row = std::move(next);
        }
        m_work -= std::min(m_work, total);
        return rows;
    }

    /// Takes trees out of their layers and puts them on the other side of what else leads to the same node.
    void move(const std::vector<std::uint32_t>& moved, const std::vector<std::uint32_t>& above, bool toLeft) {
        const Rows trees = rowsAbove(moved, m_graph.layers.size(), largestTree, true);
        if (trees.empty())
            return;
        std::vector<std::uint32_t> rest;
        std::ranges::copy_if(above, std::back_inserter(rest),
                             [&](std::uint32_t v) { return std::ranges::find(moved, v) == moved.end(); });
        for (const auto& row : trees)
            for (const std::uint32_t vertex : row)
                m_moving[vertex] = true;
        const Rows family = rowsAbove(rest, trees.size(), widestFamily, false);
        const std::uint32_t first = m_graph.layerOf[moved.front()];
        if (family.size() == trees.size()) {
            const std::uint64_t before = crossings(first, trees.size());
            std::vector<std::vector<std::uint32_t>> old;
            for (std::uint32_t i = 0; i < trees.size(); ++i) {
                old.push_back(m_graph.layers[first - i]);
                insert(first - i, trees[i], family[i], toLeft);
            }
            if (crossings(first, trees.size()) > before)
                for (std::uint32_t i = 0; i < trees.size(); ++i) {
                    m_graph.layers[first - i] = std::move(old[i]);
                    m_graph.renumber(first - i);
                }
        }
        for (const auto& row : trees)
            for (const std::uint32_t vertex : row)
                m_moving[vertex] = false;
    }

    void insert(std::uint32_t layer, std::vector<std::uint32_t> row, const std::vector<std::uint32_t>& family,
                bool toLeft) {
        auto& order = m_graph.layers[layer];
        const auto place = [&](std::uint32_t v) { return m_graph.place[v]; };
        std::ranges::sort(row, {}, place);
        const std::uint32_t edge =
            toLeft ? *std::ranges::min_element(family, {}, place) : *std::ranges::max_element(family, {}, place);
        std::erase_if(order, [&](std::uint32_t v) { return m_moving[v]; });
        const auto at = std::ranges::find(order, edge);
        order.insert(toLeft ? at : at + 1, row.begin(), row.end());
        m_graph.renumber(layer);
        m_work -= std::min(m_work, order.size());
    }

    /// Between `count` layers that end with `last`, and their neighbours.
    std::uint64_t crossings(std::uint32_t last, std::size_t count) {
        const std::uint32_t top = last + 1 - static_cast<std::uint32_t>(count);
        std::uint64_t sum = 0;
        for (std::uint32_t layer = top > 0 ? top - 1 : 0; layer <= last; ++layer) {
            sum += m_counter.below(layer);
            m_work -= std::min(m_work, 2 * m_graph.layers[layer].size());
        }
        return sum;
    }

    ProperGraph& m_graph;
    const PortKeys m_keys;
    CrossingCounter m_counter;
    std::vector<bool> m_loose;
    std::vector<std::uint32_t> m_depth; ///< of the longest way from above
    std::vector<bool> m_moving;         ///< in the trees being moved
    std::size_t m_work;
};

} // namespace

void balanceSides(ProperGraph& graph, std::size_t work) {
    if (graph.heldGroup.empty())
        Balancer(graph, work).run();
}

} // namespace lapidary::layout
