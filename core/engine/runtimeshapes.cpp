// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/runtimeshapes.h"

#include "eval/evaluator.h"
#include "graph/grapheditor.h"

#include <algorithm>

namespace lapidary {

namespace {

/// Batch 1 for symbolic first axes, so that the runtime propagates numbers.
void fixBatch(GraphEditor& editor) {
    for (const auto id : editor.inputs()) {
        const auto* value = editor.value(id);
        if (!value->type || !value->type->dimensions || value->type->dimensions->empty() || value->isConstant())
            continue;
        auto type = *value->type;
        auto& first = type.dimensions->front();
        if (first.extent < 0)
            first = {1, {}, first.denotation, {}};
        editor.setType(id, std::move(type));
    }
}

/// What both say about one value: extents that either knows. The runtime is right where they disagree about the rank.
TensorType merged(const TensorType* known, const PortInfo& port) {
    TensorType type{port.type, std::nullopt};
    if (port.ranked)
        type.shape = port.shape;
    if (!known || !known->shape)
        return type;
    if (!type.shape)
        return {port.type, known->shape};
    for (std::size_t axis = 0; axis < type.shape->size() && type.shape->size() == known->shape->size(); ++axis)
        if ((*type.shape)[axis] < 0)
            (*type.shape)[axis] = (*known->shape)[axis];
    return type;
}

} // namespace

Result<ShapeTable> inferRuntimeShapes(const Model& model, const ShapeTable& known) {
    GraphEditor editor(model.graph);
    fixBatch(editor);
    std::vector<ValueId> outputs;
    for (const auto& node : model.graph->nodes())
        for (const auto id : node->outputs)
            if (id.valid())
                outputs.push_back(id);
    for (const auto id : outputs)
        editor.setType(id, std::nullopt);
    editor.setOutputs(outputs);
    auto graph = editor.finish();
    if (!graph)
        return graph.status();
    SessionOptions options;
    options.optimization = GraphOptimization::None;
    const auto session = openSession(*withGraph(model, std::move(*graph)), options);
    if (!session)
        return session.status();
    ShapeTable shapes = known;
    for (const auto& port : (*session)->outputs()) {
        const auto* value = model.graph->findValue(port.name);
        if (value && port.type != DataType::Undefined)
            shapes.set(value->id, merged(known.find(value->id), port));
    }
    return shapes;
}

} // namespace lapidary
