// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/grapheditor.h"
#include "pass/pass.h"

#include <deque>
#include <map>
#include <set>

namespace lapidary {

struct RewriteOptions {
    bool foldConstants = true;
    bool foldBatchNorm = true;
    std::uint64_t maxFoldedBytes = 0;
    /// Rewrites everything but leaves the numbers in weights as they are: for exact counts without the arithmetic.
    bool dry = false;
};

/// A graph being rewritten: the editor, what is known about its values, and the list of nodes that deserve another
/// look. Nodes whose rewriting failed are looked at again only when something beside them changed, so the whole costs
/// about as much as the number of changes, not rounds times nodes.
class Rewriter {
public:
    Rewriter(const PassInput& input, RewriteOptions options);

    /// To a fixed point. Fails only when cancelled.
    Status run(const Work& work);
    /// The rewritten graph without what nobody uses any more.
    Result<GraphPtr> finish();

    const RewriteOptions& options() const { return m_options; }
    const Model& model() const { return *m_input.model; }
    GraphEditor& edit() { return m_editor; }
    const GraphEditor& edit() const { return m_editor; }
    const Node* node(NodeId id) const { return m_editor.node(id); }
    /// The user's scope includes the node.
    bool editable(NodeId id) const { return m_input.inScope(id); }
    /// The node that makes the value, if it may be changed by this run.
    const Node* producer(ValueId id) const;
    /// Constant for every caller: an initializer that is also an input of a newer model may be overridden and is none.
    TensorPtr constant(ValueId id) const;
    /// Exactly one input of one node uses the value; no graph output, no subgraph.
    bool soleUse(ValueId id) const;
    bool used(ValueId id) const; ///< by a node, a subgraph or as a graph output

    int rank(ValueId id) const { return m_batchOne.rank(id); }
    DataType type(ValueId id) const { return m_batchOne.type(id); }
    /// Extents that hold for every input, -1 where they depend on it; nullopt if the rank is unknown.
    std::optional<Shape> shape(ValueId id);
    std::optional<Shape> staticShape(ValueId id); ///< nullopt unless every extent is known
    /// Shapes at batch 1, new values included.
    const ShapeTable& shapesAtBatchOne() const { return m_batchOne; }

    // Changes. Each puts the neighbours back on the list.
    ValueId addConstant(const std::string& name, TensorPtr tensor);
    /// Gives the constant behind input `index` of the node new numbers: in place if nobody else uses it.
    void setConstantInput(NodeId id, std::size_t index, const std::string& name, TensorPtr tensor);
    /// Replaces the node by its input-independent results.
    bool replaceByConstants(NodeId id, const std::vector<TensorPtr>& outputs);
    /// `from`, an output of node `id`, always equals `to`: removes the node. False if names forbid it.
    bool bypass(NodeId id, ValueId from, ValueId to);
    /// Node `maker` makes the first output of node `id` itself; `id` goes. Precondition: soleUse of maker's output.
    void takeOver(NodeId maker, NodeId id);
    void replaceNode(Node next);
    void removeNode(NodeId id);

    void count(const std::string& rewrite, NodeId where, const std::string& what);
    const std::map<std::string, std::size_t>& counts() const { return m_counts; }
    std::vector<LayerReport>& reports() { return m_reports; }
    const std::set<NodeId>& changed() const { return m_changed; }

    void touchNode(NodeId id);
    void touchUsers(ValueId id);

private:
    void dropDead(NodeId id);
    const ShapeTable& exactShapes();
    void setType(ValueId id, const Tensor& tensor);

    const PassInput& m_input;
    RewriteOptions m_options;
    GraphEditor m_editor;
    ShapeTable m_batchOne;
    std::optional<ShapeTable> m_exact;
    std::map<ValueId, TensorType> m_newTypes;
    std::deque<NodeId> m_queue;
    std::vector<bool> m_queued;
    std::map<std::string, std::size_t> m_counts;
    std::vector<LayerReport> m_reports;
    std::set<NodeId> m_changed;
    bool m_initializersAreInputs = false;
};

} // namespace lapidary
