// SPDX-License-Identifier: GPL-3.0-or-later
#include "float16pass.h"

#include "analysis/cost.h"
#include "halfconverter.h"
#include "precisionrules.h"

namespace lapidary {

namespace {

PassInfo makeInfo() {
    PassInfo info;
    info.id = "quantize.float16";
    info.title = "Half precision";
    info.summary = "Stores weights, and if wanted computes, in 16-bit floating point: about half the file.";
    info.technique = Technique::Quantize;
    info.idempotent = true;
    ParamSpec mode;
    mode.key = "mode";
    mode.type = ParamType::Choice;
    mode.label = "What becomes float16";
    mode.help = "Accelerators and GPUs gain from computing in float16. Most CPUs do not: there, keep the weights in "
                "float16 and compute in float32.";
    mode.defaultValue = "full";
    mode.options = {{"full", "Weights and computation", "For devices that compute in float16"},
                    {"weights_only", "Weights only", "Half the file, the same computation"}};
    ParamSpec keep;
    keep.key = "keep_io_types";
    keep.type = ParamType::Bool;
    keep.label = "Keep input and output types";
    keep.help = "Inputs and outputs stay float32; a Cast stands behind each input and before each output.";
    keep.defaultValue = true;
    keep.dependsOn = "mode";
    keep.dependsValues = {"full"};
    ParamSpec blocked;
    blocked.key = "op_block_list";
    blocked.type = ParamType::String;
    blocked.label = "Operators kept in float32";
    blocked.help = "Operator types separated by commas, for example Softmax,LayerNormalization.";
    blocked.defaultValue = "";
    blocked.advanced = true;
    info.schema = ParamSchema({mode, keep, blocked});
    return info;
}

Result<HalfResult> convert(const PassInput& input, bool dry, const Work& work) {
    HalfOptions options;
    options.keepIoTypes = input.flag("keep_io_types");
    options.blocked = operatorList(input.text("op_block_list"));
    options.dry = dry;
    return input.text("mode") == "weights_only" ? storeWeightsAsHalf(input, options, work)
                                                : convertToHalf(input, options, work);
}

} // namespace

const PassInfo& Float16Pass::info() const {
    static const PassInfo info = makeInfo();
    return info;
}

Result<PassPreview> Float16Pass::preview(const PassInput& input) const {
    auto result = convert(input, true, {});
    if (!result)
        return result.error();
    const auto before = analyseCost(*input.model->graph, input.shapes);
    const auto after = analyseCost(*result->graph, result->shapes);
    PassPreview preview;
    preview.before = {before.parameters, before.parameterBytes, before.macs};
    preview.after = {after.parameters, after.parameterBytes, after.macs};
    preview.fenced = std::move(result->fenced);
    const bool computes = input.text("mode") != "weights_only";
    for (const auto& node : input.model->graph->nodes()) {
        if (result->changed.count(node->id) == 0 || !result->graph->node(node->id))
            continue;
        NodePlan plan;
        plan.node = node->id;
        plan.precision = computes ? "float16" : "";
        plan.macsBefore = before.of(node->id).macs;
        plan.macsAfter = after.of(node->id).macs;
        plan.bytesBefore = before.of(node->id).parameterBytes;
        plan.bytesAfter = computes ? after.of(node->id).parameterBytes : plan.bytesBefore / 2;
        preview.nodes.push_back(std::move(plan));
    }
    return preview;
}

Result<PassOutcome> Float16Pass::run(const PassInput& input, PassContext& context) const {
    auto result = convert(input, false, context.work);
    if (!result)
        return result.error();
    PassOutcome outcome;
    outcome.model = result->changed.empty() ? input.model : withGraph(*input.model, result->graph);
    outcome.layers = std::move(result->layers);
    outcome.fenced = std::move(result->fenced);
    const HalfError& error = result->error;
    if (error.overflows > 0)
        outcome.notes.push_back(warningDiagnostic(
            "float16.overflow", std::to_string(error.overflows) + " weights are beyond 65504 and were cut to it",
            "Keep their layers in float32 with op_block_list or a node pattern"));
    if (error.underflows > 0)
        outcome.notes.push_back(
            noteDiagnostic("float16.underflow",
                           std::to_string(error.underflows) + " weights were too small for float16 and became 0"));
    return outcome;
}

} // namespace lapidary
