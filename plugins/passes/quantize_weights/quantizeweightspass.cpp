// SPDX-License-Identifier: GPL-3.0-or-later
#include "quantizeweightspass.h"

#include "analysis/cost.h"
#include "weightbitsreport.h"
#include "weightbitsrun.h"

namespace lapidary {
namespace {

struct Prepared {
    WeightBitsOptions options;
    WeightBitsPlan plan;
};

Result<Prepared> prepare(const PassInput& input) {
    if (!input.model || !input.model->graph)
        return errorDiagnostic("pass.no_model", "There is no model to quantize.");
    auto options = WeightBitsOptions::from(input);
    if (!options)
        return options.status();
    auto plan = planWeightBits(input, *options);
    if (!plan)
        return plan.status();
    return Prepared{std::move(*options), std::move(*plan)};
}

Diagnostic memoryError() {
    return errorDiagnostic("base.memory", "Not enough memory to quantize this model.");
}

/// The model as it will be, its tensors without data: counts are exact.
Result<ModelPtr> outline(const PassInput& input, const WeightBitsPlan& plan, Diagnostics& notes) {
    GraphEditor editor(input.model->graph);
    for (const QuantizedLayer& layer : plan.layers)
        if (layer.bias.added) {
            const std::vector<double> none(layer.matrix.outputs(), 0);
            if (auto status = shiftBias(editor, layer.matrix, layer.bias, layer.matrix.type, none); !status)
                return status;
        }
    auto graph = editor.finish();
    if (!graph)
        return graph.error();
    return writeCodes(withGraph(*input.model, std::move(*graph)), input.shapes, plan, nullptr, notes);
}

std::vector<NodePlan> nodePlans(const WeightBitsPlan& plan, const CostReport& cost) {
    std::vector<NodePlan> nodes;
    for (const QuantizedLayer& layer : plan.layers)
        for (const NodeId id : layer.matrix.nodes) {
            NodePlan node;
            node.node = id;
            node.precision = "w" + std::to_string(layer.storage.bits);
            node.macsBefore = node.macsAfter = cost.of(id).macs;
            node.bytesBefore = cost.of(id).parameterBytes;
            const bool counts = node.bytesBefore >= layer.storage.bytesBefore(); // a shared weight counts once
            const std::uint64_t bias = layer.bias.added ? packedBytes(layer.matrix.type, layer.matrix.outputs()) : 0;
            node.bytesAfter = counts
                                  ? node.bytesBefore - layer.storage.bytesBefore() + layer.storage.bytesAfter() + bias
                                  : node.bytesBefore;
            nodes.push_back(std::move(node));
        }
    return nodes;
}

} // namespace

QuantizeWeightsPass::QuantizeWeightsPass() {
    m_info.id = "quantize.weights";
    m_info.title = "Quantize weights";
    m_info.summary = "Stores weights as codes of 2 to 8 bits, chosen from calibration data so that outputs change "
                     "least; activations stay in floating point.";
    m_info.technique = Technique::Quantize;
    m_info.usesCalibration = true;
    m_info.schema = weightBitsSchema();
}

Result<PassPreview> QuantizeWeightsPass::preview(const PassInput& input) const {
    try {
        auto prepared = prepare(input);
        if (!prepared)
            return prepared.status();
        WeightBitsPlan& plan = prepared->plan;
        PassPreview preview;
        if (prepared->options.bySensitivity) {
            shareBits(plan, prepared->options, guessedLosses(plan));
            preview.notes.push_back(noteDiagnostic("quantize_weights.bits_unknown",
                                                   "How the bits are spread over the layers is found when the pass "
                                                   "runs; the size will be about this."));
        }
        const CostReport cost = analyseCost(*input.model->graph, input.shapes);
        preview.before = {cost.parameters, cost.parameterBytes, cost.macs};
        auto after = outline(input, plan, preview.notes);
        if (!after)
            return after.status();
        const CostReport later = analyseCost(*(*after)->graph, input.shapes);
        preview.after = {later.parameters, later.parameterBytes, cost.macs};
        preview.nodes = nodePlans(plan, cost);
        preview.fenced = plan.fenced;
        for (const Diagnostics& more : {plan.notes, deviceNotes(plan)})
            preview.notes.insert(preview.notes.end(), more.begin(), more.end());
        return preview;
    } catch (const std::bad_alloc&) {
        return memoryError();
    }
}

Result<PassOutcome> QuantizeWeightsPass::run(const PassInput& input, PassContext& context) const {
    try {
        if (auto status = context.work.check(); !status)
            return status;
        auto prepared = prepare(input);
        if (!prepared)
            return prepared.status();
        if (prepared->options.needsData() && !context.calibration)
            return errorDiagnostic("pass.no_calibration", "This way of rounding needs calibration data.",
                                   "Choose a dataset, or the rounding \"mse\", which needs none.");
        return runWeightBits(input, prepared->options, std::move(prepared->plan), context);
    } catch (const std::bad_alloc&) {
        return memoryError();
    }
}

} // namespace lapidary
