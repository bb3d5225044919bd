// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"

#include <set>

namespace lapidary {

/// Makes the next graph from an existing one (or from nothing). Cheap: everything untouched stays shared. Every query
/// sees the edits made so far. Ids of surviving nodes and values do not change; ids of removed ones are never used again.
/// One thread at a time. Wrong ids are a programming error (assert).
class GraphEditor {
public:
    GraphEditor();
    explicit GraphEditor(GraphPtr base);
    ~GraphEditor();
    GraphEditor(GraphEditor&&) noexcept;
    GraphEditor& operator=(GraphEditor&&) noexcept;

    // What is there now.
    const Node* node(NodeId id) const;
    const Value* value(ValueId id) const;
    ValueId findValue(std::string_view name) const; ///< invalid if absent
    std::vector<NodeId> nodeIds() const;            ///< in current order
    const Node* producer(ValueId id) const;
    std::vector<Use> uses(ValueId id) const;
    bool isInput(ValueId id) const;
    bool isOutput(ValueId id) const;
    const std::vector<ValueId>& inputs() const;
    const std::vector<ValueId>& outputs() const;
    TensorPtr constant(ValueId id) const;

    // Graph properties.
    void setName(std::string name);
    void setDoc(std::string doc);
    void setMetadata(MetadataProps metadata);
    void setUnknownFields(std::string bytes);

    // Values.
    /// A new value; `name` gets a suffix "_1", "_2" … if it is taken.
    ValueId addValue(std::string name);
    ValueId addInitializer(std::string name, TensorPtr tensor);
    void setInitializer(ValueId id, TensorPtr tensor); ///< null: no longer a constant
    void setType(ValueId id, std::optional<TypeInfo> type);
    void setValue(Value value); ///< replaces everything but id and name of value.id
    void renameValue(ValueId id, std::string name); ///< precondition: free name, not captured by a subgraph
    void addInput(ValueId id);
    void removeInput(ValueId id);
    void addOutput(ValueId id);
    void setOutputs(std::vector<ValueId> ids);
    void addValueInfo(ValueId id); ///< lists the value's declared type in the file's value_info

    // Nodes.
    /// Adds a node; id is given by the editor (spec.id is ignored). Its place in the order is found by finish().
    NodeId addNode(Node spec);
    /// Convenience: node with fresh output values named `name + "_output_k"`, or `outputNames`.
    NodeId addNode(std::string opType, std::string name, std::vector<ValueId> inputs,
                   std::vector<std::string> outputNames, std::vector<Attribute> attributes = {},
                   std::string domain = {});
    void removeNode(NodeId id);              ///< outputs stay as values without producer
    void replaceNode(Node node);             ///< same id, everything else new
    void setInput(NodeId id, std::size_t index, ValueId value);
    void setAttribute(NodeId id, Attribute attribute); ///< replaces the one of the same name
    void removeAttribute(NodeId id, std::string_view name);
    /// Every use of `from` (graph outputs included if asked) becomes a use of `to`. Uses inside subgraphs follow by name
    /// only if the names agree; returns false and changes nothing if a subgraph captures `from`.
    bool replaceUses(ValueId from, ValueId to, bool graphOutputsToo = false);
    /// Removes nodes whose outputs nobody uses, then values and initializers nobody uses; graph inputs and outputs stay.
    /// Returns the number of nodes removed.
    std::size_t removeUnused();

    /// The new graph: nodes sorted topologically, keeping the previous order where it is valid. Fails with "graph.cycle",
    /// "graph.undefined_value" or "graph.two_producers". The editor is spent afterwards.
    Result<GraphPtr> finish();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

Attribute makeAttribute(std::string name, AttributeValue value);

} // namespace lapidary
