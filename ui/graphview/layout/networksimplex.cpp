// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/networksimplex.h"

#include "ui/graphview/layout/csr.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace lapidary::layout {
namespace {

constexpr std::uint32_t mostNodes = 3000;
constexpr std::uint64_t mostWork = 6'000'000; ///< nodes and arcs looked at: some ten milliseconds

struct WeightedArc {
    std::uint32_t upper;
    std::uint32_t lower;
    std::int32_t weight;
};

class Simplex {
public:
    Simplex(std::uint32_t nodeCount, std::vector<WeightedArc> arcs, std::vector<std::int64_t> layer)
        : m_arcs(std::move(arcs)), m_layer(std::move(layer)), m_nodes(nodeCount),
          m_out(nodeCount, m_arcs.size(), [&](std::uint32_t a) { return m_arcs[a].upper; }),
          m_in(nodeCount, m_arcs.size(), [&](std::uint32_t a) { return m_arcs[a].lower; }), m_inTree(m_arcs.size()),
          m_parent(nodeCount), m_below(nodeCount), m_marked(nodeCount) {}

    /// Nothing if the graph hangs in pieces.
    std::optional<std::vector<std::int64_t>> run() {
        const std::int64_t before = length();
        auto best = m_layer;
        if (!growTree())
            return std::nullopt;
        const std::uint64_t step = 2 * (m_nodes + m_arcs.size());
        for (std::uint64_t work = 0; work < mostWork && pivot(); work += step) {
        }
        if (length() < before)
            best = m_layer;
        return best;
    }

private:
    std::int64_t slack(std::uint32_t arc) const { return m_layer[m_arcs[arc].lower] - m_layer[m_arcs[arc].upper] - 1; }

    std::int64_t length() const {
        std::int64_t sum = 0;
        for (const WeightedArc& arc : m_arcs)
            sum += arc.weight * (m_layer[arc.lower] - m_layer[arc.upper]);
        return sum;
    }

    /// A spanning tree of arcs without slack: what is joined so far moves as a whole until it touches something else.
    bool growTree() {
        std::fill(m_marked.begin(), m_marked.end(), false);
        std::vector<std::uint32_t> reached{0};
        m_marked[0] = true;
        for (std::size_t next = 0; reached.size() < m_nodes;) {
            for (; next < reached.size(); ++next)
                for (const auto* side : {&m_out, &m_in})
                    for (const std::uint32_t arc : side->of(reached[next])) {
                        const std::uint32_t other =
                            m_arcs[arc].upper == reached[next] ? m_arcs[arc].lower : m_arcs[arc].upper;
                        if (m_marked[other] || slack(arc) != 0)
                            continue;
                        m_marked[other] = true;
                        m_inTree[arc] = true;
                        reached.push_back(other);
                    }
            if (reached.size() == m_nodes)
                break;
            std::optional<std::uint32_t> nearest;
            for (std::uint32_t arc = 0; arc < m_arcs.size(); ++arc)
                if (m_marked[m_arcs[arc].upper] != m_marked[m_arcs[arc].lower] &&
                    (!nearest || slack(arc) < slack(*nearest)))
                    nearest = arc;
            if (!nearest)
                return false;
            const std::int64_t move = m_marked[m_arcs[*nearest].upper] ? slack(*nearest) : -slack(*nearest);
            for (const std::uint32_t node : reached)
                m_layer[node] += move;
            next = 0;
        }
        return true;
    }

    /// Parents and an order in which they come first, over arcs of the tree.
    void orderTree() {
        constexpr auto none = std::numeric_limits<std::uint32_t>::max();
        std::fill(m_parent.begin(), m_parent.end(), none);
        m_order.assign(1, 0);
        for (std::size_t next = 0; next < m_order.size(); ++next) {
            const std::uint32_t node = m_order[next];
            for (const auto* side : {&m_out, &m_in})
                for (const std::uint32_t arc : side->of(node)) {
                    if (!m_inTree[arc] || arc == m_parent[node])
                        continue;
                    const std::uint32_t other = m_arcs[arc].upper == node ? m_arcs[arc].lower : m_arcs[arc].upper;
                    m_parent[other] = arc;
                    m_order.push_back(other);
                }
        }
    }

