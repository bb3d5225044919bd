// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/hierarchy/graphlinks.h"

#include <string>
#include <string_view>
#include <vector>

namespace lapidary {

/// The parts of a node's scope, its own name left out: {"layer3", "layer3.2", "conv1"} of
/// "/layer3/layer3.2/conv1/Conv",
/// {"layer3", "2"} of "layer3.2.conv1". Nodes without a name go by their first output. At most 24 parts.
std::vector<std::string_view> scopeParts(const Graph& graph, const Node& node);

/// The name scopes of a graph's nodes as a tree of numbers; 0 is "no scope". Refers to the graph's texts.
class ScopeTable {
public:
    ScopeTable(const Graph& graph, const GraphLinks& links);

    /// The innermost scope of a node. A node that depends on constants only stands where all of its users stand.
    std::uint32_t of(std::uint32_t node) const { return m_ofNode[node]; }
    std::uint32_t depth(std::uint32_t scope) const { return m_scopes[scope].depth; }
    /// The scope around `scope` that stands so deep; precondition: depth <= depth(scope).
    std::uint32_t ancestor(std::uint32_t scope, std::uint32_t depth) const;
    /// The last part; a number has its parent's name before it ("layer1.0").
    std::string label(std::uint32_t scope) const;
    std::string name(std::uint32_t scope) const; ///< all parts, with '/' between

private:
    struct Scope {
        std::uint32_t parent = 0;
        std::uint32_t depth = 0;
        std::string_view part;
    };
    std::uint32_t common(std::uint32_t a, std::uint32_t b) const;

    std::vector<Scope> m_scopes{Scope{}};
    std::vector<std::uint32_t> m_ofNode;
};

} // namespace lapidary
