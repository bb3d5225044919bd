// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"

#include <memory>
#include <string>
#include <vector>

namespace lapidary {

enum class GroupKind : std::uint8_t {
    Model,   ///< the root: everything
    Scope,   ///< nodes whose names begin alike ("/layer3/layer3.2/…")
    Run,     ///< equal blocks one after another; its children are Block groups
    Block,   ///< a part with one way in, found by structure
    Part,    ///< a stretch of a large graph that has no structure to go by
    Control, ///< what stands behind a control-flow node or a call of a local function
    Body     ///< one of several subgraphs of a control-flow node
};

/// A graph at one place of a model: the main graph, a subgraph of a control-flow node, or the body of a local function
/// at one call. A function that is called twice has two instances.
struct GraphInstance {
    GraphPtr graph;
    std::int32_t parent = -1; ///< the instance whose node holds this one; -1: the main graph
    NodeId owner;             ///< that node
    std::string role;         ///< the attribute's name ("then_branch") or the function's
    bool function = false;    ///< a function's body: no names of enclosing graphs
    std::string path;         ///< stable over edits that keep the owners; "" for the main graph
    std::int32_t group = -1;  ///< its outermost group
    std::vector<std::int32_t>
        groupOf; ///< by NodeId::number: the innermost group, for an owner its Control group; -1: gone
};

struct HierarchyGroup {
    GroupKind kind = GroupKind::Model;
    std::int32_t parent = -1;
    std::int32_t instance =
        -1;       ///< whose nodes stand in it; -1: none stand directly in it (Control with several bodies)
    NodeId owner; ///< Control: the node, of the instance `ownerInstance`
    std::int32_t ownerInstance = -1;
    std::vector<std::int32_t> children; ///< in topological order
    std::vector<NodeId> nodes; ///< directly in it, in topological order; owners of Control groups are not among them
    std::string label;         ///< Scope: last part of the name; Control: operator; Body: attribute
    std::string name;          ///< Scope: the whole prefix; Block: name of its first layer
    std::vector<std::string> operators; ///< the first few kinds of operator in it, Block and Run
    std::uint32_t index = 0;            ///< Block of a Run, Part: which one, from 1; 0: stands alone
    std::uint32_t count = 0;            ///< of how many; Run: how many blocks
    std::uint32_t nodeCount = 0;        ///< all nodes below, bodies included; owners count as one
    std::uint32_t depth = 0;
    std::string path;      ///< names the group in this and in edited models
    std::uint64_t key = 0; ///< hash of the path, unique in the hierarchy
};

struct HierarchyOptions {
    std::size_t bodyNodes = 200'000; ///< nodes in all bodies together; what would exceed it stays a plain node
    std::uint32_t bodyDepth = 24;    ///< bodies within bodies
};

/// A model as a tree of groups: name scopes, repeated blocks, bodies of control flow and local functions. Within each
/// graph there is a topological order in which every group is one stretch, so any choice of groups may be closed to
/// single nodes without making a cycle; scopes that would are split or left out. Groups that would say nothing (fewer
/// than three nodes, or everything) are left out too.
///
/// Immutable, deterministic, near linear in the model's size; functions that call themselves are entered once.
class GraphHierarchy {
public:
    static std::shared_ptr<const GraphHierarchy> build(const Model& model, const HierarchyOptions& options = {});

    /// Parents stand before their children; the first is the root.
    const std::vector<HierarchyGroup>& groups() const { return m_groups; }
    const std::vector<GraphInstance>& instances() const { return m_instances; } ///< the first is the main graph
    const HierarchyGroup& group(std::int32_t index) const { return m_groups[std::size_t(index)]; }
    const GraphInstance& instance(std::int32_t index) const { return m_instances[std::size_t(index)]; }

    /// Innermost group of a node; -1 if there is no such node.
    std::int32_t groupOf(std::int32_t instance, NodeId node) const;
    /// The group with this key; -1 if there is none.
    std::int32_t find(std::uint64_t key) const;
    /// Whether bodies were left out because they nest too deep, are too many, or call themselves.
    bool incomplete() const { return m_incomplete; }
    /// Nodes of the main graph below a group; owners of bodies stand for what is in them.
    std::vector<NodeId> mainNodes(std::int32_t group) const;

private:
    friend class HierarchyBuilder;
    std::vector<HierarchyGroup> m_groups;
    std::vector<GraphInstance> m_instances;
    std::vector<std::pair<std::uint64_t, std::int32_t>> m_byKey; ///< sorted
    bool m_incomplete = false;
};

using GraphHierarchyPtr = std::shared_ptr<const GraphHierarchy>;

} // namespace lapidary
