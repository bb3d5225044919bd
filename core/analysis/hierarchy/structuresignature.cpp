// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/hierarchy/structuresignature.h"

#include "analysis/hierarchy/graphlinks.h"

#include <bit>

namespace lapidary {

namespace {

struct AttributeHasher {
    StructureHash& hash;

    void operator()(std::monostate) const {}
    void operator()(float value) const { hash.add(std::uint64_t(std::bit_cast<std::uint32_t>(value))); }
    void operator()(std::int64_t value) const { hash.add(std::uint64_t(value)); }
    void operator()(const std::string& value) const { hash.add(value); }
    void operator()(const TensorPtr& value) const {
        if (value)
            hash.add(std::uint64_t(value->type)).add(value->shape.size());
    }
    void operator()(const GraphPtr& value) const { hash.add(value ? value->nodeCount() : 0); }
    void operator()(const OpaqueAttribute& value) const { hash.add(value.bytes); }
    template <typename T>
    void operator()(const std::vector<T>& values) const {
        hash.add(values.size());
        for (const auto& value : values)
            (*this)(value);
    }
};

} // namespace

std::uint64_t nodeSignature(const Graph& graph, const Node& node) {
    StructureHash hash;
    hash.add(node.opType).add(node.isOnnx() ? std::string_view() : std::string_view(node.domain));
    for (const auto& attribute : node.attributes) {
        hash.add(attribute.name);
        // How many groups a depthwise convolution has is its width.
        if (attribute.name == "group" && std::holds_alternative<std::int64_t>(attribute.value))
            hash.add(std::get<std::int64_t>(attribute.value) > 1 ? 2 : 1);
        else
            std::visit(AttributeHasher{hash}, attribute.value);
    }
    for (const auto input : node.inputs) {
        const auto* value = graph.value(input);
        if (!value || !value->initializer)
            continue;
        const auto& shape = value->initializer->shape;
        hash.add(shape.size());
        for (std::size_t axis = 2; axis < shape.size(); ++axis)
            hash.add(std::uint64_t(shape[axis]));
    }
    return hash.value();
}

} // namespace lapidary
