// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/hierarchy/graphlinks.h"

#include <algorithm>

namespace lapidary {

namespace {

/// Whether the outside has to feed this input.
bool isFed(const Graph& graph, ValueId id) {
    const auto* value = graph.value(id);
    return value && !value->initializer && !graph.producer(id) && (value->outer || graph.isInput(id));
}

} // namespace

GraphLinks::GraphLinks(const Graph& graph) {
    const auto count = std::uint32_t(graph.nodeCount());
    outBegin.assign(count + 1, 0);
    inBegin.assign(count + 1, 0);
    floating.assign(count, false);
    std::vector<std::uint32_t> last(count, 0xffffffffu); // the value last noted for a consumer: one link per value
    for (std::uint32_t from = 0; from < count; ++from) {
        for (const auto output : graph.nodes()[from]->outputs) {
            if (!output.valid())
                continue;
            for (const auto& use : graph.uses(output)) {
                const auto to = std::uint32_t(graph.position(use.node));
                if (to == from || last[to] == output.number)
                    continue;
                last[to] = output.number;
                out.push_back({to, output.number});
                ++inBegin[to + 1];
            }
        }
        outBegin[from + 1] = std::uint32_t(out.size());
    }
    for (std::uint32_t i = 0; i < count; ++i)
        inBegin[i + 1] += inBegin[i];
    in.resize(out.size());
    auto next = inBegin;
    for (std::uint32_t from = 0; from < count; ++from)
        for (const auto& link : consumers(from))
            in[next[link.node]++] = {from, link.value};
    collectFed(graph);
    for (std::uint32_t node = 0; node < count; ++node) {
        floating[node] = fed(node).empty();
        for (const auto& link : producers(node))
            if (!floating[link.node])
                floating[node] = false;
    }
}

void GraphLinks::collectFed(const Graph& graph) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs; // node, value
    for (const auto id : graph.valueIds())
        if (isFed(graph, id))
            for (const auto& use : graph.uses(id))
                pairs.emplace_back(std::uint32_t(graph.position(use.node)), id.number);
    std::sort(pairs.begin(), pairs.end());
    pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
    fedBegin.assign(size() + 1, 0);
    for (const auto& [node, value] : pairs) {
        ++fedBegin[node + 1];
        fedValues.push_back(value);
    }
    for (std::uint32_t i = 0; i < size(); ++i)
        fedBegin[i + 1] += fedBegin[i];
}

std::string stableName(const Graph& graph, const Node& node) {
    for (const auto output : node.outputs)
        if (const auto* value = graph.value(output); value && !value->name.empty())
            return value->name;
    return node.name.empty() ? "#" + std::to_string(node.id.number) : node.name;
}

StructureHash& StructureHash::add(std::uint64_t value) {
    for (int i = 0; i < 8; ++i) {
        m_state = (m_state ^ (value & 0xff)) * 0x100000001b3u;
        value >>= 8;
    }
    return *this;
}

StructureHash& StructureHash::add(std::string_view text) {
    for (const char c : text)
        m_state = (m_state ^ std::uint8_t(c)) * 0x100000001b3u;
    return add(text.size());
}

std::uint64_t StructureHash::value() const {
    std::uint64_t x = m_state;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

} // namespace lapidary