    /// Takes the arc of the tree out that costs most, and moves what hangs below it until another arc is tight.
    bool pivot() {
        orderTree();
        // What leaves a subtree minus what enters it is the sum over its nodes: arcs inside cancel out.
        std::fill(m_below.begin(), m_below.end(), 0);
        for (const WeightedArc& arc : m_arcs) {
            m_below[arc.upper] += arc.weight;
            m_below[arc.lower] -= arc.weight;
        }
        std::uint32_t worst = 0;
        std::int64_t worstCut = 0;
        for (std::size_t i = m_order.size(); i-- > 1;) {
            const std::uint32_t node = m_order[i];
            const WeightedArc& up = m_arcs[m_parent[node]];
            m_below[up.upper == node ? up.lower : up.upper] += m_below[node];
            const std::int64_t cut = up.upper == node ? m_below[node] : -m_below[node];
            if (cut < worstCut || (cut == worstCut && cut < 0 && node < worst)) {
                worstCut = cut;
                worst = node;
            }
        }
        return worstCut < 0 && exchange(worst);
    }

    bool exchange(std::uint32_t top) {
        const std::uint32_t leaving = m_parent[top];
        std::fill(m_marked.begin(), m_marked.end(), false);
        m_marked[top] = true;
        for (const std::uint32_t node : m_order)
            if (node != top && node != m_order.front()) {
                const WeightedArc& up = m_arcs[m_parent[node]];
                if (m_marked[up.upper == node ? up.lower : up.upper])
                    m_marked[node] = true;
            }
        // The subtree sinks if the arc leads into it, otherwise everything else does.
        const bool sinks = m_arcs[leaving].lower == top;
        std::optional<std::uint32_t> entering;
        for (std::uint32_t arc = 0; arc < m_arcs.size(); ++arc)
            if (m_marked[m_arcs[arc].upper] == sinks && m_marked[m_arcs[arc].lower] != sinks &&
                (!entering || slack(arc) < slack(*entering)))
                entering = arc;
        if (!entering)
            return false;
        const std::int64_t move = slack(*entering);
        for (std::uint32_t node = 0; node < m_nodes; ++node)
            if (m_marked[node] == sinks)
                m_layer[node] += move;
        m_inTree[leaving] = false;
        m_inTree[*entering] = true;
        return true;
    }

    const std::vector<WeightedArc> m_arcs;
    std::vector<std::int64_t> m_layer;
    const std::uint32_t m_nodes;
    const Csr m_out;
    const Csr m_in;
    std::vector<bool> m_inTree;
    std::vector<std::uint32_t> m_parent; ///< per node: the arc to its parent in the tree
    std::vector<std::uint32_t> m_order;  ///< parents before their children
    std::vector<std::int64_t> m_below;
    std::vector<bool> m_marked;
};

} // namespace

void shortenArcs(std::uint32_t nodeCount, const std::vector<Arc>& arcs, const std::vector<Border>& border,
                 std::vector<std::uint32_t>& layer) {
    if (nodeCount < 3 || nodeCount > mostNodes)
        return;
    // All nodes of a border are one, and everything else stands between the borders.
    std::vector<std::uint32_t> number(nodeCount);
    std::vector<std::int64_t> layers;
    std::optional<std::uint32_t> shared[2];
    for (std::uint32_t node = 0; node < nodeCount; ++node) {
        const Border side = border.empty() ? Border::None : border[node];
        auto& one = shared[side == Border::Top ? 0 : 1];
        if (side != Border::None && one) {
            number[node] = *one;
            continue;
        }
        number[node] = static_cast<std::uint32_t>(layers.size());
        layers.push_back(layer[node]);
        if (side != Border::None)
            one = number[node];
    }
    std::vector<WeightedArc> weighted;
    std::vector<bool> hasProducer(layers.size()), hasConsumer(layers.size());
    for (const Arc& arc : arcs) {
        weighted.push_back({number[arc.upper], number[arc.lower], 1});
        hasConsumer[number[arc.upper]] = hasProducer[number[arc.lower]] = true;
    }
    for (std::uint32_t i = 0; i < layers.size(); ++i) {
        if (shared[0] && i != *shared[0] && !hasProducer[i])
            weighted.push_back({*shared[0], i, 0});
        if (shared[1] && i != *shared[1] && !hasConsumer[i])
            weighted.push_back({i, *shared[1], 0});
    }
    const auto count = static_cast<std::uint32_t>(layers.size());
    const auto better = Simplex(count, std::move(weighted), std::move(layers)).run();
    if (!better)
        return;
    const std::int64_t top = *std::ranges::min_element(*better);
    for (std::uint32_t node = 0; node < nodeCount; ++node)
        layer[node] = static_cast<std::uint32_t>((*better)[number[node]] - top);
}

} // namespace lapidary::layout
