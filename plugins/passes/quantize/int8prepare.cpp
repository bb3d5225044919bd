// SPDX-License-Identifier: GPL-3.0-or-later
#include "int8prepare.h"

#include "analysis/equalization.h"
#include "analysis/raiseopset.h"
#include "graph/grapheditor.h"
#include "graph/operatortraits.h"

#include <map>

namespace lapidary {
namespace {

/// QuantizeLinear exists since opset 10; scales per channel since 13.
constexpr std::int64_t neededOpset = 13;

Result<ModelPtr> withBiases(const ModelPtr& model, const Int8Plan& plan) {
    GraphEditor editor(model->graph);
    for (const Int8Layer& layer : plan.layers) {
        Node node = *model->graph->node(layer.node);
        const OperatorTraits traits = *traitsOf(node);
        if (layer.bias.valid() || traits.biasInput < 0)
            continue;
        const auto input = std::size_t(traits.biasInput);
        const Shape& shape = model->graph->constant(layer.weight)->shape;
        // A transposed convolution lists the outputs of one group only.
        const bool transposed = traits.weightOutputAxis == 1 && shape.size() > 2;
        const auto outputs = shape[std::size_t(traits.weightOutputAxis)] *
                             (transposed ? node.intAttribute("group", 1) : std::int64_t(1));
        node.inputs.resize(std::max(node.inputs.size(), input + 1));
        node.inputs[input] = editor.addInitializer(displayName(node) + "_bias",
                                                   makeTensor({outputs}, std::vector<float>(std::size_t(outputs), 0)));
        editor.replaceNode(std::move(node));
    }
    auto graph = editor.finish();
    if (!graph)
        return graph.error();
    return withGraph(*model, std::move(*graph));
}

Diagnostic equalizedNote(const Graph& graph, const Equalization& done) {
    std::string text = "Equalized the channels behind " + std::to_string(done.changed.size()) + " layers";
    std::map<std::string, std::pair<std::size_t, std::string>> reasons;
    for (const UnequalizedLayer& skipped : done.skipped) {
        auto& entry = reasons[skipped.reason];
        if (entry.first++ == 0)
            entry.second = displayName(*graph.node(skipped.layer));
    }
    if (!done.skipped.empty())
        text += "; " + std::to_string(done.skipped.size()) + " others stayed as they were";
    std::string examples;
    for (const auto& [reason, entry] : reasons)
        examples += (examples.empty() ? "" : "; ") + entry.second + ": " + reason;
    return noteDiagnostic("quantize.equalized", text + ".", examples.empty() ? examples : "Why: " + examples + ".");
}

} // namespace

Result<PreparedModel> prepareModel(const PassInput& input, const Int8Options& options) {
    auto raised = raiseOpset(input.model, input.shapes, neededOpset);
    if (!raised)
        return raised.error();
    PreparedModel prepared{raised->model, raised->notes};
    GraphEditor editor(prepared.model->graph);
    editor.removeUnused(); // weights that nothing reads too, or the preview would count them
    auto used = editor.finish();
    if (!used)
        return used.error();
    prepared.model = withGraph(*prepared.model, std::move(*used));
    if (!options.correctBias)
        return prepared;
    const auto plan = planInt8(*prepared.model, input, options);
    if (!plan)
        return plan.error();
    auto complete = withBiases(prepared.model, *plan);
    if (!complete)
        return complete.error();
    prepared.model = std::move(*complete);
    return prepared;
}

Status equalizePrepared(PreparedModel& prepared, const PassInput& input, const Int8Options& options) {
    std::set<NodeId> keep;
    for (const NodePtr& node : prepared.model->graph->nodes())
        if (!input.inScope(node->id) || options.excluded(*node))
            keep.insert(node->id);
    auto equalized = equalizeLayers(prepared.model, keep);
    if (!equalized)
        return equalized.status();
    prepared.model = equalized->model;
    prepared.notes.push_back(equalizedNote(*prepared.model->graph, *equalized));
    return {};
}

} // namespace lapidary
