// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "graph/node.h"
#include "graph/value.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lapidary {

class GraphEditor;

/// An immutable computation graph: nodes in topological order, values, weights. Made by GraphEditor or the ONNX reader,
/// shared as GraphPtr between variants and threads (every member is const and safe from any thread). Nodes, values and
/// weights are themselves shared, so a graph that differs from its parent in one layer costs that layer.
class Graph {
public:
    const std::string& name() const { return m_name; }
    const std::string& doc() const { return m_doc; }
    const MetadataProps& metadata() const { return m_metadata; }
    /// Fields of the file Lapidary does not model (sparse initializers, quantization annotations …), serialized.
    const std::string& unknownFields() const { return m_unknownFields; }

    /// In an order in which every producer stands before its consumers; the file's order where possible.
    std::span<const NodePtr> nodes() const { return m_nodes; }
    std::size_t nodeCount() const { return m_nodes.size(); }
    /// Null if the graph has no such node. O(1).
    const Node* node(NodeId id) const;
    /// Position in nodes(); precondition: the node exists.
    std::size_t position(NodeId id) const { return m_nodePosition[id.number]; }
    const Node* findNode(std::string_view name) const; ///< first node of that name; O(n)

    /// Null if the graph has no such value. O(1).
    const Value* value(ValueId id) const;
    const Value* findValue(std::string_view name) const; ///< O(1)
    /// Every value, by id.
    std::vector<ValueId> valueIds() const;
    /// One more than the largest id number in use or once used: the size for arrays indexed by id.number.
    std::size_t nodeIdLimit() const { return m_nodePosition.size(); }
    std::size_t valueIdLimit() const { return m_values.size(); }

    const std::vector<ValueId>& inputs() const { return m_inputs; } ///< as the file lists them; may include initializers
    const std::vector<ValueId>& outputs() const { return m_outputs; }
    const std::vector<ValueId>& initializers() const { return m_initializers; } ///< in file order
    const std::vector<ValueId>& valueInfo() const { return m_valueInfo; } ///< declared intermediates in file order
    bool isInput(ValueId id) const;
    bool isOutput(ValueId id) const;
    /// Inputs that have no initializer: what a caller must feed.
    std::vector<ValueId> requiredInputs() const;

    /// The node that makes the value; null for inputs, initializers and outer values.
    const Node* producer(ValueId id) const;
    /// Nodes that use the value, in node order.
    std::span<const Use> uses(ValueId id) const;
    /// The constant behind a value: its initializer, or the tensor of a Constant node (value, value_float(s),
    /// value_int(s)); null if it is not constant.
    TensorPtr constant(ValueId id) const;

private:
    friend class GraphEditor;
    Graph() = default;

    std::string m_name;
    std::string m_doc;
    MetadataProps m_metadata;
    std::string m_unknownFields;
    std::vector<NodePtr> m_nodes;
    std::vector<std::uint32_t> m_nodePosition; // by id; npos = gone
    std::vector<ValuePtr> m_values;            // by id; null = gone
    std::unordered_map<std::string_view, ValueId> m_valueByName;
    std::vector<ValueId> m_inputs, m_outputs, m_initializers, m_valueInfo;
    std::vector<bool> m_isInput, m_isOutput;   // by value id
    std::vector<NodeId> m_producer;            // by value id
    std::vector<std::uint32_t> m_useBegin;     // by value id, size + 1
    std::vector<Use> m_uses;
};

/// Names in `graph` (a subgraph) that belong to an enclosing graph, its own subgraphs included; sorted.
std::vector<std::string> outerNames(const Graph& graph);

} // namespace lapidary
