// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"
#include "format.h"

#include "device/hostenvironment.h"
#include "engine/datasets.h"
#include "engine/latency.h"
#include "onnx/onnxwriter.h"

#include <chrono>
#include <fstream>
#include <iostream>
#include <sstream>

namespace lapidary::cli {

namespace {

struct Options {
    std::string model, recipe, pass, data, output;
    std::vector<std::string> params, nodes;
    std::uint64_t seed = 0;
    std::size_t samples = 256;
    bool seedGiven = false;
    std::string device = "host";
    int threads = 0;
};

Result<Recipe> recipeOf(const Options& options, const Engine& engine) {
    Recipe recipe;
    if (!options.recipe.empty()) {
        std::ifstream file(options.recipe, std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        if (!file)
            return errorDiagnostic("file.open", "The recipe cannot be read").inFile(options.recipe);
        auto parsed = Recipe::parse(text.str());
        if (!parsed)
            return Diagnostic(parsed.error()).inFile(options.recipe);
        recipe = std::move(*parsed);
    } else {
        const auto pass = engine.passes().find(options.pass);
        if (!pass)
            return pass.status();
        auto params = (*pass)->info().schema.parseAssignments(options.params);
        if (!params)
            return params.status();
        RecipeStep step;
        step.pass = options.pass;
        step.params = std::move(*params);
        step.nodes = options.nodes;
        recipe.steps.push_back(std::move(step));
    }
    if (options.seedGiven)
        recipe.seed = options.seed;
    return recipe;
}

/// Steps with a latency target and no times of their own get those of the device's latency model. They hold for the model as it
/// is now, so that only the first step can be given them.
Status addLatencyTimes(Recipe& recipe, const Options& options, const Engine& engine, const AnalysedModel& model) {
    if (recipe.steps.empty())
        return {};
    auto& step = recipe.steps.front();
    const auto target = step.params.find("target");
    if (target == step.params.end() || target->second.toString() != "latency" || step.params.count("layer_ms"))
        return {};
    const auto latency = loadLatencyModel(options.device, options.threads > 0 ? options.threads : hostCores());
    if (!latency)
        return latency.status();
    return fillLatencyTimes(step, model, **latency, engine.passes());
}

void printStep(const StepReport& step) {
    std::cout << step.pass << "  (" << fixed(step.seconds) << " s)\n"
              << "  parameters  " << countText(step.before.parameters) << " → " << countText(step.after.parameters) << "  "
              << signedPercent(double(step.before.parameters), double(step.after.parameters)) << '\n'
              << "  bytes       " << bytesText(step.before.bytes) << " → " << bytesText(step.after.bytes) << "  "
              << signedPercent(double(step.before.bytes), double(step.after.bytes)) << '\n'
              << "  MACs        " << countText(step.before.macs) << " → " << countText(step.after.macs) << "  "
              << signedPercent(double(step.before.macs), double(step.after.macs)) << '\n';
    for (const auto& layer : step.layers)
        std::cout << "    " << layer.node << "  " << layer.what << '\n';
    for (const auto& [node, reason] : step.fenced)
        std::cout << "    left alone: " << node << "  " << reason << '\n';
    for (const auto& note : step.notes)
        std::cout << "    note: " << note.toString() << (note.hint.empty() ? "" : " — " + note.hint) << '\n';
}

int run(const Options& options, Context& context) {
    const auto& engine = context.engine();
    auto recipe = recipeOf(options, engine);
    if (!recipe)
        return fail(recipe.error());
    const auto start = std::chrono::steady_clock::now();
    const auto model = Engine::open(options.model, context.work());
    if (!model)
        return fail(model.error());
    if (auto status = addLatencyTimes(*recipe, options, engine, **model); !status)
        return fail(status.error());
    std::unique_ptr<CalibrationProvider> calibration;
    if (!options.data.empty()) {
        const auto data = openCachedDataset(options.data);
        if (!data)
            return fail(data.error());
        calibration = calibratorFor(*data, options.samples);
    }
    const auto result = engine.apply((*model)->model, *recipe, calibration.get(), context.work());
    if (!result)
        return fail(result.error());
    const auto written = writeOnnx(*result->model, options.output, {}, context.work());
    if (!written)
        return fail(written.error());

    Json json;
    Json::Array steps;
    for (const auto& step : result->steps)
        steps.push_back(step.toJson());
    json.set("steps", std::move(steps));
    json.set("output", options.output);
    json.set("file_bytes", std::int64_t(written->bytes));
    json.set("file_bytes_before", std::int64_t((*model)->fileBytes));
    json.set("sha256", written->sha256);
    json.set("seconds", std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    json.set("peak_rss_bytes", std::int64_t(peakMemoryBytes()));
    context.print(json, [&] {
        for (const auto& step : result->steps)
            printStep(step);
        std::cout << options.output << "  " << bytesText((*model)->fileBytes) << " → " << bytesText(written->bytes) << "  "
                  << signedPercent(double((*model)->fileBytes), double(written->bytes)) << " on disk\n";
    });
    return 0;
}

} // namespace

void addApply(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("apply", "Run a pass or a recipe on a model and write the result");
    auto options = std::make_shared<Options>();
    command->add_option("MODEL", options->model, "ONNX file")->required();
    auto* recipe = command->add_option("--recipe", options->recipe, "Recipe file");
    auto* pass = command->add_option("--pass", options->pass, "One pass by id")->excludes(recipe);
    command->add_option("-p", options->params, "Parameter of the pass, key=value")->needs(pass)->allow_extra_args(false);
    command->add_option("--nodes", options->nodes, "Only nodes whose names match (* and ?), op:TYPE, or a query such as 'op:Conv channels>256'")->allow_extra_args(false);
    command->add_option("--data", options->data, "Dataset file for calibration");
    command->add_option("--samples", options->samples, "Calibration samples at most")->capture_default_str();
    command->add_option_function<std::uint64_t>("--seed", [options](std::uint64_t seed) {
        options->seed = seed;
        options->seedGiven = true;
    }, "Seed");
    command->add_option("--device", options->device, "Device whose learned times a latency target is for")->capture_default_str();
    command->add_option("--threads", options->threads, "Its number of threads (0: all cores)");
    command->add_option("-o,--output", options->output, "File to write")->required();
    command->callback([options] {
        if (options->recipe.empty() && options->pass.empty())
            throw CLI::RequiredError("--recipe or --pass");
    });
    commands.emplace_back(command, [&context, options] { return run(*options, context); });
}

} // namespace lapidary::cli
