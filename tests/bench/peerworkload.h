// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/grapheditor.h"
#include "graph/shapetable.h"
#include "onnx/onnxshapes.h"
#include "runtime/session.h"

namespace lapidary::bench {

/// What ONNX Runtime's Python quantizer runs on every calibration image for min-max: the model with ReduceMin and
/// ReduceMax of every float value as outputs, graph optimizations off, one image at a time. It does not count what the
/// tool does besides: reading images, preparing the model, quantizing weights, writing.
inline Result<ModelPtr> withPeersReductions(const Model& model) {
    const auto types = inferOnnxShapes(model, {1});
    if (!types)
        return types.error();
    GraphEditor editor(model.graph);
    std::vector<ValueId> outputs;
    const auto reduce = [&](ValueId id) {
        if (!id.valid() || model.graph->constant(id) || !types->shape(id))
            return;
        for (const char* operation : {"ReduceMin", "ReduceMax"}) {
            const std::string name = model.graph->value(id)->name + "_" + operation;
            const NodeId node = editor.addNode(operation, name, {id}, std::vector<std::string>{name},
                                               {makeAttribute("keepdims", std::int64_t(0))});
            outputs.push_back(editor.node(node)->output());
        }
    };
    for (const ValueId input : model.graph->inputs())
        reduce(input);
    for (const NodePtr& node : model.graph->nodes())
        for (const ValueId output : node->outputs)
            reduce(output);
    editor.setOutputs(outputs);
    auto graph = editor.finish();
    if (!graph)
        return graph.error();
    return withGraph(model, std::move(*graph));
}

} // namespace lapidary::bench
