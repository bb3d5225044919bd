// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/quantizationerrors.h"

namespace lapidary {

RecipeStep comparableStep(const RecipeStep& step) {
    RecipeStep comparable = step;
    comparable.params["format"] = "qdq";
    comparable.params["equalize"] = false;
    comparable.params["check_kernels"] = false;
    return comparable;
}

Result<std::vector<LayerError>> quantizationErrors(const Engine& engine, const AnalysedModel& model,
                                                   CalibrationProvider& calibration, const RecipeStep& step,
                                                   std::uint64_t seed, const Work& work, const ModelPtr& quantized) {
    const RecipeStep comparable = comparableStep(step);
    RecipeStep asked = step;
    asked.params["check_kernels"] = false;
    const auto pass = engine.passes().find(step.pass);
    if (!pass)
        return pass.status();
    const auto& schema = (*pass)->info().schema;
    const auto wanted = schema.complete(comparable.params), given = schema.complete(asked.params);
    if (!wanted || !given)
        return wanted ? given.status() : wanted.status();
    ModelPtr integers = quantized && *wanted == *given ? quantized : nullptr;
    if (!integers) {
        Recipe recipe;
        recipe.seed = seed;
        recipe.steps = {comparable};
        auto run = engine.apply(model.model, recipe, &calibration, work.part(0, 0.5));
        if (!run)
            return run.status();
        integers = run->model;
    }
    return measureLayerErrors(model.model, model.shapes, *integers, calibration, work.part(0.5, 1));
}

} // namespace lapidary
