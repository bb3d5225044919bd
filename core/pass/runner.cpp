// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/runner.h"

#include "analysis/cost.h"
#include "graph/missingweights.h"
#include "graph/verifier.h"
#include "pass/scope.h"

#include <chrono>
#include <exception>
#include <new>

namespace lapidary {

namespace {

/// Runs plugin code; whatever it throws becomes a diagnostic.
template <typename Call>
auto guarded(const std::string& id, Call call) -> decltype(call()) {
    try {
        return call();
    } catch (const std::bad_alloc&) {
        return errorDiagnostic("pass.out_of_memory", "Pass '" + id + "' ran out of memory");
    } catch (const std::exception& error) {
        return errorDiagnostic("pass.threw", "Pass '" + id + "' failed inside: " + error.what(),
                               "This is a fault of the plugin, not of the model");
    } catch (...) {
        return errorDiagnostic("pass.threw", "Pass '" + id + "' failed inside for an unknown reason",
                               "This is a fault of the plugin, not of the model");
    }
}

Diagnostic inStep(Diagnostic problem, std::size_t index, const RecipeStep& step) {
    if (!isCancelled(problem))
        problem.message = "Step " + std::to_string(index + 1) + " (" + step.pass + "): " + problem.message;
    return problem;
}

/// Errors a pass brought in. Those the model had already are its own.
Status noNewErrors(const Diagnostics& before, const Diagnostics& after) {
    const auto same = [](const Diagnostic& a, const Diagnostic& b) { return a.code == b.code && a.place == b.place; };
    for (const auto& problem : after) {
        if (problem.severity != Severity::Error)
            continue;
        bool known = false;
        for (const auto& old : before)
            known = known || same(old, problem);
        if (!known)
            return errorDiagnostic("pass.broke_model", "The result would be broken: " + problem.toString(),
                                   "This is a fault of the pass; the model was left as it was");
    }
    return {};
}

ShapeTable shapesOf(const Model& model, const ShapeInference& infer, Diagnostics& notes) {
    if (!infer)
        return ShapeTable(*model.graph);
    auto shapes = infer(model);
    if (shapes)
        return *std::move(shapes);
    notes.push_back(warningDiagnostic("pass.shapes", "Shapes could not be inferred: " + shapes.error().message,
                                      "Only declared shapes are used; MACs may be too low"));
    return ShapeTable(*model.graph);
}

/// The model between two steps, with what is known about it.
struct Stage {
    ModelPtr model;
    ShapeTable shapes;
    ModelTotals totals;
    Diagnostics problems;
};

Result<StepReport> runStep(Stage& stage, const RecipeStep& step, std::uint64_t seed, const RunEnvironment& environment,
                           const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    auto input = prepareStep(stage.model, std::move(stage.shapes), step, seed, *environment.passes);
    if (!input)
        return input.error();
    const auto pass = *environment.passes->find(step.pass);
    StepReport report;
    report.pass = step.pass;
    report.version = step.version != 0 ? step.version : pass->info().version;
    report.params = input->params;
    report.before = stage.totals;

    PassContext context{work, environment.calibration, environment.inferShapes};
    auto outcome = guarded(step.pass, [&] { return pass->run(*input, context); });
    if (!outcome)
        return outcome.error();
    if (const auto status = work.check(); !status)
        return status;
    if (!outcome->model || !outcome->model->graph)
        return errorDiagnostic("pass.no_model", "The pass returned no model");
    auto problems = verify(*outcome->model);
    if (const auto status = noNewErrors(stage.problems, problems); !status)
        return status;

    report.layers = std::move(outcome->layers);
    report.notes = std::move(outcome->notes);
    for (const auto& fence : outcome->fenced) {
        const Node* node = stage.model->graph->node(fence.node);
        report.fenced.emplace_back(node ? displayName(*node) : std::string(), fence.reason);
    }
    if (outcome->model != stage.model) {
        stage.model = outcome->model;
        stage.problems = std::move(problems);
        stage.shapes = shapesOf(*stage.model, environment.inferShapes, report.notes);
        stage.totals = totalsOf(*stage.model, stage.shapes);
    } else {
        stage.shapes = std::move(input->shapes);
    }
    report.after = stage.totals;
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
}

} // namespace

ModelTotals totalsOf(const Model& model, const ShapeTable& shapes) {
    const CostReport cost = analyseCost(*model.graph, shapes);
    return {cost.parameters, cost.parameterBytes, cost.macs};
}

Result<PassInput> prepareStep(ModelPtr model, ShapeTable shapes, const RecipeStep& step, std::uint64_t seed,
                              const PassRegistry& passes, std::set<NodeId> scope) {
    auto pass = passes.find(step.pass);
    if (!pass)
        return pass.error();
    const PassInfo& info = (*pass)->info();
    if (!info.runsAs(step.version))
        return errorDiagnostic("pass.version",
                               "The recipe asks for version " + std::to_string(step.version) + " of '" + step.pass +
                                   "', installed is version " + std::to_string(info.version),
                               "Results may differ; remove \"version\" from the step to use what is installed");
    if (model && model->graph)
        if (const auto status = requireWeights(*model); !status)
            return status;
    ParamSet given = step.params;
    if (const auto earlier = info.earlierDefaults.find(step.version); earlier != info.earlierDefaults.end())
        given.insert(earlier->second.begin(), earlier->second.end());
    auto params = info.schema.complete(given);
    if (!params)
        return params.error();
    PassInput input;
    if (scope.empty()) {
        auto resolved = resolveScope(*model, shapes, step.nodes);
        if (!resolved)
            return resolved.error();
        scope = *std::move(resolved);
    }
    input.model = std::move(model);
    input.shapes = std::move(shapes);
    input.params = *std::move(params);
    input.scope = std::move(scope);
    input.seed = seed;
    return input;
}

Result<PassPreview> previewPass(const Pass& pass, const PassInput& input) {
    return guarded(pass.info().id, [&] { return pass.preview(input); });
}

Result<RunReport> runRecipe(ModelPtr model, const Recipe& recipe, const RunEnvironment& environment, const Work& work) {
    if (!model || !model->graph || !environment.passes)
        return errorDiagnostic("pass.no_model", "There is no model or no passes to run");
    Diagnostics notes;
    Stage stage;
    stage.model = std::move(model);
    stage.shapes = shapesOf(*stage.model, environment.inferShapes, notes);
    stage.totals = totalsOf(*stage.model, stage.shapes);
    stage.problems = verify(*stage.model);
    RunReport report;
    for (std::size_t i = 0; i < recipe.steps.size(); ++i) {
        if (const auto status = work.check(); !status)
            return status;
        const RecipeStep& step = recipe.steps[i];
        if (!step.enabled)
            continue;
        auto done = runStep(stage, step, recipe.seed, environment, work.step(i, recipe.steps.size(), step.pass));
        if (!done)
            return inStep(done.error(), i, step);
        done->notes.insert(done->notes.begin(), notes.begin(), notes.end());
        notes.clear();
        report.steps.push_back(*std::move(done));
    }
    report.model = stage.model;
    return report;
}

} // namespace lapidary
