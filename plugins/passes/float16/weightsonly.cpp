// SPDX-License-Identifier: GPL-3.0-or-later
#include "halfconverter.h"

#include <algorithm>

namespace lapidary {

namespace {

/// Shapes, scales and thresholds are too small to be worth a Cast, and runtimes want some of them to be constants.
constexpr std::int64_t smallestWeight = 64;

/// First node in scope that uses the value, if every user may read a widened weight.
const Node* userOf(const PassInput& input, const HalfOptions& options, ValueId id) {
    const Graph& graph = *input.model->graph;
    const Node* first = nullptr;
    for (const auto& use : graph.uses(id)) {
        const Node* node = graph.node(use.node);
        if (!input.inScope(use.node) || options.blocked.count(node->opType) > 0)
            return nullptr;
        if (!first)
            first = node;
    }
    return first;
}

struct Store {
    const PassInput& input;
    const HalfOptions& options;
    GraphEditor editor;
    HalfResult result;

    std::string typeName() const { return dataTypeName(options.type); }
    std::string suffix() const { return "_" + typeName(); }

    /// `id` becomes the output of a Cast from the rounded tensor; its name and users stay.
    void storeInitializer(ValueId id, const Node& user) {
        const Value value = *editor.value(id);
        HalfError error;
        const auto tensor = toHalf(*value.initializer, options.type, options.dry, error);
        const bool listed = editor.isInput(id);
        if (listed)
            editor.removeInput(id);
        editor.setInitializer(id, nullptr);
        const auto stored = editor.addInitializer(value.name + suffix(), tensor);
        if (listed) {
            editor.setType(stored, TypeInfo::tensor(options.type, tensor->shape));
            editor.addInput(stored);
        }
        widen(stored, id, tensor->shape, value.name);
        report(user, error);
    }

    void storeConstantNode(const Node& node, const TensorPtr& tensor, const Node& user) {
        const auto id = node.output();
        HalfError error;
        auto rounded = toHalf(*tensor, options.type, options.dry, error);
        const std::string name = editor.value(id)->name;
        Node next = node;
        std::erase_if(next.attributes, [](const Attribute& attribute) { return attribute.name.starts_with("value"); });
        next.attributes.push_back(makeAttribute("value", rounded));
        const auto stored = editor.addValue(name + suffix());
        next.outputs = {stored};
        result.changed.insert(node.id);
        editor.replaceNode(std::move(next));
        widen(stored, id, rounded->shape, name);
        report(user, error);
    }

    void widen(ValueId stored, ValueId id, const Shape& shape, const std::string& name) {
        result.shapes.set(stored, {options.type, shape});
        result.shapes.set(id, {DataType::Float, shape});
        Node cast;
        cast.opType = "Cast";
        cast.name = name + "_cast";
        cast.inputs = {stored};
        cast.outputs = {id};
        cast.attributes = {makeAttribute("to", std::int64_t(std::int32_t(DataType::Float)))};
        editor.addNode(std::move(cast));
    }

    void report(const Node& user, const HalfError& error) {
        result.changed.insert(user.id);
        result.error.add(error);
        result.layers.push_back(halfReport(user, "weights in " + typeName(), error));
    }
};

} // namespace

Result<HalfResult> storeWeightsAsHalf(const PassInput& input, const HalfOptions& options, const Work& work) {
    const std::int64_t needed = options.type == DataType::BFloat16 ? 13 : 6;
    if (input.model->opset() < needed)
        return errorDiagnostic("float16.opset", "The model uses opset " + std::to_string(input.model->opset()) +
                                                    "; a Cast of weights from " + dataTypeName(options.type) +
                                                    " needs opset " + std::to_string(needed) + " or newer");
    const Graph& graph = *input.model->graph;
    Store store{input, options, GraphEditor(input.model->graph), {}};
    store.result.shapes = input.shapes;
    for (const auto id : graph.initializers()) {
        if (const auto status = work.check(); !status)
            return status;
        const auto& tensor = graph.value(id)->initializer;
        if (!isConvertible(*tensor) || tensor->count() < smallestWeight || graph.isOutput(id) ||
            (graph.isInput(id) && input.model->irVersion >= 4))
            continue;
        if (const Node* user = userOf(input, options, id))
            store.storeInitializer(id, *user);
    }
    for (const auto& node : graph.nodes()) {
        if (!node->is("Constant") || graph.isOutput(node->output()))
            continue;
        const auto tensor = graph.constant(node->output());
        const Node* user = userOf(input, options, node->output());
        if (user && tensor && isConvertible(*tensor) && tensor->count() >= smallestWeight)
            store.storeConstantNode(*node, tensor, *user);
    }
    auto finished = store.editor.finish();
    if (!finished)
        return finished.error();
    store.result.graph = *std::move(finished);
    return std::move(store.result);
}

} // namespace lapidary
