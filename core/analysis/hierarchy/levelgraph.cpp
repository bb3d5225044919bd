// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/hierarchy/levelgraph.h"

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>

namespace lapidary {

namespace {

constexpr std::uint32_t none = 0xffffffffu;

} // namespace

LevelMaker::LevelMaker(const GraphLinks& links, const std::vector<std::uint64_t>& signatures)
    : m_links(links), m_signatures(signatures), m_itemOf(links.size(), none) {}

LevelGraph LevelMaker::make(const GroupTree& tree, std::int32_t group) {
    const auto& within = tree[std::size_t(group)];
    LevelGraph level;
    collectItems(tree, within, level);
    if (!within.children.empty())
        sortItems(within, level);
    collectLinks(within, level);
    for (const auto node : within.all)
        m_itemOf[node] = none;
    return level;
}

void LevelMaker::collectItems(const GroupTree& tree, const TreeGroup& group, LevelGraph& level) {
    for (const auto node : group.direct) {
        if (m_links.floating[node])
            continue;
        m_itemOf[node] = std::uint32_t(level.items.size());
        level.items.push_back({-1, node, 1, m_signatures[node]});
    }
    for (const auto child : group.children) {
        const auto index = std::uint32_t(level.items.size());
        StructureHash hash;
        LevelGraph::Item item{child, none, 0, 0};
        for (const auto node : tree[std::size_t(child)].all) {
            if (m_links.floating[node])
                continue;
            m_itemOf[node] = index;
            item.node = std::min(item.node, node);
            ++item.weight;
            hash.add(m_signatures[node]);
        }
        item.signature = hash.add("group").value();
        level.items.push_back(item);
    }
}

/// Topological, by Kahn, the item with the earliest node first.
void LevelMaker::sortItems(const TreeGroup& group, LevelGraph& level) {
    const auto count = std::uint32_t(level.items.size());
    std::vector<std::vector<std::uint32_t>> next(count);
    std::vector<std::uint32_t> waits(count, 0);
    for (const auto node : group.all)
        for (const auto& link : m_links.consumers(node))
            if (const auto from = m_itemOf[node], to = m_itemOf[link.node]; from != none && to != none && from != to) {
                next[from].push_back(to);
                ++waits[to];
            }
    using Entry = std::pair<std::uint32_t, std::uint32_t>; // first node, item
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
    for (std::uint32_t i = 0; i < count; ++i)
        if (waits[i] == 0)
            ready.emplace(level.items[i].node, i);
    std::vector<LevelGraph::Item> sorted;
    std::vector<std::uint32_t> rank(count, none);
    while (!ready.empty()) {
        const auto item = ready.top().second;
        ready.pop();
        rank[item] = std::uint32_t(sorted.size());
        sorted.push_back(level.items[item]);
        for (const auto to : next[item])
            if (--waits[to] == 0)
                ready.emplace(level.items[to].node, to);
    }
    level.items = std::move(sorted);
    for (const auto node : group.all)
        if (m_itemOf[node] != none)
            m_itemOf[node] = rank[m_itemOf[node]];
}

void LevelMaker::collectLinks(const TreeGroup& group, LevelGraph& level) const {
    struct Part {
        std::uint32_t value, from, to;
    };
    std::vector<Part> parts;
    for (const auto node : group.all) {
        const auto to = m_itemOf[node];
        if (to == none)
            continue;
        for (const auto& link : m_links.producers(node))
            if (const auto from = m_itemOf[link.node]; from != to && (from != none || !m_links.floating[link.node]))
                parts.push_back({link.value, from, to});
        for (const auto value : m_links.fed(node))
            parts.push_back({value, none, to});
    }
    std::sort(parts.begin(), parts.end(),
              [](const Part& a, const Part& b) { return std::tie(a.value, a.to) < std::tie(b.value, b.to); });
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const bool isNew = i == 0 || parts[i].value != parts[i - 1].value;
        const bool outside = parts[i].from == none;
        if (isNew)
            level.spans.push_back({outside ? parts[i].to : parts[i].from, parts[i].to, 0, outside});
        level.spans.back().last = parts[i].to;
        if (isNew || parts[i].to != parts[i - 1].to)
            ++level.spans.back().users;
    }
    std::erase_if(parts, [](const Part& part) { return part.from == none; });
    level.inputBegin.assign(level.items.size() + 1, 0);
    for (const auto& part : parts)
        ++level.inputBegin[part.to + 1];
    for (std::size_t i = 0; i < level.items.size(); ++i)
        level.inputBegin[i + 1] += level.inputBegin[i];
    level.inputs.resize(parts.size());
    auto at = level.inputBegin;
    std::sort(parts.begin(), parts.end(), [](const Part& a, const Part& b) {
        return std::tie(a.from, a.value, a.to) < std::tie(b.from, b.value, b.to);
    });
    for (const auto& part : parts)
        level.inputs[at[part.to]++] = {part.from, part.to};
}

} // namespace lapidary
