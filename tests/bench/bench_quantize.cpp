// SPDX-License-Identifier: GPL-3.0-or-later
// Quantizes the real models to 8 bits and prints processor time, memory, accuracy and speed beside the figures measured
// for ONNX Runtime's Python quantizer on the same data. Arguments: parts of model names (none: all), "minmax" or
// "percentile", "quick" for a hundred evaluation samples, "cost" for time and memory alone.
#include "bench/assetbench.h"
#include "bench/assettable.h"
#include "bench/measure.h"
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

struct Settings {
    std::set<std::string> names;
    std::vector<std::string> calibrations = {"minmax", "percentile"};
    std::size_t limit = 0;
    bool evaluate = true;
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

Result<DatasetPtr> openAsset(std::string_view name, std::size_t limit) {
    auto data = openDataset(test::assetsFolder() / "images" / name);
    if (data && limit > 0)
        return limitedDataset(*data, limit);
    return data;
}

std::size_t layerCount(const Model& model) {
    std::size_t count = 0;
    for (const auto& node : model.graph->nodes())
        count += node->is("Conv") || node->is("Gemm") || node->is("MatMul");
    return count;
}

/// Which kernels a run used, by operator.
Result<std::map<std::string, std::size_t>> kernels(const Model& model, const Batch& sample) {
    SessionOptions options;
    options.threads = threads;
    options.profiling = true;
    auto session = openSession(model, options);
    if (!session)
        return session.error();
    if (auto outputs = (*session)->run({sample.input}); !outputs)
        return outputs.error();
    auto times = (*session)->takeKernelTimes();
    if (!times)
        return times.error();
    std::map<std::string, std::size_t> counts;
    for (const KernelTime& time : *times)
        ++counts[time.opType];
    return counts;
}

Result<double> medianMs(const Model& model, const Batch& sample) {
    SessionOptions options;
    options.threads = threads;
    auto session = openSession(model, options);
    if (!session)
        return session.error();
    if (auto outputs = (*session)->run({sample.input}); !outputs)
        return outputs.error();
    std::vector<double> times;
    for (int i = 0; i < 30; ++i) {
        auto time = (*session)->timedRun();
        if (!time)
            return time.error();
        times.push_back(*time);
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

/// Processor time of the float model alone on the calibration images: what no calibration can do without.
Result<double> bareSeconds(const Model& model, const Dataset& data) {
    std::vector<TensorPtr> inputs;
    for (std::size_t i = 0; i < data.size(); ++i) {
        auto batch = data.batch(i, 1);
        if (!batch)
            return batch.error();
        inputs.push_back(batch->input);
    }
    SessionOptions options;
    options.threads = threads;
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

void printKernels(const std::map<std::string, std::size_t>& counts, std::size_t layers) {
    std::size_t integer = 0;
    std::string all;
    for (const auto& [op, count] : counts) {
        if (op == "QLinearConv" || op == "QGemm" || op == "QLinearMatMul" || op == "MatMulIntegerToFloat")
            integer += count;
        all += " " + op + ":" + std::to_string(count);
    }
    std::printf("    integer kernels for %zu of %zu layers;%s\n", integer, layers, all.c_str());
}

Status measureQuantized(const AssetModel& entry, const std::string& calibration, const ModelPtr& simple,
                        const ModelPtr& original, const PassRegistry& passes, const Settings& settings) {
    auto data = openAsset(entry.calibration, 0);
    auto evaluation = openAsset(entry.evaluation, settings.limit);
    if (!data || !evaluation)
        return data ? evaluation.status() : data.status();
    CalibratorOptions options;
    options.samples = entry.calibrationSamples;
    options.threads = threads;
    auto bare = bareSeconds(*simple, *limitedDataset(*data, entry.calibrationSamples));
    if (!bare)
        return bare.status();
    resetPeakMemory();
    const double cpu = cpuSeconds();
    const double wall = wallSeconds();
    auto calibrator = makeCalibrator(*data, options);
    auto report = apply(simple, "quantize.int8", {{"calibration", calibration}}, passes, calibrator.get());
    if (!report)
        return report.status();
    const double usedCpu = cpuSeconds() - cpu;
    const double usedWall = wallSeconds() - wall;
    const double peak = memoryMb("VmHWM");
    const bool minmax = calibration == "minmax";
    const double peerCpu = minmax ? entry.peerMinMaxSeconds : entry.peerPercentileSeconds;
    std::printf("  %-10s CPU %.2f s (peer %.1f s, ratio %.2f, wanted %s)  wall %.2f s  peak %.0f MB (peer %.0f MB)\n",
                calibration.c_str(), usedCpu, peerCpu, usedCpu / peerCpu, minmax ? "1/3" : "1/8", usedWall, peak,
                1000 * (minmax ? entry.peerMinMaxGb : entry.peerPercentileGb));
    std::printf("    of this, inference alone takes %.2f s\n", *bare);
    const auto& step = report->steps.front();
    std::printf("    bytes %.2f -> %.2f MB, parameters %zu -> %zu, macs %zu -> %zu, fenced %zu\n",
                double(step.before.bytes) / 1e6, double(step.after.bytes) / 1e6, std::size_t(step.before.parameters),
                std::size_t(step.after.parameters), std::size_t(step.before.macs), std::size_t(step.after.macs),
                step.fenced.size());
    if (!settings.evaluate)
        return {};
    EvaluateOptions evaluate;
    evaluate.threads = threads;
    auto result = evaluateModel(*report->model, **evaluation, evaluate, {}, original.get());
    if (!result)
        return result.status();
    std::printf("    top-1 %.2f (peer %.2f, float %.2f)  agreement %.1f (peer %.1f)  SQNR %.1f dB (peer %.1f)  n %zu\n",
                result->top1->percent, minmax ? entry.peerMinMaxTop1 : entry.peerPercentileTop1, entry.top1,
                result->agreement->percent, minmax ? entry.peerMinMaxAgreement : entry.peerPercentileAgreement,
                *result->sqnrDb, minmax ? entry.peerMinMaxSqnr : entry.peerPercentileSqnr, result->samples);
    auto sample = (*evaluation)->batch(0, 1);
    if (!sample)
        return sample.status();
    auto counts = kernels(*report->model, *sample);
    auto before = medianMs(*original, *sample);
    auto after = medianMs(*report->model, *sample);
    if (!counts || !before || !after)
        return !counts ? counts.status() : before ? after.status() : before.status();
    printKernels(*counts, layerCount(*simple));
    std::printf("    latency %.2f -> %.2f ms\n", *before, *after);
    return {};
}

Status measure(const AssetModel& entry, const PassRegistry& passes, const Settings& settings) {
    auto read = readOnnx(test::assetsFolder() / "models" / entry.model);
    if (!read)
        return read.status();
    auto simple = apply(read->model, "simplify.graph", {}, passes, nullptr);
    if (!simple)
        return simple.status();
    std::printf("%s\n", entry.model.data());
    for (const std::string& calibration : settings.calibrations)
        if (auto status = measureQuantized(entry, calibration, simple->model, read->model, passes, settings); !status)
            return status;
    return {};
}

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    if (!haveAssets())
        return 0;
    Settings settings;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "minmax" || word == "percentile")
            settings.calibrations = {word};
        else if (word == "cost")
            settings.evaluate = false;
        else if (word == "quick")
            settings.limit = 100;
        else
            settings.names.insert(word);
    }
    PluginManager plugins;
    plugins.load({QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
    return runOnAssets(assetModels, settings.names,
                       [&](const AssetModel& entry) { return measure(entry, plugins.passes(), settings); });
}
