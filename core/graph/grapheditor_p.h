// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/grapheditor.h"

#include <functional>
#include <map>
#include <unordered_map>

namespace lapidary {

struct NameHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
};

struct GraphEditor::State {
    std::string name, doc, unknownFields;
    MetadataProps metadata;
    std::size_t baseNodes = 0;    // ids below belong to the base graph
    std::vector<NodeId> order;    // may name removed nodes
    std::vector<NodePtr> nodes;   // by id
    std::vector<ValuePtr> values; // by id
    std::unordered_map<std::string, ValueId, NameHash, std::equal_to<>> valueByName;
    std::vector<ValueId> inputs, outputs, initializers, valueInfo;
    std::vector<std::vector<Use>> users; // by value id
    std::vector<NodeId> producers;       // by value id
    std::vector<ValueId> doublyProduced;
    /// Names that subgraphs use and no value has yet, with the nodes the subgraphs belong to.
    std::unordered_map<std::string, std::vector<NodeId>, NameHash, std::equal_to<>> openCaptures;

    void link(const Node& node);
    void unlink(const Node& node);
    std::shared_ptr<Value> copyValue(ValueId id) const;
    void dropValue(ValueId id);
    /// From now on `id` is known by this name, to subgraphs that wait for it too.
    void nameValue(const std::string& valueName, ValueId id);
};

/// Outer names used by the node's subgraphs; sorted.
std::vector<std::string> capturedNames(const Node& node);

} // namespace lapidary
