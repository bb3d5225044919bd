// SPDX-License-Identifier: GPL-3.0-or-later
#include "float16pass.h"

#include "analysis/cost.h"
#include "halfconverter.h"
#include "overflowcheck.h"
#include "pass/paramspecs.h"
#include "precisionrules.h"

namespace lapidary {

namespace {

ParamSchema schema() {
    using namespace params;
    return ParamSchema(
        {choice("mode", "What becomes 16 bits",
                "Accelerators and GPUs gain from computing in float16. Most CPUs do not: there, keep the weights in "
                "float16 "
                "and compute in float32.",
                {{"full", "Weights and computation", "For devices that compute in float16"},
                 {"weights_only", "Weights only", "Half the file, the same computation"}}),
         advanced(choice("type", "Number format", "float16 is finer, bfloat16 has the range of float32.",
                         {{"float16", "float16", "11 significant bits, up to 65504"},
                          {"bfloat16", "bfloat16", "8 significant bits, up to 3e38; for weights only"}})),
         when(flag("keep_io_types", "Keep input and output types",
                   "Inputs and outputs stay float32; a Cast stands behind each input and before each output.", true),
              "mode", {"full"}),
         when(flag("check_data", "Look for overflow on the data",
                   "If data is given, it runs through the model once; where a value goes beyond 65504, its layers stay "
                   "in "
                   "float32.",
                   true),
              "mode", {"full"}),
         advanced(
             text("op_block_list", "Operators kept in float32",
                  "Operator types separated by commas. Listed are those whose sums, squares or powers easily leave the "
                  "range of float16.",
                  growingOperators()))});
}

PassInfo makeInfo() {
    PassInfo info;
    info.id = "quantize.float16";
    info.title = "Half precision";
    info.summary = "Stores weights, and if wanted computes, in 16-bit floating point: about half the file.";
    info.technique = Technique::Quantize;
    info.idempotent = true;
    info.usesCalibration = true;
    info.schema = schema();
    return info;
}

Result<HalfOptions> optionsFrom(const PassInput& input) {
    HalfOptions options;
    options.keepIoTypes = input.flag("keep_io_types");
    options.blocked = operatorList(input.text("op_block_list"));
    options.type = input.text("type") == "bfloat16" ? DataType::BFloat16 : DataType::Float16;
    if (options.type == DataType::BFloat16 && input.text("mode") != "weights_only")
        return errorDiagnostic("float16.type",
                               "ONNX Runtime's CPU kernels for convolutions and matrix products do not compute in "
                               "bfloat16.",
                               "Set mode to weights_only: the weights are stored in bfloat16 and widened for use.");
    return options;
}

Result<HalfResult> convert(const PassInput& input, const HalfOptions& options, const Work& work) {
    return input.text("mode") == "weights_only" ? storeWeightsAsHalf(input, options, work)
                                                : convertToHalf(input, options, work);
}

/// Fails only when stopped: without the check, the conversion is what it would be without data.
Status checkOverflows(const PassInput& input, HalfOptions& options, PassContext& context, Diagnostics& notes) {
    if (!context.calibration || !input.flag("check_data") || input.text("mode") == "weights_only")
        return {};
    auto check = findOverflows(input, *context.calibration, context.work.part(0, 0.8, "Looking for overflow"));
    if (!check) {
        if (isCancelled(check.error()))
            return check.error();
        notes.push_back(warningDiagnostic("float16.unchecked",
                                          "The data could not be looked at for overflow: " + check.error().message,
                                          "Values beyond 65504 become infinite"));
        return {};
    }
    if (check->nodes.empty())
        notes.push_back(noteDiagnostic("float16.data",
                                       "No value goes beyond 65504 on " + std::to_string(check->samples) + " samples"));
    else
        notes.push_back(warningDiagnostic(
            "float16.data_overflow", std::to_string(check->values.size()) + " values go beyond 65504 on the data; " +
                                         std::to_string(check->nodes.size()) + " nodes stay in float32"));
    options.keptFloat = std::move(check->nodes);
    options.tooLarge = std::move(check->values);
    return {};
}

} // namespace

const PassInfo& Float16Pass::info() const {
    static const PassInfo info = makeInfo();
    return info;
}

Result<PassPreview> Float16Pass::preview(const PassInput& input) const {
    auto options = optionsFrom(input);
    if (!options)
        return options.error();
    options->dry = true;
    auto result = convert(input, *options, {});
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
    auto options = optionsFrom(input);
    if (!options)
        return options.error();
    PassOutcome outcome;
    if (auto status = checkOverflows(input, *options, context, outcome.notes); !status)
        return status;
    auto result = convert(input, *options, context.work.part(0.8, 1, "Rounding"));
    if (!result)
        return result.error();
    outcome.model = result->changed.empty() ? input.model : withGraph(*input.model, result->graph);
    outcome.layers = std::move(result->layers);
    outcome.fenced = std::move(result->fenced);
    const HalfError& error = result->error;
    if (error.overflows > 0)
        outcome.notes.push_back(warningDiagnostic(
            "float16.overflow",
            std::to_string(error.overflows) + " weights are beyond the largest number of the format and were cut to it",
            "Keep their layers in float32 with op_block_list or a node pattern"));
    if (error.underflows > 0)
        outcome.notes.push_back(
            noteDiagnostic("float16.underflow",
                           std::to_string(error.underflows) + " weights were too small for the format and became 0"));
    return outcome;
}

} // namespace lapidary
