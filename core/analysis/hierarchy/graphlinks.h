// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace lapidary {

/// Who feeds whom in a graph, by position in Graph::nodes(); what a node's subgraphs capture counts as its input.
struct GraphLinks {
    /// A value on its way between two nodes.
    struct Link {
        std::uint32_t node;  ///< the other end
        std::uint32_t value; ///< ValueId::number
    };

    explicit GraphLinks(const Graph& graph);

    std::span<const Link> consumers(std::uint32_t node) const { return slice(outBegin, out, node); }
    std::span<const Link> producers(std::uint32_t node) const { return slice(inBegin, in, node); }
    /// ValueId::number of what the node reads that no node makes and the outside feeds: inputs, names of enclosing
    /// graphs.
    std::span<const std::uint32_t> fed(std::uint32_t node) const {
        return {fedValues.data() + fedBegin[node], fedValues.data() + fedBegin[node + 1]};
    }
    std::uint32_t size() const { return std::uint32_t(floating.size()); }

    std::vector<std::uint32_t> outBegin, inBegin; ///< size + 1
    std::vector<Link> out, in;
    std::vector<std::uint32_t> fedBegin, fedValues;
    /// Depends on constants only: belongs to whoever uses it and says nothing about structure.
    std::vector<bool> floating;

private:
    void collectFed(const Graph& graph);
    static std::span<const Link> slice(const std::vector<std::uint32_t>& begin, const std::vector<Link>& links,
                                       std::uint32_t node) {
        return {links.data() + begin[node], links.data() + begin[node + 1]};
    }
};

/// What a node is called in paths: its first output's name, which edits keep, else its name, else its id.
std::string stableName(const Graph& graph, const Node& node);

/// 64 bits that depend on nothing but what was added (FNV-1a with a final mix).
class StructureHash {
public:
    StructureHash& add(std::uint64_t value);
    StructureHash& add(std::string_view text);
    std::uint64_t value() const;

private:
    std::uint64_t m_state = 0xcbf29ce484222325u;
};

} // namespace lapidary
