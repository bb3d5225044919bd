// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graphdiff.h"

namespace lapidary::diff {

/// Compares matched nodes of two graphs. Both graphs and the matching must outlive it.
class NodeComparison {
public:
    NodeComparison(const Graph& a, const Graph& b, const GraphMatching& matching);

    NodeDiff pair(const NodeMatch& match) const;
    NodeDiff single(const Node& node, bool inB) const;

private:
    /// Where a value comes from, through attached nodes: a node's output, or a graph input by its place.
    struct Source {
        NodeId node;
        std::size_t port = 0;
        std::string input;
    };
    Source sourceOf(const Graph& graph, bool inB, ValueId value) const;
    bool sameSource(ValueId inA, ValueId inB) const;

    void names(const Node& a, const Node& b, NodeDiff& diff) const;
    void weights(const Node& a, const Node& b, NodeDiff& diff) const;
    void inputs(const Node& a, const Node& b, NodeDiff& diff) const;
    void input(const std::string& role, ValueId idA, ValueId idB, NodeDiff& diff) const;
    void constants(const std::string& role, ValueId idA, ValueId idB, NodeDiff& diff) const;
    void outputs(const Node& a, const Node& b, NodeDiff& diff) const;

    const Graph& m_a;
    const Graph& m_b;
    std::vector<NodeId> m_ofB;                                 // by id number in B: the node in A
    std::vector<const AttachedNode*> m_attachedA, m_attachedB; // by id number
};

} // namespace lapidary::diff
