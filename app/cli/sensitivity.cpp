// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"
#include "format.h"

#include "device/hostenvironment.h"
#include "engine/datasets.h"
#include "engine/sensitivity.h"
#include "eval/calibrator.h"

#include <iostream>
#include <optional>

namespace lapidary::cli {

namespace {

struct Options {
    std::string model, data, pass;
    std::vector<std::string> params;
    std::size_t samples = 256;
    std::optional<double> budget;
    bool fresh = false;
    SensitivityOptions measure;
};

Json allocationJson(const SensitivityResult& result, double share) {
    const auto parts = result.parts([](const ModelTotals& totals) { return double(totals.macs); });
    const Allocation allocation(parts.choices);
    const double whole = double(result.before.macs);
    // The parts count only what they can lose: the rest is there whatever they choose.
    const double fixedCost = whole - allocation.dearest();
    const auto chosen = allocation.choicesFor(share * whole - fixedCost);
    Json levels{Json::Object()};
    for (std::size_t i = 0; i < chosen.size(); ++i)
        if (parts.levels[i][chosen[i]] > 0)
            levels.set(parts.layers[i], parts.levels[i][chosen[i]]);
    Json json;
    json.set("target_macs_ratio", share);
    json.set("predicted_macs_ratio", (fixedCost + allocation.costOf(chosen)) / whole);
    json.set("predicted_loss", allocation.lossOf(chosen));
    json.set("levels", std::move(levels));
    return json;
}

void printPoints(const SensitivityResult& result) {
    std::vector<std::vector<std::string>> rows{{"layer", "level", "MACs", "output error", "KL", "agreement"}};
    for (const SensitivityPoint& point : result.points)
        rows.push_back({point.layer, fixed(point.level, 3), signedPercent(double(result.before.macs), double(point.after.macs)),
                        fixed(100 * point.outputError, 3) + " %", point.divergence ? fixed(*point.divergence, 5) : "-",
                        point.agreementPercent ? fixed(*point.agreementPercent) + " %" : "-"});
    printTable(rows);
    std::cout << result.samples << " samples, " << result.reused << " of " << result.points.size()
              << " points known from before, " << fixed(result.seconds, 1) << " s\n";
}

int run(const Options& options, Context& context) {
    const auto& engine = context.engine();
    const auto pass = engine.passes().find(options.pass);
    if (!pass)
        return fail(pass.error());
    auto params = (*pass)->info().schema.parseAssignments(options.params);
    if (!params)
        return fail(params.error());
    const auto model = Engine::open(options.model, context.work());
    if (!model)
        return fail(model.error());
    const auto data = openCachedDataset(options.data);
    if (!data)
        return fail(data.error());
    CalibratorOptions calibration;
    calibration.samples = options.samples;
    calibration.threads = 1; // layers run side by side
    const auto calibrator = makeCalibrator(*data, calibration);
    SensitivityOptions measure = options.measure;
    measure.pass = options.pass;
    measure.params = std::move(*params);
    measure.threads = hostCores();
    if (!options.fresh)
        measure.folder = cacheFolder() / "sensitivity";
    const auto result = measureSensitivity(engine, **model, *calibrator, measure, context.work());
    if (!result)
        return fail(result.error());
    Json json = result->toJson();
    if (options.budget)
        json.set("allocation", allocationJson(*result, *options.budget));
    context.print(json, [&] {
        printPoints(*result);
        if (options.budget)
            std::cout << "for " << fixed(100 * *options.budget, 1) << " % of the MACs: " << json["allocation"]["levels"].dump()
                      << '\n';
    });
    return 0;
}

} // namespace

void addSensitivity(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("sensitivity", "What each layer costs in quality at each setting of a pass");
    auto options = std::make_shared<Options>();
    command->add_option("MODEL", options->model, "ONNX file")->required();
    command->add_option("--data", options->data, "Dataset file")->required();
    command->add_option("--pass", options->pass, "Pass by id")->required();
    command->add_option("-p", options->params, "Other parameter of the pass, key=value")->allow_extra_args(false);
    command->add_option("--parameter", options->measure.parameter, "Parameter that is varied")->capture_default_str();
    command->add_option("--levels", options->measure.levels, "Its settings, separated by commas")->delimiter(',')->capture_default_str();
    command->add_option("--nodes", options->measure.nodes, "Only layers whose names match (* and ?), or op:TYPE")->allow_extra_args(false);
    command->add_option("--samples", options->samples, "Samples at most")->capture_default_str();
    command->add_option("--seed", options->measure.seed, "Seed");
    command->add_option("--target-macs-ratio", options->budget, "Also choose settings that leave this share of the MACs")
        ->check(CLI::Range(0.0, 1.0));
    command->add_flag("--fresh", options->fresh, "Measure everything again");
    commands.emplace_back(command, [&context, options] { return run(*options, context); });
}

} // namespace lapidary::cli
