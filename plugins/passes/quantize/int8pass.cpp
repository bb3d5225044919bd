// SPDX-License-Identifier: GPL-3.0-or-later
#include "int8pass.h"

#include "analysis/quantizedgraph.h"
#include "analysis/raiseopset.h"
#include "int8report.h"
#include "int8rewrite.h"
#include "pass/runner.h"

#include <map>

namespace lapidary {

namespace {

/// QuantizeLinear exists since opset 10; scales per channel since 13.
constexpr std::int64_t neededOpset = 13;

PassInfo makeInfo() {
    PassInfo info;
    info.id = "quantize.int8";
    info.version = 2; // other defaults, reduce_range for weight_range
    info.title = "Quantize to 8 bits";
    info.summary =
        "Weights and activations become 8-bit integers with scales taken from calibration data: a quarter of the "
        "size, and faster where the device computes in 8 bits.";
    info.technique = Technique::Quantize;
    info.usesCalibration = true;
    info.schema = int8Schema();
    return info;
}

/// The model at a sufficient opset and without nodes and weights that nothing uses: what the plan is made for.
Result<RaisedModel> prepareModel(const PassInput& input) {
    auto raised = raiseOpset(input.model, input.shapes, neededOpset);
    if (!raised)
        return raised;
    GraphEditor editor(raised->model->graph);
    if (editor.removeUnused() == 0)
        return raised;
    auto graph = editor.finish();
    if (!graph)
        return graph.error();
    raised->model = withGraph(*raised->model, std::move(*graph));
    return raised;
}

/// Plans anew as long as data shows values that have no range.
Result<std::pair<Int8Plan, std::shared_ptr<const CalibrationData>>>
calibratedPlan(const Model& model, const PassInput& input, Int8Options options, PassContext& context) {
    const auto work = context.work.part(0, 0.85, "Calibrating");
    for (;;) {
        auto plan = planInt8(model, input, options);
        if (!plan)
            return plan.error();
        auto data = context.calibration->calibrate(model, calibrationRequest(*model.graph, *plan, options), work);
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

} // namespace

const PassInfo& Int8Pass::info() const {
    static const PassInfo info = makeInfo();
    return info;
}

Result<PassPreview> Int8Pass::preview(const PassInput& input) const {
    if (auto status = refuseQuantized(*input.model->graph); !status)
        return status;
    auto options = Int8Options::from(input);
    if (!options)
        return options.error();
    auto raised = prepareModel(input);
    if (!raised)
        return raised.error();
    auto plan = planInt8(*raised->model, input, *options);
    if (!plan)
        return plan.error();
    PassPreview preview;
    preview.before = totalsOf(*input.model, input.shapes);
    preview.after = totalsAfter(*raised->model, input.shapes, *plan, *options, preview.nodes);
    preview.fenced = std::move(plan->fenced);
    preview.notes = std::move(plan->notes);
    preview.notes.insert(preview.notes.end(), options->notes.begin(), options->notes.end());
    preview.notes.insert(preview.notes.end(), raised->notes.begin(), raised->notes.end());
    return preview;
}

Result<PassOutcome> Int8Pass::run(const PassInput& input, PassContext& context) const {
    if (auto status = refuseQuantized(*input.model->graph); !status)
        return status;
    auto options = Int8Options::from(input);
    if (!options)
        return options.error();
    if (!context.calibration)
        return errorDiagnostic("pass.no_calibration", "8-bit quantization needs calibration data to find the ranges.",
                               "Give a dataset of some hundred typical inputs; labels are not needed.");
    auto raised = prepareModel(input);
    if (!raised)
        return raised.error();
    auto planned = calibratedPlan(*raised->model, input, *options, context);
    if (!planned)
        return planned.error();
    const auto& [plan, data] = *planned;
    auto result =
        rewriteInt8(*raised->model, plan, input, *options, *data, context.work.part(0.85, 0.95, "Quantizing weights"));
    if (!result)
        return result.error();
    auto outcome = reportInt8(*raised->model, plan, *options, *result, *data, *context.calibration,
                              context.work.part(0.95, 1, "Looking at the kernels"));
    if (outcome)
        outcome->notes.insert(outcome->notes.end(), raised->notes.begin(), raised->notes.end());
    return outcome;
}

} // namespace lapidary
