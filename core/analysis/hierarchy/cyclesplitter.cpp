// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/hierarchy/cyclesplitter.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <unordered_map>

namespace lapidary {

namespace {

constexpr std::uint32_t none = 0xffffffffu;
using Adjacency = std::vector<std::vector<std::uint32_t>>;

/// Strongly connected components with more than one member, by Tarjan (1972), without recursion.
class Components {
public:
    explicit Components(const Adjacency& next)
        : m_next(next), m_number(next.size(), none), m_low(next.size()), m_edge(next.size(), 0) {}

    std::vector<std::vector<std::uint32_t>> find() {
        for (std::uint32_t start = 0; start < m_next.size(); ++start)
            if (m_number[start] == none)
                visit(start);
        return std::move(m_found);
    }

private:
    void enter(std::uint32_t node) {
        m_number[node] = m_low[node] = m_count++;
        m_stack.push_back(node);
        m_path.push_back(node);
    }

    void visit(std::uint32_t start) {
        enter(start);
        while (!m_path.empty()) {
            const auto node = m_path.back();
            if (m_edge[node] < m_next[node].size()) {
                const auto to = m_next[node][m_edge[node]++];
                if (m_number[to] == none)
                    enter(to);
                else
                    m_low[node] = std::min(m_low[node], m_number[to]);
                continue;
            }
            m_path.pop_back();
            if (!m_path.empty())
                m_low[m_path.back()] = std::min(m_low[m_path.back()], m_low[node]);
            if (m_low[node] == m_number[node])
                leave(node);
        }
    }

    void leave(std::uint32_t root) {
        const auto begin = std::find(m_stack.rbegin(), m_stack.rend(), root).base() - 1;
        if (m_stack.end() - begin > 1)
            m_found.emplace_back(begin, m_stack.end());
        for (auto it = begin; it != m_stack.end(); ++it)
            m_number[*it] = none - 1; // done: never lower than anybody
        m_stack.erase(begin, m_stack.end());
    }

    const Adjacency& m_next;
    std::vector<std::uint32_t> m_number, m_low;
    std::vector<std::size_t> m_edge;
    std::vector<std::uint32_t> m_stack, m_path;
    std::vector<std::vector<std::uint32_t>> m_found;
    std::uint32_t m_count = 0;
};

/// Smallest first.
using Ready = std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>>;

} // namespace

CycleSplitter::CycleSplitter(const GraphLinks& links) : m_links(links), m_slot(links.size(), none) {}

std::vector<std::vector<std::uint32_t>> CycleSplitter::cycles(const std::vector<std::uint32_t>& nodes,
                                                              const std::vector<std::uint32_t>& labels) {
    std::vector<std::uint32_t> entity(nodes.size());
    std::unordered_map<std::uint32_t, std::uint32_t> ofLabel;
    std::uint32_t count = 0;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (labels[i] == 0) {
            entity[i] = count++;
            continue;
        }
        const auto [it, isNew] = ofLabel.emplace(labels[i], count);
        count += isNew ? 1 : 0;
        entity[i] = it->second;
    }
    if (ofLabel.empty())
        return {};
    for (std::size_t i = 0; i < nodes.size(); ++i)
        m_slot[nodes[i]] = std::uint32_t(i);
    Adjacency next(count);
    for (std::size_t i = 0; i < nodes.size(); ++i)
        for (const auto& link : m_links.consumers(nodes[i]))
            if (const auto to = m_slot[link.node]; to != none && entity[to] != entity[i])
                next[entity[i]].push_back(entity[to]);
    for (const auto node : nodes)
        m_slot[node] = none;

    const auto found = Components(next).find();
    std::vector<std::uint32_t> cycleOf(count, none);
    for (std::size_t c = 0; c < found.size(); ++c)
        for (const auto member : found[c])
            cycleOf[member] = std::uint32_t(c);
    std::vector<std::vector<std::uint32_t>> result(found.size());
    for (std::size_t i = 0; i < nodes.size(); ++i)
        if (cycleOf[entity[i]] != none)
            result[cycleOf[entity[i]]].push_back(nodes[i]);
    return result;
}

std::vector<std::uint32_t> CycleSplitter::stretches(const std::vector<std::uint32_t>& nodes,
                                                    const std::vector<std::uint32_t>& labels) {
    const auto count = std::uint32_t(nodes.size());
    for (std::uint32_t i = 0; i < count; ++i)
        m_slot[nodes[i]] = i;
    std::vector<std::uint32_t> waits(count, 0);
    for (std::uint32_t i = 0; i < count; ++i)
        for (const auto& link : m_links.producers(nodes[i]))
            waits[i] += m_slot[link.node] != none ? 1 : 0;
    Ready anywhere;
    std::unordered_map<std::uint32_t, Ready> ofLabel;
    const auto becomesReady = [&](std::uint32_t i) {
        anywhere.push(i);
        ofLabel[labels[i]].push(i);
    };
    for (std::uint32_t i = 0; i < count; ++i)
        if (waits[i] == 0)
            becomesReady(i);
    std::vector<std::uint32_t> result(count, none);
    std::uint32_t stretch = 0;
    std::uint32_t label = 0;
    for (std::uint32_t done = 0; done < count; ++done) {
        auto& own = ofLabel[label];
        auto& from = label != 0 && !own.empty() ? own : anywhere;
        while (!from.empty() && result[from.top()] != none)
            from.pop();
        if (from.empty()) { // nothing left of this label
            --done;
            label = 0;
            continue;
        }
        const auto i = from.top();
        from.pop();
        if (done > 0 && (labels[i] == 0 || labels[i] != label))
            ++stretch;
        label = labels[i];
        result[i] = stretch;
        for (const auto& link : m_links.consumers(nodes[i]))
            if (const auto to = m_slot[link.node]; to != none && --waits[to] == 0)
                becomesReady(to);
    }
    for (const auto node : nodes)
        m_slot[node] = none;
    return result;
}

} // namespace lapidary
