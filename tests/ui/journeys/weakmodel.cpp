// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/journeys/weakmodel.h"

#include "engine/engine.h"
#include "graph/grapheditor.h"
#include "onnx/onnxwriter.h"
#include "tests/support/userhome.h"

#include <algorithm>

namespace lapidary::test {

namespace {

void replace(GraphEditor& editor, const Graph& graph, const Node& node, std::size_t input, std::size_t first,
             std::size_t count, float number) {
    const auto tensor = graph.constant(node.input(input));
    auto values = toFloats(*tensor);
    if (!values)
        qFatal("%s", values.error().toString().c_str());
    std::fill_n(values->begin() + std::ptrdiff_t(first), count, number);
    editor.setInput(
        node.id, input,
        editor.addInitializer(displayName(node) + "_weak" + std::to_string(input),
                              makeTensor(DataType::Float, tensor->shape, Blob::ofValues(std::move(*values)))));
}

} // namespace

std::filesystem::path writeWeakModel(const std::filesystem::path& folder) {
    const auto opened = Engine::open(resourcesFolder() / "sample" / "fashion.onnx");
    if (!opened)
        qFatal("%s", opened.error().toString().c_str());
    const Graph& graph = *(*opened)->model->graph;
    for (const auto& node : graph.nodes()) {
        const Node* relu = node->is("Conv") ? graph.producer(node->input(0)) : nullptr;
        const Node* norm = relu && relu->is("Relu") ? graph.producer(relu->input(0)) : nullptr;
        if (!norm || !norm->is("BatchNormalization") || graph.uses(relu->output()).size() != 1 ||
            node->intAttribute("group", 1) != 1)
            continue;
        GraphEditor editor((*opened)->model->graph);
        for (const std::size_t input : {1, 2})
            replace(editor, graph, *norm, input, 0, 1, 0);
        replace(editor, graph, *node, 1, 0, 1, 3000);
        auto weak = editor.finish();
        if (!weak)
            qFatal("%s", weak.error().toString().c_str());
        const auto file = folder / "weak.onnx";
        if (const auto written = writeOnnx(*withGraph(*(*opened)->model, std::move(*weak)), file); !written)
            qFatal("%s", written.error().toString().c_str());
        return file;
    }
    qFatal("the sample network has no such layer");
}

} // namespace lapidary::test
