// SPDX-License-Identifier: GPL-3.0-or-later
#include "int8pass.h"

#include "analysis/quantizedgraph.h"
#include "biascorrection.h"
#include "int8prepare.h"
#include "int8report.h"
#include "int8rewrite.h"
#include "int8rounding.h"
#include "onnx/onnxwriter.h"
#include "pass/runner.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace lapidary {

namespace {

PassInfo makeInfo() {
    PassInfo info;
    info.id = "quantize.int8";
    // 3: biases are corrected; 4: layers in float are shielded, isolated ones stay in float, more operators in 8 bits;
    // 5: weights are rounded to data
    info.version = 5;
    const ParamSet before4 = {
        {"rounding", "nearest"}, {"shield_float", false}, {"keep_isolated", false}, {"operators", "version_3"}};
    info.earlierDefaults[4] = {{"rounding", "nearest"}};
    info.earlierDefaults[3] = info.earlierDefaults[2] = before4;
    info.earlierDefaults[2]["correct_bias"] = false;
    info.earlierDefaults[2]["bias_method"] = "layers";
    info.title = "Quantize to 8 bits";
    info.summary =
        "Weights and activations become 8-bit integers with scales taken from calibration data: a quarter of the "
        "size, and faster where the device computes in 8 bits.";
    info.technique = Technique::Quantize;
    info.usesCalibration = true;
    info.schema = int8Schema();
    return info;
}

using DataPtr = std::shared_ptr<const CalibrationData>;

/// All that the rounding of a model's weights depends on, but for the weight; empty: not known. Parameters decide what
/// the runtime is asked for too, and with it the last bits of what layers read.
std::string roundingKey(const PassInput& input, const Int8Options& options, const CalibrationProvider& calibration) {
    const auto hash = modelHash(*input.model);
    if (!hash)
        return {};
    ParamSet params = input.params;
    if (!options.equalize)
        params.erase("exclude");
    std::string key = *hash + " " + calibration.dataHash() + " " + toJson(params).dump();
    for (const std::uint64_t number : {calibration.sampleCount(), input.seed, std::uint64_t(options.weightLimit)})
        key += " " + std::to_string(number);
    if (options.equalize) // layers that are kept out of it keep their neighbours' weights as they were
        for (const NodeId id : input.scope)
            key += " " + displayName(*input.model->graph->node(id));
    return key;
}

/// Statistics for a plan; what the rounding of weights needs is gathered in the same run over the data.
Result<DataPtr> statisticsFor(const Model& model, const CalibrationRequest& request, const Int8Plan& plan,
                              DataRounding* rounding, CalibrationProvider& calibration, const Work& work) {
    if (const auto watch = rounding ? rounding->watch(plan) : std::nullopt) {
        auto data = calibration.calibrateWatched(model, watch->request, *watch->watcher, work);
        if (!data && data.error().code != "calibration.watch")
            return data;
        if (!data)
            rounding->notWatched();
        else if (watch->request.covers(request))
            return data;
    }
    return calibration.calibrate(model, request, work);
}

/// Plans anew as long as data shows values that have no range. `rounding`: null if no weights are rounded to data.
Result<std::pair<Int8Plan, DataPtr>> calibratedPlan(const Model& model, const PassInput& input, Int8Options options,
                                                    DataRounding* rounding, CalibrationProvider& calibration,
                                                    const Work& work) {
    for (;;) {
        auto plan = planInt8(model, input, options);
        if (!plan)
            return plan.error();
        auto data = statisticsFor(model, calibrationRequest(*model.graph, *plan, options), *plan,
                                  std::exchange(rounding, nullptr), calibration, work);
        if (!data)
            return data.error();
        const auto bad = nodesWithoutRange(*model.graph, *plan, **data);
        if (bad.empty())
            return std::pair(std::move(*plan), *data);
        const std::size_t before = options.keptFloat.size();
        options.keptFloat.insert(bad.begin(), bad.end());
        if (options.keptFloat.size() == before)
            return errorDiagnostic("pass.calibration", "The calibration gave no range: " + bad.begin()->second + ".");
    }
}

/// Corrects biases by running the layers. Where that cannot be done (a source of statistics alone, a network whose
/// batch cannot be changed …) a warning says why, and the means of the inputs have to do.
Status correctLayerByLayer(PreparedModel& prepared, Int8Plan& plan, const PassInput& input, Int8Options& options,
                           DataPtr& data, CalibrationProvider& calibration, const Work& work) {
    auto corrected = correctBiases(prepared.model, plan, input, options, *data, calibration, work.part(0, 0.9));
    if (corrected) {
        plan.notes.push_back(noteDiagnostic("quantize.bias_corrected",
                                            "Corrected the biases of " + std::to_string(*corrected) + " layers."));
        return {};
    }
    if (isCancelled(corrected.error()))
        return corrected.status();
    plan.biases.clear();
    options.layerByLayer = false;
    plan.notes.push_back(
        warningDiagnostic("quantize.bias_means",
                          "Biases were not corrected layer by layer but from mean inputs: " + corrected.error().message,
                          corrected.error().hint));
    auto means = calibration.calibrate(*prepared.model, calibrationRequest(*prepared.model->graph, plan, options),
                                       work.part(0.9, 1));
    if (means)
        data = std::move(*means);
    return means.status();
}

/// Rounds weights and corrects biases as asked for.
Status refine(PreparedModel& prepared, Int8Plan& plan, const PassInput& input, Int8Options& options, DataPtr& data,
              DataRounding* rounding, CalibrationProvider& calibration, const Work& work) {
    if (rounding)
        if (auto status =
                rounding->round(plan, calibration, work.part(0, options.layerByLayer ? 0.6 : 1, "Rounding weights"));
            !status)
            return status;
    if (!options.layerByLayer)
        return {};
    return correctLayerByLayer(prepared, plan, input, options, data, calibration,
                               work.part(rounding ? 0.6 : 0, 1, "Correcting biases"));
}

void noteMeans(const Int8Result& result, const Int8Options& options, Diagnostics& notes) {
    if (!options.correctBias || options.layerByLayer)
        return;
    if (result.corrected > 0)
        notes.push_back(noteDiagnostic("quantize.bias_corrected",
                                       "Corrected the biases of " + std::to_string(result.corrected) + " layers."));
    if (result.uncorrected > 0)
        notes.push_back(warningDiagnostic("quantize.bias_uncorrected",
                                          "The biases of " + std::to_string(result.uncorrected) +
                                              " layers are not corrected: the means of what they read are not known.",
                                          "Set correct_bias to false, or bias_method to layers."));
}

} // namespace

