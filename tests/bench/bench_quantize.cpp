// SPDX-License-Identifier: GPL-3.0-or-later
// Quantizes the real models to 8 bits and prints processor time, memory, accuracy and speed beside the figures measured
// for ONNX Runtime's Python quantizer on the same data. Arguments: parts of model names (none: all), methods of
// calibration (none: all), "key=value" for other parameters of quantize.int8, "quick" for a hundred evaluation samples,
// "cost" for time and memory alone.
#include "bench/assetbench.h"
#include "bench/assettable.h"
#include "bench/bencharguments.h"
#include "bench/measure.h"
#include "bench/peerworkload.h"
#include "eval/calibrator.h"
#include "eval/evaluator.h"
#include "onnx/onnxreader.h"
#include "onnx/onnxshapes.h"
#include "onnx/onnxwriter.h"
#include "pass/runner.h"
#include "plugin/pluginmanager.h"
#include "testsupport.h"

#include <QCoreApplication>

#include <algorithm>
#include <cstdio>
#include <set>

using namespace lapidary;
using namespace lapidary::bench;

namespace {

constexpr int threads = 2;
const std::vector<std::string> methods = {"minmax", "percentile", "entropy", "mse", "moving_average"};

struct Settings {
    std::set<std::string> names;
    std::vector<std::string> calibrations; ///< none: all
    std::vector<std::string> assignments;
    std::size_t limit = 0;
    bool evaluate = true;
    bool rows = false;
};

Result<RunReport> apply(const ModelPtr& model, const std::string& pass, const ParamSet& params,
                        const PassRegistry& passes, CalibrationProvider* calibration) {
    RunEnvironment environment;
    environment.passes = &passes;
    environment.inferShapes = [](const Model& any) { return inferOnnxShapes(any); };
    environment.calibration = calibration;
    Recipe recipe;
    RecipeStep step;
    step.pass = pass;
    step.params = params;
    recipe.steps = {step};
    return runRecipe(model, recipe, environment);
}

struct Latency {
    double before = 0, after = 0; ///< medians in milliseconds
    double ratio = 0;             ///< median of after / before, run by run
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// Both models in turn, so that what else the computer does hits both.
Result<Latency> interleaved(const Model& before, const Model& after, const Batch& sample) {
    SessionOptions options;
    options.threads = threads;
    options.configEntries["session.intra_op.allow_spinning"] = "0";
    auto a = openSession(before, options);
    auto b = openSession(after, options);
    if (!a || !b)
        return a ? b.error() : a.error();
    for (auto* session : {a->get(), b->get()})
        if (auto outputs = session->run({sample.input}); !outputs)
            return outputs.error();
    std::vector<double> first, second, ratios;
    for (int i = 0; i < 60; ++i) {
        auto one = (*a)->timedRun();
        auto two = (*b)->timedRun();
        if (!one || !two)
            return one ? two.error() : one.error();
        first.push_back(*one);
        second.push_back(*two);
        ratios.push_back(*two / *one);
    }
    return Latency{median(first), median(second), median(ratios)};
}

/// Processor time of a model alone on the calibration images.
Result<double> bareSeconds(const Model& model, const Dataset& data, GraphOptimization optimization) {
    std::vector<TensorPtr> inputs;
    for (std::size_t i = 0; i < data.size(); ++i) {
        auto batch = data.batch(i, 1);
        if (!batch)
            return batch.error();
        inputs.push_back(batch->input);
    }
    SessionOptions options;
    options.threads = threads;
    options.optimization = optimization;
    options.configEntries["session.intra_op.allow_spinning"] = "0";
    auto session = openSession(model, options);
    if (!session)
        return session.error();
    const double start = cpuSeconds();
    for (const TensorPtr& input : inputs)
        if (auto outputs = (*session)->run({input}); !outputs)
            return outputs.error();
    return cpuSeconds() - start;
}

/// What the pass found out about the kernels, by kind.
void printRows(const StepReport& step) {
    std::map<std::string, int> kinds;
    for (const LayerReport& layer : step.layers) {
        const bool stayed = layer.what.starts_with("stayed float");
        ++kinds[stayed ? layer.opType + " " + layer.what : layer.what.starts_with("ran") ? "ran int8" : "no kernel"];
    }
    for (const auto& [kind, count] : kinds)
        std::printf("    %3d %s\n", count, kind.c_str());
    for (const Diagnostic& note : step.notes)
        std::printf("    %s: %s\n", note.code.c_str(), note.message.c_str());
}

struct Cost {
    double cpu = 0, wall = 0, peakMb = 0;
    double peerHere = 0; ///< processor time of the peer's workload for min-max in this run
};

void printCost(const AssetModel& entry, const std::string& calibration, const Cost& cost) {
    const bool minmax = calibration == "minmax";
    const double peerCpu = minmax ? entry.peerMinMaxSeconds : entry.peerPercentileSeconds;
    std::printf("  %-14s CPU %.2f s (peer %.1f s, ratio %.2f, wanted %s)  wall %.2f s  peak %.0f MB (peer %.0f MB)\n",
                calibration.c_str(), cost.cpu, peerCpu, cost.cpu / peerCpu, minmax ? "1/3" : "1/8", cost.wall,
                cost.peakMb, 1000 * (minmax ? entry.peerMinMaxGb : entry.peerPercentileGb));
    if (minmax)
        std::printf("    beside the peer's runs of the model here, %.2f s of CPU: ratio %.2f\n", cost.peerHere,
                    cost.cpu / cost.peerHere);
}

Status measureQuantized(const AssetModel& entry, const std::string& calibration, const ModelPtr& simple,
                        const ModelPtr& original, double peerHere, const PassRegistry& passes,
                        const Settings& settings) {
    auto data = openAsset(entry.calibration, 0);
    auto evaluation = openAsset(entry.evaluation, settings.limit);
    if (!data || !evaluation)
        return data ? evaluation.status() : data.status();
    auto pass = passes.find("quantize.int8");
    if (!pass)
        return pass.status();
    auto params = (*pass)->info().schema.parseAssignments(settings.assignments);
    if (!params)
        return params.status();
    (*params)["calibration"] = calibration;
    CalibratorOptions options;
    options.samples = entry.calibrationSamples;
    options.threads = threads;
    resetPeakMemory();
    const double cpu = cpuSeconds();
    const double wall = wallSeconds();
    auto calibrator = makeCalibrator(*data, options);
    auto report = apply(simple, "quantize.int8", *params, passes, calibrator.get());
    if (!report)
        return report.status();
    printCost(entry, calibration, {cpuSeconds() - cpu, wallSeconds() - wall, memoryMb("VmHWM"), peerHere});
    const auto& step = report->steps.front();
    if (!settings.evaluate)
        return {};
    EvaluateOptions evaluate;
    evaluate.threads = threads;
    auto result = evaluateModel(*report->model, **evaluation, evaluate, {}, original.get());
    if (!result)
        return result.status();
    std::printf("    top-1 %.2f (peer's best %.2f, float %.2f)  agreement %.2f (%.1f)  SQNR %.2f dB (%.1f)  n %zu\n",
                result->top1->percent, entry.peerBestTop1, entry.top1, result->agreement->percent,
                entry.peerBestAgreement, *result->sqnrDb, entry.peerBestSqnr, result->samples);
    auto sample = (*evaluation)->batch(0, 1);
    if (!sample)
        return sample.status();
    auto latency = interleaved(*original, *report->model, *sample);
    if (!latency)
        return latency.status();
    std::printf("    bytes %.2f -> %.2f MB  latency %.2f -> %.2f ms, ratio %.2f\n", double(step.before.bytes) / 1e6,
                double(step.after.bytes) / 1e6, latency->before, latency->after, latency->ratio);
    if (settings.rows)
        printRows(step);
    std::fflush(stdout);
    return {};
}

Status measure(const AssetModel& entry, const PassRegistry& passes, const Settings& settings) {
    auto read = readOnnx(test::assetsFolder() / "models" / entry.model);
    if (!read)
        return read.status();
    auto simple = apply(read->model, "simplify.graph", {}, passes, nullptr);
    if (!simple)
        return simple.status();
    auto data = openAsset(entry.calibration, entry.calibrationSamples);
    auto reduced = withPeersReductions(*simple->model);
    if (!data || !reduced)
        return data ? reduced.status() : data.status();
    auto bare = bareSeconds(*simple->model, **data, GraphOptimization::All);
    auto peer = bareSeconds(**reduced, **data, GraphOptimization::None);
    if (!bare || !peer)
        return bare ? peer.status() : bare.status();
    std::printf("%s: inference alone on the calibration images takes %.2f s of CPU\n", entry.model.data(), *bare);
    for (const std::string& calibration : settings.calibrations.empty() ? methods : settings.calibrations)
        if (auto status = measureQuantized(entry, calibration, simple->model, read->model, *peer, passes, settings);
            !status)
            return status;
    return {};
}

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    if (!haveAssets())
        return 0;
    BenchArguments words(argc, argv);
    Settings settings;
    settings.calibrations = words.takeAnyOf(methods);
    settings.assignments = words.takeAssignments();
    settings.rows = words.take("rows");
    settings.evaluate = !words.take("cost");
    settings.limit = words.take("quick") ? 100 : 0;
    settings.names = words.rest();
    PluginManager plugins;
    plugins.load({QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
    return runOnAssets(assetModels, settings.names,
                       [&](const AssetModel& entry) { return measure(entry, plugins.passes(), settings); });
}
