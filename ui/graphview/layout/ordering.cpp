// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/graphview/layout/ordering.h"

#include "ui/graphview/layout/crossings.h"
#include "ui/graphview/layout/portkeys.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace lapidary::layout {
namespace {

/// Held nodes of a layer take the slots that their group has, in the order of their ranks.
class Holder {
public:
    explicit Holder(const ProperGraph& graph) : m_graph(graph) {}

    void enforce(std::vector<std::uint32_t>& order) {
        if (m_graph.heldGroup.empty())
            return;
        m_slots.clear();
        for (std::uint32_t slot = 0; slot < order.size(); ++slot)
            if (m_graph.heldGroupOf(order[slot]) != none)
                m_slots.push_back(slot);
        if (m_slots.size() < 2)
            return;
        m_nodes.clear();
        for (const std::uint32_t slot : m_slots)
            m_nodes.push_back(order[slot]);
        std::ranges::stable_sort(m_slots, {}, [&](std::uint32_t slot) { return m_graph.heldGroup[order[slot]]; });
        std::ranges::sort(m_nodes, {}, [&](std::uint32_t node) {
            return std::pair(m_graph.heldGroup[node], m_graph.heldRank[node]);
        });
        for (std::size_t i = 0; i < m_slots.size(); ++i)
            order[m_slots[i]] = m_nodes[i];
    }

private:
    const ProperGraph& m_graph;
    std::vector<std::uint32_t> m_slots;
    std::vector<std::uint32_t> m_nodes;
};

class Sweeper {
public:
    Sweeper(ProperGraph& graph, const PortKeys& keys)
        : m_graph(graph), m_keys(keys), m_holder(graph), m_centre(graph.vertexCount()) {}

    void sweep(bool downwards, bool turnTies) {
        const auto count = static_cast<std::uint32_t>(m_graph.layers.size());
        for (std::uint32_t i = 1; i < count; ++i)
            sortLayer(downwards ? i : count - 1 - i, downwards, turnTies);
    }

private:
    /// Vertices without neighbours on the looked-at side keep their slots; the others share the remaining ones.
    void sortLayer(std::uint32_t layer, bool byUpper, bool turnTies) {
        auto& order = m_graph.layers[layer];
        if (order.size() < 2)
            return;
        m_moving.clear();
        m_slots.clear();
        for (std::uint32_t slot = 0; slot < order.size(); ++slot) {
            const std::uint32_t vertex = order[slot];
            const auto links = byUpper ? m_graph.up.of(vertex) : m_graph.down.of(vertex);
            if (links.empty())
                continue;
            double sum = 0;
            for (const std::uint32_t link : links)
                sum += byUpper ? m_keys.upper(link) : m_keys.lower(link);
            m_centre[vertex] = sum / static_cast<double>(links.size());
            m_moving.push_back(vertex);
            m_slots.push_back(slot);
        }
        const auto before = [&](std::uint32_t a, std::uint32_t b) { return m_centre[a] < m_centre[b]; };
        if (turnTies)
            std::ranges::reverse(m_moving);
        else if (std::ranges::is_sorted(m_moving, before))
            return;
        std::ranges::stable_sort(m_moving, before);
        for (std::size_t i = 0; i < m_slots.size(); ++i)
            order[m_slots[i]] = m_moving[i];
        m_holder.enforce(order);
        m_graph.renumber(layer);
    }

    ProperGraph& m_graph;
    const PortKeys& m_keys;
    Holder m_holder;
    std::vector<double> m_centre;
    std::vector<std::uint32_t> m_moving;
    std::vector<std::uint32_t> m_slots;
};

/// Swaps neighbours in a layer while that removes crossings.
class Transposer {
public:
    Transposer(ProperGraph& graph, const PortKeys& keys, std::size_t work)
        : m_graph(graph), m_keys(keys), m_work(work), m_ends(graph.vertexCount()) {}

    void run(const std::stop_token& stop) {
        for (int round = 0; round < 8 && m_work > 0 && !stop.stop_requested(); ++round) {
            bool improved = false;
            for (std::uint32_t layer = 0; layer < m_graph.layers.size() && m_work > 0; ++layer)
                improved = swapIn(layer) || improved;
            if (!improved)
                return;
        }
    }

private:
    struct Ends {
        std::vector<std::uint32_t> upper;
        std::vector<std::uint32_t> lower;
    };