const PassInfo& Int8Pass::info() const {
    static const PassInfo info = makeInfo();
    return info;
}

Result<PassPreview> Int8Pass::preview(const PassInput& input) const {
    if (auto status = refuseQuantized(*input.model); !status)
        return status;
    auto options = Int8Options::from(input, m_productsSaturate);
    if (!options)
        return options.error();
    auto prepared = prepareModel(input, *options);
    if (!prepared)
        return prepared.error();
    auto plan = planInt8(*prepared->model, input, *options);
    if (!plan)
        return plan.error();
    PassPreview preview;
    preview.before = totalsOf(*input.model, input.shapes);
    preview.after = totalsAfter(*prepared->model, input.shapes, *plan, *options, preview.nodes);
    preview.fenced = std::move(plan->fenced);
    preview.notes = std::move(plan->notes);
    preview.notes.insert(preview.notes.end(), options->notes.begin(), options->notes.end());
    preview.notes.insert(preview.notes.end(), prepared->notes.begin(), prepared->notes.end());
    return preview;
}

Result<PassOutcome> Int8Pass::run(const PassInput& input, PassContext& context) const {
    if (auto status = refuseQuantized(*input.model); !status)
        return status;
    auto options = Int8Options::from(input, m_productsSaturate);
    if (!options)
        return options.error();
    if (!context.calibration)
        return errorDiagnostic("pass.no_calibration", "8-bit quantization needs calibration data to find the ranges.",
                               "Give a dataset of some hundred typical inputs; labels are not needed.");
    auto prepared = prepareModel(input, *options);
    if (!prepared)
        return prepared.error();
    if (options->equalize)
        if (auto status = equalizePrepared(*prepared, input, *options); !status)
            return status;
    const bool refines = options->optimalRounding || options->layerByLayer;
    const double share = refines ? 0.5 : 0.85; // of the time
    std::optional<DataRounding> rounding;
    if (options->optimalRounding)
        rounding.emplace(prepared->model, input, *options, roundingKey(input, *options, *context.calibration),
                         context.calibration->sampleCount(), m_memo);
    DataRounding* const rounds = rounding ? &*rounding : nullptr;
    auto planned = calibratedPlan(*prepared->model, input, *options, rounds, *context.calibration,
                                  context.work.part(0, share, "Calibrating"));
    if (!planned)
        return planned.error();
    auto& [plan, data] = *planned;
    if (auto status = refine(*prepared, plan, input, *options, data, rounds, *context.calibration,
                             context.work.part(share, 0.85));
        !status)
        return status;
    auto result = rewriteInt8(*prepared->model, plan, input, *options, *data,
                              context.work.part(0.85, 0.95, "Quantizing weights"));
    if (!result)
        return result.error();
    auto outcome = reportInt8(*prepared->model, input, plan, *options, *result, *data, *context.calibration,
                              context.work.part(0.95, 1, "Looking at the kernels"));
    if (!outcome)
        return outcome;
    noteMeans(*result, *options, outcome->notes);
    outcome->notes.insert(outcome->notes.end(), prepared->notes.begin(), prepared->notes.end());
    return outcome;
}

} // namespace lapidary
