// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"
#include "format.h"

#include "device/hostenvironment.h"
#include "engine/latency.h"

#include <algorithm>
#include <iostream>

namespace lapidary::cli {

namespace {

struct Options {
    std::string model, device = "host", pass;
    std::vector<std::string> params, nodes;
    int threads = 0;
};

void printLayers(const Graph& graph, const GraphLatency& latency) {
    auto layers = latency.layers;
    std::stable_sort(layers.begin(), layers.end(),
                     [](const auto& a, const auto& b) { return a.estimate.ms > b.estimate.ms; });
    std::vector<std::vector<std::string>> rows = {{"node", "operator", "ms", "± %", "from"}};
    for (const auto& layer : layers) {
        const auto* node = graph.node(layer.node);
        rows.push_back({displayName(*node), node->opType, fixed(layer.estimate.ms, 4),
                        fixed(100 * layer.estimate.relativeError, 0),
                        layer.fused ? "fused" : std::string(basisName(layer.estimate.basis))});
    }
    printTable(rows);
}

Result<PassPreview> previewOf(const Options& options, const Engine& engine, const AnalysedModel& model,
                              const LatencyModel& latency) {
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
    if (const auto target = step.params.find("target");
        target != step.params.end() && target->second.toString() == "latency")
        if (auto status = fillLatencyTimes(step, model, latency, engine.passes()); !status)
            return status;
    return engine.preview(model, step, {});
}

int run(const Options& options, Context& context) {
    const auto model = Engine::open(options.model, context.work());
    if (!model)
        return fail(model.error());
    const auto latency = loadLatencyModel(options.device, options.threads > 0 ? options.threads : hostCores());
    if (!latency)
        return fail(latency.error());
    if ((*latency)->shapesKnown() == 0)
        return fail(errorDiagnostic("latency.unknown",
                                    "Nothing was learned yet about " + options.device + " with " +
                                        std::to_string((*latency)->threads()) + " threads",
                                    "Run 'lapidary-cli profile MODEL --per-node' on it first."));
    const auto& graph = *(*model)->model->graph;
    const auto whole = (*latency)->estimate(graph, (*model)->shapes);
    auto json = whole.toJson(graph);
    json.set("device", options.device);
    json.set("threads", (*latency)->threads());
    std::optional<LatencyForecast> forecast;
    if (!options.pass.empty()) {
        const auto preview = previewOf(options, context.engine(), **model, **latency);
        if (!preview)
            return fail(preview.error());
        forecast = forecastLatency(**model, *preview, **latency);
        json.set("forecast", forecast->toJson());
    }
    context.print(json, [&] {
        if (!forecast)
            printLayers(graph, whole);
        std::cout << "estimate  " << fixed(whole.ms, 3) << " ms ± " << fixed(whole.errorMs, 3)
                  << ", sum of the layers on " << options.device << " with " << (*latency)->threads() << " threads"
                  << (whole.unknown > 0 ? ", " + std::to_string(whole.unknown) + " layers unknown" : std::string())
                  << '\n';
        if (forecast)
            std::cout << options.pass << "  " << fixed(forecast->beforeMs, 3) << " → " << fixed(forecast->afterMs, 3)
                      << " ms ± " << fixed(forecast->afterErrorMs, 3) << "  "
                      << signedPercent(forecast->beforeMs, forecast->afterMs) << " (estimate)\n";
    });
    return 0;
}

} // namespace

void addLatency(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand(
        "latency",
        "Estimated latency of a model, or of what a pass would make of it, from what profiles of the device taught");
    auto options = std::make_shared<Options>();
    command->add_option("MODEL", options->model, "ONNX file")->required();
    command->add_option("--device", options->device, "Device id")->capture_default_str();
    command->add_option("--threads", options->threads, "Threads (0: all cores)")->check(CLI::Range(0, 1024));
    auto* pass = command->add_option("--pass", options->pass, "A pass that would be run, by id");
    command->add_option("-p", options->params, "Parameter of the pass, key=value")
        ->needs(pass)
        ->allow_extra_args(false);
    command->add_option("--nodes", options->nodes, "Nodes the pass is for")->needs(pass)->allow_extra_args(false);
    commands.emplace_back(command, [&context, options] { return run(*options, context); });
}

} // namespace lapidary::cli
