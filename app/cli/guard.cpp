// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"
#include "format.h"

#include "device/hostenvironment.h"
#include "engine/culprits.h"
#include "engine/datasets.h"
#include "engine/guard.h"
#include "onnx/onnxwriter.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>

namespace lapidary::cli {

namespace {

struct Options {
    std::string model, data, calibration, output, recipe;
    std::vector<std::string> params, nodes;
    std::size_t samples = 200, evaluations = 32, limit = 0, worst = 5;
    std::optional<double> maxDrop, maxError;
    std::uint64_t seed = 0;
    bool tryFixes = true, sixteenBits = true;
};

/// What both commands begin with.
struct Opened {
    AnalysedModelPtr model;
    DatasetPtr data;
    std::unique_ptr<CalibrationProvider> calibrator;
    ParamSet params;
};

Result<Opened> openAll(const Options& options, Context& context) {
    Opened opened;
    const auto pass = context.engine().passes().find("quantize.int8");
    if (!pass)
        return pass.status();
    auto params = (*pass)->info().schema.parseAssignments(options.params);
    if (!params)
        return params.status();
    opened.params = std::move(*params);
    auto model = Engine::open(options.model, context.work());
    if (!model)
        return model.status();
    opened.model = *model;
    auto data = openCachedDataset(options.data);
    if (!data)
        return data.status();
    auto calibration = options.calibration.empty() ? data : openCachedDataset(options.calibration);
    if (!calibration)
        return calibration.status();
    opened.calibrator = calibratorFor(*calibration, options.samples);
    opened.data = options.limit > 0 ? limitedDataset(*data, options.limit) : *data;
    return opened;
}

Status writeRecipe(const std::string& file, const Recipe& recipe) {
    if (file.empty())
        return {};
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << recipe.toJson().dump(2) << '\n';
    out.close();
    return out ? Status() : Status(errorDiagnostic("file.write", "The recipe cannot be written").inFile(file));
}

void printGuard(const GuardResult& result) {
    std::vector<std::vector<std::string>> rows{{"in float", "weights", result.original ? "top-1" : "output error",
                                                result.original ? "lost" : "SQNR", "bytes", "limit", "seconds"}};
    for (const GuardMeasurement& one : result.measurements) {
        const std::string value = one.top1 ? fixed(one.top1->percent) + " %" : fixed(one.lost, 4) + " %";
        const std::string lost =
            one.top1 ? fixed(one.lost) : fixed(-10 * std::log10(std::max(one.lost / 100, 1e-12))) + " dB";
        const std::string bits = one.floatLayers.empty() ? "-" : std::to_string(one.weightBits) + " bits";
        rows.push_back({std::to_string(one.floatLayers.size()), bits, value, lost, bytesText(one.bytes),
                        one.met ? "holds" : "fails", fixed(one.seconds, 1)});
    }
    printTable(rows);
    for (const std::string& layer : result.floatLayers) {
        std::cout << "  stays in float, weights of " << result.weightBits << " bits: " << layer;
        if (const auto cost = std::ranges::find(result.costs, layer, &GuardCost::node); cost != result.costs.end())
            std::cout << " (+" << bytesText(std::uint64_t(std::max<std::int64_t>(cost->bytes, 0))) << "; 8 bits lose "
                      << fixed(cost->lost, 4) << (result.original ? " points" : " % of the energy") << " more)";
        std::cout << '\n';
    }
    std::cout << (result.met ? "The limit holds with " : "The limit does not hold; the best has ")
              << result.floatLayers.size() << " layers in float, " << bytesText(result.before.bytes) << " → "
              << bytesText(result.run.steps.back().after.bytes) << ", " << fixed(result.seconds, 1) << " s\n";
}

int runGuard(const Options& options, Context& context) {
    auto opened = openAll(options, context);
    if (!opened)
        return fail(opened.error());
    GuardOptions guard;
    guard.params = opened->params;
    guard.nodes = options.nodes;
    guard.maxDrop = options.maxDrop;
    guard.maxErrorPercent = options.maxError;
    guard.evaluations = options.evaluations;
    guard.sixteenBits = options.sixteenBits;
    guard.threads = hostCores();
    guard.seed = options.seed;
    const auto result =
        guardAccuracy(context.engine(), *opened->model, *opened->calibrator, opened->data, guard, context.work());
    if (!result)
        return fail(result.error());
    Json json = result->toJson();
    if (!options.output.empty()) {
        const auto written = writeOnnx(*result->run.model, options.output, {}, context.work());
        if (!written)
            return fail(written.error());
        json.set("output", options.output);
        json.set("file_bytes", std::int64_t(written->bytes));
        json.set("sha256", written->sha256);
    }
    if (auto status = writeRecipe(options.recipe, result->recipe(options.seed)); !status)
        return fail(status.error());
    context.print(json, [&] { printGuard(*result); });
    if (!result->met)
        return fail(errorDiagnostic("guard.not_met", "The limit does not hold with any measured choice of layers.",
                                    "Allow more evaluations, or try 'lapidary-cli culprits' to see what else helps."));
    return 0;
}

std::string remedy(const TriedFix& fix) {
    switch (fix.fix) {
    case QuantizationFix::PerChannel:
        return "a weight scale per channel";
    case QuantizationFix::OptimalRounding:
        return "weights rounded to the data";
    case QuantizationFix::CorrectBias:
        return "corrected biases";
    case QuantizationFix::RoundAndCorrect:
        return "weights rounded to the data, corrected biases";
    case QuantizationFix::Equalize:
        return "equalized layers";
    case QuantizationFix::OtherRange:
        return "calibration " + fix.value;
    case QuantizationFix::WideActivations:
        return "16-bit activations (processors compute them in float)";
    case QuantizationFix::LeaveFloat:
        break;
    }
    return fix.layers.size() == 1 ? fix.layers.front() + " in float"
                                  : std::to_string(fix.layers.size()) + " worst layers in float";
}

std::string percent(double value) {
    return value < 0 ? "-" : fixed(value, 3) + " %";
}

void printCulprits(const CulpritReport& report) {
    std::cout << "error of the output  " << percent(100 * report.output.both) << "  (weights alone "
              << percent(100 * report.output.weights) << ", activations alone "
              << percent(100 * report.output.activations) << ")\n";
    std::vector<std::vector<std::string>> rows{
        {"layer", "error", "weights", "activations", "cause", "advice", "model with it in float"}};
    for (const CulpritLayer& layer : report.layers)
        rows.push_back({layer.node, percent(layer.errorPercent), percent(layer.weightsPercent),
                        percent(layer.activationsPercent), std::string(causeName(layer.cause)),
                        std::string(fixName(layer.advice)), percent(layer.outputErrorWithoutPercent.value_or(-1))});
    printTable(rows);
    for (const TriedFix& fix : report.fixes)
        std::cout << "  " << remedy(fix) << ": error " << percent(fix.outputErrorPercent) << ", "
                  << (fix.bytes < 0 ? "-" : "+") << bytesText(std::uint64_t(std::abs(fix.bytes))) << '\n';
    std::cout << report.samples << " samples, " << fixed(report.seconds, 1) << " s\n";
}

int runCulprits(const Options& options, Context& context) {
    auto opened = openAll(options, context);
    if (!opened)
        return fail(opened.error());
    CulpritOptions culprits;
    culprits.step = {"quantize.int8", 0, opened->params, options.nodes, true};
    culprits.worst = options.worst;
    culprits.tryFixes = options.tryFixes;
    culprits.seed = options.seed;
    const auto report = findCulprits(context.engine(), *opened->model, *opened->calibrator, culprits, context.work());
    if (!report)
        return fail(report.error());
    context.print(report->toJson(), [&] { printCulprits(*report); });
    return 0;
}

void addCommon(CLI::App& command, Options& options) {
    command.add_option("MODEL", options.model, "ONNX file")->required();
    command.add_option("-p", options.params, "Parameter of quantize.int8, key=value")->allow_extra_args(false);
    command.add_option("--nodes", options.nodes, "Only nodes whose names match (* and ?), op:TYPE, or a query")
        ->allow_extra_args(false);
    command.add_option("--samples", options.samples, "Calibration samples at most")->capture_default_str();
    command.add_option("--seed", options.seed, "Seed");
}

} // namespace

void addGuard(CLI::App& app, Context& context, Commands& commands) {
    auto* command =
        app.add_subcommand("guard", "Quantize to 8 bits and leave the fewest layers in float that keep a limit");
    auto options = std::make_shared<Options>();
    addCommon(*command, *options);
    command->add_option("--data", options->data, "Dataset file that is evaluated; with labels for --max-drop")
        ->required();
    command->add_option("--calibration", options->calibration, "Dataset file for ranges and errors (default: --data)");
    auto* drop = command->add_option("--max-drop", options->maxDrop, "Points of top-1 that may be lost")
                     ->check(CLI::NonNegativeNumber);
    auto* error = command
                      ->add_option("--max-error", options->maxError,
                                   "Energy of the output's error in percent of the output's (1 is 20 dB)")
                      ->check(CLI::NonNegativeNumber)
                      ->excludes(drop);
    command->add_option("--evaluations", options->evaluations, "Candidates measured at most")
        ->capture_default_str()
        ->check(CLI::Range(2, 1000));
    command->add_flag("!--no-16-bits", options->sixteenBits,

                      "Keep weights of layers in float in 32 bits instead of 16");
    command->add_option("--limit", options->limit, "Evaluation samples at most");
    command->add_option("--recipe", options->recipe, "Also write the recipe that gives this model");
    command->add_option("-o,--output", options->output, "File to write");
    command->callback([drop, error] {
        if (drop->count() + error->count() == 0)
            throw CLI::RequiredError("--max-drop or --max-error");
    });
    commands.emplace_back(command, [&context, options] { return runGuard(*options, context); });
}

void addCulprits(CLI::App& app, Context& context, Commands& commands) {
    auto* command = app.add_subcommand("culprits", "Which layers lose accuracy in 8 bits, why, and what helps");
    auto options = std::make_shared<Options>();
    addCommon(*command, *options);
    command->add_option("--data", options->data, "Dataset file")->required();
    command->add_option("--worst", options->worst, "Layers measured at the model's output")->capture_default_str();
    command->add_flag("!--no-fixes", options->tryFixes, "Do not try remedies");
    commands.emplace_back(command, [&context, options] { return runCulprits(*options, context); });
}

} // namespace lapidary::cli
