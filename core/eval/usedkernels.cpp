// SPDX-License-Identifier: GPL-3.0-or-later
#include "eval/usedkernels.h"

#include "eval/evaluator.h"
#include "eval/inputadapter.h"
#include "graph/grapheditor.h"

#include <charconv>
#include <optional>

namespace lapidary {

namespace {

/// Fusing puts words before and behind a node's name; a number between two marks is found again.
constexpr std::string_view mark = "~lapidary";

Result<ModelPtr> withMarkedNodes(const Model& model) {
    GraphEditor editor(model.graph);
    for (const auto& node : model.graph->nodes()) {
        Node marked = *node;
        marked.name = std::string(mark) + std::to_string(node->id.number) + "~";
        editor.replaceNode(std::move(marked));
    }
    auto graph = editor.finish();
    if (!graph)
        return graph.error();
    return withGraph(model, std::move(*graph));
}

std::optional<NodeId> markedNode(std::string_view name) {
    const auto at = name.find(mark);
    if (at == std::string_view::npos)
        return std::nullopt;
    const std::string_view digits = name.substr(at + mark.size());
    NodeId id;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), id.number);
    if (parsed.ec != std::errc())
        return std::nullopt;
    return id;
}

Result<Batch> firstSample(const Dataset& data, std::size_t rows, const Work& work) {
    for (std::size_t first = 0; first < data.size(); first += rows) {
        auto batch = data.batch(first, rows, work);
        if (!batch || batch->size() > 0)
            return batch;
    }
    return errorDiagnostic("calibration.data", "The dataset \"" + data.name() + "\" gave no samples.");
}

} // namespace

Result<std::map<NodeId, UsedKernel>> findUsedKernels(const Model& model, const Dataset& data, int threads,
                                                     const Work& work) {
    auto marked = withMarkedNodes(model);
    if (!marked)
        return marked.error();
    SessionOptions options;
    options.threads = threads;
    options.profiling = true;
    auto session = openSession(**marked, options);
    if (!session)
        return session.error();
    auto adapter = InputAdapter::make(**session, data);
    if (!adapter)
        return adapter.error();
    const std::size_t rows = adapter->fixedRows() ? adapter->fixedRows() : 1;
    auto batch = firstSample(data, rows, work);
    if (!batch)
        return batch.error();
    auto input = adapter->rows(*batch->input, 0, batch->size());
    if (!input)
        return input.error();
    if (auto outputs = (*session)->run({*input}, work); !outputs)
        return outputs.error();
    auto calls = (*session)->takeKernelTimes();
    if (!calls)
        return calls.error();
    std::map<NodeId, UsedKernel> kernels;
    for (const KernelTime& call : *calls) {
        const auto id = markedNode(call.node);
        const Node* node = id ? model.graph->node(*id) : nullptr;
        if (!node)
            continue;
        // A node may also lend its name to a conversion beside its kernel.
        UsedKernel& kernel = kernels[*id];
        if (kernel.opType.empty() || call.opType.find(node->opType) != std::string::npos)
            kernel = {call.opType, call.outputType, call.inputType};
    }
    return kernels;
}

} // namespace lapidary
