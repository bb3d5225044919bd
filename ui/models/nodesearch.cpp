// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/nodesearch.h"

#include <algorithm>

namespace lapidary {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; }

/// `needle` is in lower case.
bool contains(std::string_view text, std::string_view needle) {
    return std::search(text.begin(), text.end(), needle.begin(), needle.end(),
                       [](char a, char b) { return lower(a) == b; }) != text.end();
}

} // namespace

std::vector<NodeId> findNodes(const Graph& graph, const std::string& text) {
    std::string needle = text;
    std::transform(needle.begin(), needle.end(), needle.begin(), lower);
    const bool operatorOnly = needle.starts_with("op:");
    if (operatorOnly)
        needle.erase(0, 3);
    std::vector<NodeId> found;
    for (const auto& node : graph.nodes()) {
        const auto tensorMatches = [&](ValueId id) {
            const auto* value = graph.value(id);
            return value && contains(value->name, needle);
        };
        if (contains(node->opType, needle) ||
            (!operatorOnly && (contains(displayName(*node), needle) ||
                               std::any_of(node->inputs.begin(), node->inputs.end(), tensorMatches) ||
                               std::any_of(node->outputs.begin(), node->outputs.end(), tensorMatches))))
            found.push_back(node->id);
    }
    return found;
}

} // namespace lapidary
