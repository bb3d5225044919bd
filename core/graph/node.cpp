// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/node.h"

namespace lapidary {

const Attribute* Node::attribute(std::string_view wanted) const {
    for (const auto& candidate : attributes)
        if (candidate.name == wanted)
            return &candidate;
    return nullptr;
}

namespace {

template <typename T>
const T* attributeValue(const Node& node, std::string_view name) {
    const auto* attribute = node.attribute(name);
    return attribute ? std::get_if<T>(&attribute->value) : nullptr;
}

} // namespace

std::int64_t Node::intAttribute(std::string_view wanted, std::int64_t fallback) const {
    const auto* value = attributeValue<std::int64_t>(*this, wanted);
    return value ? *value : fallback;
}

float Node::floatAttribute(std::string_view wanted, float fallback) const {
    const auto* value = attributeValue<float>(*this, wanted);
    return value ? *value : fallback;
}

std::string Node::stringAttribute(std::string_view wanted, std::string fallback) const {
    const auto* value = attributeValue<std::string>(*this, wanted);
    return value ? *value : std::move(fallback);
}

std::vector<std::int64_t> Node::intsAttribute(std::string_view wanted, std::vector<std::int64_t> fallback) const {
    const auto* value = attributeValue<std::vector<std::int64_t>>(*this, wanted);
    return value ? *value : std::move(fallback);
}

TensorPtr Node::tensorAttribute(std::string_view wanted) const {
    const auto* value = attributeValue<TensorPtr>(*this, wanted);
    return value ? *value : nullptr;
}

bool Node::hasSubgraphs() const {
    for (const auto& candidate : attributes)
        if (std::holds_alternative<GraphPtr>(candidate.value) ||
            std::holds_alternative<std::vector<GraphPtr>>(candidate.value))
            return true;
    return false;
}

std::vector<std::pair<std::string, GraphPtr>> Node::subgraphs() const {
    std::vector<std::pair<std::string, GraphPtr>> found;
    for (const auto& candidate : attributes) {
        if (const auto* graph = std::get_if<GraphPtr>(&candidate.value))
            found.emplace_back(candidate.name, *graph);
        else if (const auto* graphs = std::get_if<std::vector<GraphPtr>>(&candidate.value))
            for (const auto& one : *graphs)
                found.emplace_back(candidate.name, one);
    }
    return found;
}

std::string displayName(const Node& node) {
    return node.name.empty() ? node.opType + "_" + std::to_string(node.id.number) : node.name;
}

} // namespace lapidary
