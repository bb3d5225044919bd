// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/grapheditor.h"
#include "onnx/readcontext.h"

#include <deque>
#include <unordered_map>

namespace lapidary {

/// Gathers the parts of a GraphProto (or of a function's body) in whatever order the file has them, then makes the
/// graph.
class GraphAssembler {
public:
    GraphAssembler(ReadContext& context, GraphKind kind, int depth)
        : m_context(context), m_kind(kind), m_depth(depth) {}

    Status addNode(wire::Bytes message);
    Status addInitializer(wire::Bytes message);
    Status addSparseInitializer(wire::Bytes message);
    Status addInput(wire::Bytes valueInfo);
    Status addOutput(wire::Bytes valueInfo);
    Status addValueInfo(wire::Bytes valueInfo);
    Status addNamedInput(std::string_view name);
    Status addNamedOutput(std::string_view name);
    /// For the graph's name, text and unknown fields.
    GraphEditor& editor() { return m_editor; }
    Result<GraphPtr> finish();

private:
    enum Definition : unsigned { Input = 1, Initializer = 2, NodeOutput = 4, Sparse = 8, Listed = 16 };
    struct Draft {
        Value value;
        unsigned defined = 0;
    };

    Result<std::uint32_t> draftOf(std::string_view name);
    Result<std::uint32_t> declared(wire::Bytes valueInfo);
    Status define(std::uint32_t draft, Definition how, unsigned conflicts);
    Status nodeField(Node& node, const wire::Field& item);
    Status settleCaptures();
    Status settleUses();
    Status undefined(const Draft& draft, const Node* user) const;

    ReadContext& m_context;
    GraphKind m_kind;
    int m_depth;
    GraphEditor m_editor;
    std::deque<Draft> m_drafts; // a deque: m_byName points at the names in it
    std::unordered_map<std::string_view, std::uint32_t> m_byName;
    std::vector<Node> m_nodes; // ids of values are numbers of drafts until finish()
    std::vector<std::uint32_t> m_inputs, m_outputs, m_initializers, m_valueInfo;
};

} // namespace lapidary