    void collect(std::uint32_t vertex) {
        Ends& ends = m_ends[vertex];
        ends.upper.clear();
        ends.lower.clear();
        for (const std::uint32_t link : m_graph.up.of(vertex))
            ends.upper.push_back(m_keys.upper(link));
        for (const std::uint32_t link : m_graph.down.of(vertex))
            ends.lower.push_back(m_keys.lower(link));
        std::ranges::sort(ends.upper);
        std::ranges::sort(ends.lower);
    }

    /// Crossings that a swap of left and right would remove, minus those it would add.
    std::int64_t gain(const std::vector<std::uint32_t>& left, const std::vector<std::uint32_t>& right) {
        std::int64_t result = 0;
        std::size_t below = 0;
        std::size_t notAbove = 0;
        for (const std::uint32_t end : left) {
            while (below < right.size() && right[below] < end)
                ++below;
            while (notAbove < right.size() && right[notAbove] <= end)
                ++notAbove;
            result += static_cast<std::int64_t>(below) - static_cast<std::int64_t>(right.size() - notAbove);
        }
        m_work -= std::min(m_work, left.size() + right.size() + 2);
        return result;
    }

    bool swapIn(std::uint32_t layer) {
        auto& order = m_graph.layers[layer];
        if (order.size() < 2)
            return false;
        for (const std::uint32_t vertex : order)
            collect(vertex);
        bool improved = false;
        for (std::size_t i = 0; i + 1 < order.size() && m_work > 0; ++i) {
            const Ends& left = m_ends[order[i]];
            const Ends& right = m_ends[order[i + 1]];
            const std::uint32_t group = m_graph.heldGroupOf(order[i]);
            if (group != none && group == m_graph.heldGroupOf(order[i + 1]))
                continue;
            if (gain(left.upper, right.upper) + gain(left.lower, right.lower) <= 0)
                continue;
            std::swap(order[i], order[i + 1]);
            improved = true;
        }
        if (improved)
            m_graph.renumber(layer);
        return improved;
    }

    ProperGraph& m_graph;
    const PortKeys& m_keys;
    std::size_t m_work;
    std::vector<Ends> m_ends;
};

} // namespace

std::uint64_t countCrossings(const ProperGraph& graph) {
    const PortKeys keys(graph);
    return CrossingCounter(graph, keys).total();
}

namespace {

// Beginnings tried at random, fewer the larger the graph: in sum as many links as take some milliseconds.
constexpr std::size_t mostTries = 24;
constexpr std::size_t triedLinks = 24'000;
constexpr std::uint32_t mostIdleTries = 6;

void renumberAll(ProperGraph& graph) {
    for (std::uint32_t layer = 0; layer < graph.layers.size(); ++layer)
        graph.renumber(layer);
}

/// Sweeps from the present order; leaves the best order met and returns its crossings.
std::uint64_t sweepFrom(ProperGraph& graph, const PortKeys& keys, unsigned sweeps, const std::stop_token& stop) {
    std::uint64_t best = CrossingCounter(graph, keys).total();
    auto bestLayers = graph.layers;
    Sweeper sweeper(graph, keys);
    unsigned idle = 0;
    for (unsigned i = 0; i < sweeps && idle < 6 && best > 0 && !stop.stop_requested(); ++i) {
        sweeper.sweep(i % 2 == 0, i % 4 >= 2);
        const std::uint64_t crossings = CrossingCounter(graph, keys).total();
        ++idle;
        if (crossings < best) {
            best = crossings;
            bestLayers = graph.layers;
            idle = 0;
        }
    }
    graph.layers = std::move(bestLayers);
    renumberAll(graph);
    return best;
}

/// An order at random, the same for the same seed everywhere.
std::vector<std::vector<std::uint32_t>> shuffled(std::vector<std::vector<std::uint32_t>> layers, std::uint32_t seed) {
    std::uint32_t state = seed * 2654435761U + 1;
    for (auto& order : layers)
        for (std::size_t i = order.size(); i > 1; --i) {
            state = state * 1664525U + 1013904223U;
            std::swap(order[i - 1], order[(state >> 8) % i]);
        }
    return layers;
}

/// Tries several first orders and keeps the best outcome.
class Search {
public:
    Search(ProperGraph& graph, const PortKeys& keys, unsigned sweeps, const std::stop_token& stop)
        : m_graph(graph), m_keys(keys), m_holder(graph), m_sweeps(sweeps), m_stop(stop) {}

