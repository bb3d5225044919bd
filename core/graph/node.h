// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/ids.h"
#include "graph/attribute.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lapidary {

using MetadataProps = std::vector<std::pair<std::string, std::string>>;

/// One operator call. Immutable once inside a Graph; a GraphEditor makes changed copies.
struct Node {
    NodeId id;
    std::string name;
    std::string opType;
    std::string domain; ///< "" is the default ONNX domain ("ai.onnx" is normalised to "" when comparing, not when kept)
    std::string overload;
    std::string doc;
    std::vector<ValueId> inputs; ///< an invalid id is an omitted optional input
    std::vector<ValueId> outputs; ///< an invalid id is an omitted optional output
    std::vector<Attribute> attributes;
    MetadataProps metadata;
    std::string unknownFields;

    bool isOnnx() const { return domain.empty() || domain == "ai.onnx"; }
    /// An operator of the default domain with this name.
    bool is(std::string_view op) const { return isOnnx() && opType == op; }
    ValueId input(std::size_t index) const { return index < inputs.size() ? inputs[index] : ValueId(); }
    ValueId output(std::size_t index = 0) const { return index < outputs.size() ? outputs[index] : ValueId(); }

    const Attribute* attribute(std::string_view name) const;
    std::int64_t intAttribute(std::string_view name, std::int64_t fallback) const;
    float floatAttribute(std::string_view name, float fallback) const;
    std::string stringAttribute(std::string_view name, std::string fallback = {}) const;
    std::vector<std::int64_t> intsAttribute(std::string_view name, std::vector<std::int64_t> fallback = {}) const;
    TensorPtr tensorAttribute(std::string_view name) const; ///< null if absent
    bool hasSubgraphs() const;
    /// Subgraphs in attribute order with the attribute's name (If: then_branch, else_branch …).
    std::vector<std::pair<std::string, GraphPtr>> subgraphs() const;
};

using NodePtr = std::shared_ptr<const Node>;

/// Name for people: the node's name, or "Conv_12" made of operator and id.
std::string displayName(const Node& node);

} // namespace lapidary
