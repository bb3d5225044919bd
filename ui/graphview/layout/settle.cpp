// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/settle.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace lapidary::layout {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

double median(std::vector<double>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

class Settler {
public:
    Settler(const ProperGraph& graph, const std::vector<Hold>& holds, const Spacing& spacing,
            std::vector<double>& across)
        : m_graph(graph), m_holds(holds), m_spacing(spacing), m_across(across), m_block(graph.vertexCount()) {}

    void settle() {
        joinStraight();
        if (!findWishes())
            return;
        collectPushes();
        const std::vector<std::uint32_t> order = leftToRight();
        if (order.size() != m_blocks) // blocks that hold each other's places; they stay as they are
            return;
        std::vector<double> fromLeft = m_wish;
        std::vector<double> fromRight = m_wish;
        for (const std::uint32_t block : order)
            for (const std::uint32_t p : m_out.of(block))
                fromLeft[m_pushes[p].right] =
                    std::max(fromLeft[m_pushes[p].right], fromLeft[block] - m_pushes[p].slack);
        for (auto it = order.rbegin(); it != order.rend(); ++it)
            for (const std::uint32_t p : m_out.of(*it))
                fromRight[*it] = std::min(fromRight[*it], fromRight[m_pushes[p].right] + m_pushes[p].slack);
        double low = std::numeric_limits<double>::infinity();
        for (std::uint32_t v = 0; v < m_graph.vertexCount(); ++v) {
            const std::uint32_t block = m_block[v];
            m_across[v] += std::round((fromLeft[block] + fromRight[block]) * 4) / 8;
            low = std::min(low, m_across[v] - m_graph.breadth[v] / 2);
        }
        low = std::floor(low * 8) / 8;
        for (double& value : m_across)
            value -= low;
    }

private:
    struct Push {
        std::uint32_t left;
        std::uint32_t right;
        double slack;
    };

    void joinStraight() {
        std::iota(m_block.begin(), m_block.end(), 0U);
        const auto find = [&](std::uint32_t v) {
            while (m_block[v] != v) {
                m_block[v] = m_block[m_block[v]];
                v = m_block[v];
            }
            return v;
        };
        for (const Link& link : m_graph.links) {
            const double upper = m_across[link.upper] + static_cast<double>(link.upperAt);
            const double lower = m_across[link.lower] + static_cast<double>(link.lowerAt);
            if (upper != lower)
                continue;
            const std::uint32_t a = find(link.upper);
            const std::uint32_t b = find(link.lower);
            m_block[std::max(a, b)] = std::min(a, b);
        }
        std::vector<std::uint32_t> number(m_block.size(), none);
        for (std::uint32_t v = 0; v < m_block.size(); ++v) {
            const std::uint32_t root = find(v);
            if (number[root] == none)
                number[root] = m_blocks++;
        }
        std::vector<std::uint32_t> blocks(m_block.size());
        for (std::uint32_t v = 0; v < m_block.size(); ++v)
            blocks[v] = number[find(v)];
        m_block = std::move(blocks);
    }

    /// How far each block would like to go. Blocks of lines and new nodes only follow what they hang on.
    bool findWishes() {
        const Csr held(m_blocks, m_graph.nodeCount, [&](std::uint32_t node) { return m_block[node]; });
        m_wish.assign(m_blocks, unknown);
        std::vector<double> all;
        std::vector<double> ways;
        const auto way = [&](std::uint32_t node) {
            return m_holds[node].across - m_across[node] - m_graph.spineOf(node);
        };
        for (std::uint32_t node = 0; node < m_graph.nodeCount; ++node)
            if (m_holds[node].layer != none)
                all.push_back(way(node));
        if (2 * all.size() < m_graph.nodeCount || all.empty())
            return false;
        const double common = median(all);
        for (std::uint32_t block = 0; block < m_blocks; ++block) {
            ways.clear();
            for (const std::uint32_t node : held.of(block))
                if (m_holds[node].layer != none)
                    ways.push_back(way(node) - common);
            if (!ways.empty())
                m_wish[block] = median(ways);
        }
        const auto follow = [&](std::uint32_t vertex, std::uint32_t leader) {
            if (std::isnan(m_wish[m_block[vertex]]))
                m_wish[m_block[vertex]] = m_wish[m_block[leader]];
        };
        for (const auto& layer : m_graph.layers)
            for (const std::uint32_t vertex : layer)
                for (const std::uint32_t link : m_graph.up.of(vertex))
                    follow(vertex, m_graph.links[link].upper);
        for (auto layer = m_graph.layers.rbegin(); layer != m_graph.layers.rend(); ++layer)
            for (const std::uint32_t vertex : *layer)
                for (const std::uint32_t link : m_graph.down.of(vertex))
                    follow(vertex, m_graph.links[link].lower);
        for (double& wish : m_wish)
            wish = std::isnan(wish) ? 0 : wish;
        return true;
    }

    void collectPushes() {
        for (const auto& layer : m_graph.layers)
            for (std::size_t i = 0; i + 1 < layer.size(); ++i) {
                const std::uint32_t left = layer[i];
                const std::uint32_t right = layer[i + 1];
                if (m_block[left] == m_block[right])
                    continue;
                const double room = m_across[right] - m_across[left] - apart(m_graph, m_spacing, left, right);
                m_pushes.push_back({m_block[left], m_block[right], std::max(0.0, room)});
            }
        m_out = Csr(m_blocks, m_pushes.size(), [&](std::uint32_t p) { return m_pushes[p].left; });
    }

    std::vector<std::uint32_t> leftToRight() const {
        std::vector<std::uint32_t> waiting(m_blocks);
        for (const Push& push : m_pushes)
            ++waiting[push.right];
        std::vector<std::uint32_t> order;
        order.reserve(m_blocks);
        for (std::uint32_t block = 0; block < m_blocks; ++block)
            if (waiting[block] == 0)
                order.push_back(block);
        for (std::size_t i = 0; i < order.size(); ++i)
            for (const std::uint32_t p : m_out.of(order[i]))
                if (--waiting[m_pushes[p].right] == 0)
                    order.push_back(m_pushes[p].right);
        return order;
    }

    const ProperGraph& m_graph;
    const std::vector<Hold>& m_holds;
    const Spacing& m_spacing;
    std::vector<double>& m_across;
    std::vector<std::uint32_t> m_block; ///< per vertex
    std::uint32_t m_blocks = 0;
    std::vector<double> m_wish; ///< per block
    std::vector<Push> m_pushes;
    Csr m_out;
};

} // namespace

void settleNear(const ProperGraph& graph, const std::vector<Hold>& holds, const Spacing& spacing,
                std::vector<double>& across) {
    Settler(graph, holds, spacing, across).settle();
}

} // namespace lapidary::layout