    void from(std::vector<std::vector<std::uint32_t>> layers) {
        m_graph.layers = std::move(layers);
        for (auto& order : m_graph.layers)
            m_holder.enforce(order);
        renumberAll(m_graph);
        std::uint64_t crossings = sweepFrom(m_graph, m_keys, m_sweeps, m_stop);
        if (m_swapWork > 0 && crossings > 0) {
            Transposer(m_graph, m_keys, m_swapWork).run(m_stop);
            crossings = CrossingCounter(m_graph, m_keys).total();
        }
        if (crossings < m_best) {
            m_best = crossings;
            m_layers = m_graph.layers;
        }
    }

    /// The same with other nodes held for a while.
    void from(std::vector<std::vector<std::uint32_t>> layers, std::vector<std::uint32_t> ranks,
              std::vector<std::uint32_t> groups) {
        std::swap(m_graph.heldRank, ranks);
        std::swap(m_graph.heldGroup, groups);
        from(std::move(layers));
        std::swap(m_graph.heldRank, ranks);
        std::swap(m_graph.heldGroup, groups);
    }

    void takeBest() {
        m_graph.layers = m_layers;
        renumberAll(m_graph);
    }
    std::uint64_t best() const { return m_best; }
    /// From now on neighbours are swapped after each try.
    void swapToo(std::size_t work) { m_swapWork = work; }
    bool isDone() const { return m_best == 0 || m_stop.stop_requested(); }

private:
    ProperGraph& m_graph;
    const PortKeys& m_keys;
    Holder m_holder;
    const unsigned m_sweeps;
    std::size_t m_swapWork = 0;
    const std::stop_token& m_stop;
    std::uint64_t m_best = std::numeric_limits<std::uint64_t>::max();
    std::vector<std::vector<std::uint32_t>> m_layers;
};

} // namespace

std::uint64_t reduceCrossings(ProperGraph& graph, unsigned sweeps, std::size_t swapWork, const std::stop_token& stop) {
    const PortKeys keys(graph);
    Holder holder(graph);
    if (sweeps == 0 && swapWork == 0) {
        for (auto& order : graph.layers)
            holder.enforce(order);
        renumberAll(graph);
        return CrossingCounter(graph, keys).total();
    }
    const auto start = graph.layers;
    Search search(graph, keys, sweeps, stop);
    search.from(start);
    search.takeBest();
    if (!search.isDone()) {
        // Long lines got caught between branches: from the start once more, with the nodes held where they are now.
        std::vector<std::uint32_t> places(graph.place.begin(), graph.place.begin() + graph.nodeCount);
        search.from(start, std::move(places), std::vector<std::uint32_t>(graph.nodeCount, 0));
    }
    if (!search.isDone() && !graph.heldGroup.empty()) {
        // And from what they would be if nothing were held.
        Search free(graph, keys, sweeps, stop);
        free.from(start, {}, {});
        free.takeBest();
        search.from(graph.layers);
    }
    // Small graphs are worth some more tries: sweeps stop in the first valley they come to.
    search.swapToo(swapWork / 16);
    const std::size_t tries = std::min(mostTries, triedLinks / std::max<std::size_t>(1, graph.links.size()));
    std::uint64_t best = search.best();
    std::uint32_t idle = 0;
    for (std::uint32_t seed = 1; seed <= tries && idle < mostIdleTries && !search.isDone(); ++seed) {
        search.from(shuffled(start, seed));
        idle = search.best() < best ? 0 : idle + 1;
        best = search.best();
    }
    search.takeBest();
    if (!search.isDone())
        Transposer(graph, keys, swapWork).run(stop);
    return CrossingCounter(graph, keys).total();
}

} // namespace lapidary::layout
