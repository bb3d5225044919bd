// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"
#include "graph/operatortraits.h"

namespace lapidary::match {

inline constexpr std::uint32_t nowhere = 0xffffffffu;

/// What a node is for the matcher. All but Plain step back: neighbours are sought through them.
enum class NodeKind : std::uint8_t {
    Plain,
    Neutral,   ///< identity, dropout, cast
    Quantizer, ///< quantizes or dequantizes an activation
    Constant,  ///< gives a constant: Constant nodes, dequantizers of weights
};

/// A line between two nodes, seen from one of them. Ports count data inputs and outputs of the real node.
struct Link {
    std::uint32_t node = nowhere; ///< position of the other one; nowhere: a graph input
    std::uint16_t outPort = 0;    ///< output of the producer
    std::uint16_t inPort = 0;     ///< input of the consumer
};

struct FlatNode {
    const Node* node = nullptr;
    const OperatorTraits* traits = nullptr;
    std::uint64_t op = 0;
    std::uint64_t attributes = 0;
    std::uint64_t weights = 0;      ///< fingerprint of all constants; 0: none worth telling apart
    const Tensor* weight = nullptr; ///< the largest constant, dequantizers looked through
    NodeKind kind = NodeKind::Plain;
    std::uint64_t place = 0;     ///< operators on all ways from the inputs to it and from it to the outputs
    std::uint64_t around = 0;    ///< what it is, contents of weights left out, with its neighbours
    std::uint64_t farAround = 0; ///< the same up to three steps away
    std::uint32_t depth = 0;     ///< longest way from a graph input, in plain nodes
    std::uint32_t order = 0;     ///< rank in a walk from the outputs that does not depend on the order in the file
    std::vector<Link> inputs, outputs;           ///< as they are
    std::vector<Link> plainInputs, plainOutputs; ///< with everything but plain nodes skipped; ports are this node's own

    bool isPlain() const { return kind == NodeKind::Plain; }
};

/// What a node is, names and contents of weights left out.
std::uint64_t ownHash(const FlatNode& flat);

/// The constant behind a value, through dequantizers; null if it is not constant.
TensorPtr constantBehind(const Graph& graph, ValueId value);

/// A graph by positions, with what the matcher wants to know of every node. Linear time.
class FlatGraph {
public:
    explicit FlatGraph(const Graph& graph);

    const Graph& graph() const { return m_graph; }
    std::uint32_t size() const { return std::uint32_t(m_nodes.size()); }
    const FlatNode& operator[](std::uint32_t position) const { return m_nodes[position]; }
    std::uint32_t depth() const { return m_depth; } ///< of the deepest node, at least 1

    /// One round of refinement: hashes of nodes with those of their neighbours.
    std::vector<std::uint64_t> refined(const std::vector<std::uint64_t>& hashes) const;

private:
    void describe(std::uint32_t position);
    void connect();
    void skip();
    void measure();
    void rank();
    void locate();
    void lookAround();

    const Graph& m_graph;
    std::vector<FlatNode> m_nodes;
    std::uint32_t m_depth = 1;
};

} // namespace lapidary::match
