// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/passregistry.h"
#include "pass/recipe.h"

namespace lapidary {

/// What one step of a recipe did.
struct StepReport {
    std::string pass;
    int version = 0;
    ParamSet params; ///< complete
    ModelTotals before, after;
    std::vector<LayerReport> layers;
    std::vector<std::pair<std::string, std::string>> fenced; ///< node name, reason
    Diagnostics notes;
    double seconds = 0;
    Json toJson() const; ///< {pass, version, params, before{}, after{}, layers[], fenced[], notes[], seconds}
};

struct RunReport {
    ModelPtr model;
    std::vector<StepReport> steps;
};

struct RunEnvironment {
    const PassRegistry* passes = nullptr;
    ShapeInference inferShapes;
    CalibrationProvider* calibration = nullptr;
};

/// The one place where passes run. Per step: stop check, parameters completed, scope resolved (a pattern that matches
/// nothing is an error "recipe.no_match"; patterns are globs over display names, or over operator types after "op:"), shapes inferred, pass run inside a catch-all, result verified (no new errors),
/// totals counted. On failure nothing is returned and the error names the step. Any thread.
Result<RunReport> runRecipe(ModelPtr model, const Recipe& recipe, const RunEnvironment& environment, const Work& work = {});

/// Prepares the input of one step without running it: for previews. `scope` overrides the step's patterns if not empty.
/// Fails with "onnx.missing_data" for a model whose weights are missing.
Result<PassInput> prepareStep(ModelPtr model, ShapeTable shapes, const RecipeStep& step, std::uint64_t seed,
                              const PassRegistry& passes, std::set<NodeId> scope = {});
/// Pass::preview inside a catch-all: a plugin that throws gives "pass.threw".
Result<PassPreview> previewPass(const Pass& pass, const PassInput& input);
ModelTotals totalsOf(const Model& model, const ShapeTable& shapes);

} // namespace lapidary
