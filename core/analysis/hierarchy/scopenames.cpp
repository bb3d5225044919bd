// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/hierarchy/scopenames.h"

#include <algorithm>
#include <unordered_map>

namespace lapidary {

namespace {

constexpr std::size_t mostParts = 24;

} // namespace

std::vector<std::string_view> scopeParts(const Graph& graph, const Node& node) {
    std::string_view text = node.name;
    for (const auto output : node.outputs) {
        if (!text.empty())
            break;
        if (const auto* value = graph.value(output))
            text = value->name;
    }
    const char separator = text.find('/') != std::string_view::npos ? '/' : '.';
    std::vector<std::string_view> parts;
    for (;;) {
        const auto end = text.find(separator);
        if (end == std::string_view::npos || parts.size() == mostParts)
            return parts;
        if (end > 0)
            parts.push_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
}

ScopeTable::ScopeTable(const Graph& graph, const GraphLinks& links) {
    std::unordered_map<std::string_view, std::uint32_t> partNumber;
    std::unordered_map<std::uint64_t, std::uint32_t> scopeNumber;
    m_ofNode.reserve(graph.nodeCount());
    for (const auto& node : graph.nodes()) {
        std::uint32_t scope = 0;
        for (const auto part : scopeParts(graph, *node)) {
            const auto number = partNumber.emplace(part, std::uint32_t(partNumber.size())).first->second;
            const auto [it, isNew] =
                scopeNumber.emplace(std::uint64_t(scope) << 32 | number, std::uint32_t(m_scopes.size()));
            if (isNew)
                m_scopes.push_back({scope, m_scopes[scope].depth + 1, part});
            scope = it->second;
        }
        m_ofNode.push_back(scope);
    }
    for (auto node = links.size(); node-- > 0;) {
        const auto users = links.consumers(node);
        if (!links.floating[node] || users.empty())
            continue;
        auto scope = m_ofNode[users.front().node];
        for (const auto& user : users)
            scope = common(scope, m_ofNode[user.node]);
        m_ofNode[node] = scope;
    }
}

std::uint32_t ScopeTable::ancestor(std::uint32_t scope, std::uint32_t depth) const {
    while (m_scopes[scope].depth > depth)
        scope = m_scopes[scope].parent;
    return scope;
}

std::uint32_t ScopeTable::common(std::uint32_t a, std::uint32_t b) const {
    const auto depth = std::min(m_scopes[a].depth, m_scopes[b].depth);
    a = ancestor(a, depth);
    b = ancestor(b, depth);
    while (a != b) {
        a = m_scopes[a].parent;
        b = m_scopes[b].parent;
    }
    return a;
}

std::string ScopeTable::label(std::uint32_t scope) const {
    const auto& [parent, depth, part] = m_scopes[scope];
    const bool number = std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
    return number && depth > 1 ? label(parent) + "." + std::string(part) : std::string(part);
}

std::string ScopeTable::name(std::uint32_t scope) const {
    const auto& [parent, depth, part] = m_scopes[scope];
    return depth > 1 ? name(parent) + "/" + std::string(part) : std::string(part);
}

} // namespace lapidary
