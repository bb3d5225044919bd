// SPDX-License-Identifier: GPL-3.0-or-later
// Prunes the real models to shares of their multiplications without training and prints accuracy, measured latency,
// time and memory. Arguments: parts of model names; --all: every importance, with and without repair, uniform and
// allocated, without latency (that depends on widths alone); --at X: only this many times fewer multiplications;
// --preview: only the time of previews; --latency: weights cut by norm and not repaired, for times alone.
#include "bench/assetbench.h"
#include "bench/assettable.h"
#include "bench/bencharguments.h"
#include "bench/measure.h"
#include "data/dataset.h"
#include "device/abcomparison.h"
#include "device/runtimeprofiler.h"
#include "eval/calibrator.h"
#include "eval/evaluator.h"
#include "onnx/onnxreader.h"
#include "onnx/onnxshapes.h"
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
    bool all = false;
    bool previewOnly = false;
    bool latencyOnly = false;
    double only = 0; ///< times fewer multiplications; 0: all of a subject's
};

/// One network with what it is asked to reach.
struct Subject {
    std::string_view model;
    std::size_t calibrationSamples;
    std::vector<double> speedups; ///< times fewer multiplications
    bool full = false;            ///< part of --all's table
};

const Subject subjects[] = {
    {"resnet56_cifar10_unfused_bn.onnx", 1024, {1.25, 1.5, 2, 2.5}, true},
    {"squeezenet1.1.onnx", 100, {1.2, 1.5}},
    {"mobilenet_v2.onnx", 100, {1.2, 1.5}},
    {"resnet50v2_3stages_flowers5.onnx", 256, {1.2, 1.5}},
};

struct Way {
    std::string importance, mode, repair, channels = "inner";
    int multiple = 1;
    std::string text() const {
        return importance + ", " + mode + ", " + repair + ", " + channels +
               (multiple > 1 ? ", x" + std::to_string(multiple) : "");
    }
};

std::vector<Way> waysOf(const Subject& subject, const Settings& settings) {
    if (settings.latencyOnly)
        return {{"l1", "uniform", "none"},
                {"l1", "uniform", "none", "inner", 8},
                {"l1", "uniform", "none", "inner", 16},
                {"l1", "uniform", "none", "all"},
                {"l1", "uniform", "none", "all", 8},
                {"l1", "uniform", "none", "all", 16}};
    if (!settings.all || !subject.full)
        return {{"l1", "uniform", "none"},
                {"obs", "uniform", "least_squares"},
                {"obs", "sensitivity", "least_squares"},
                {"obs", "sensitivity", "least_squares", "inner", 8},
                {"obs", "sensitivity", "least_squares", "inner", 16}};
    std::vector<Way> ways;
    for (const char* importance : {"l1", "l2", "bn_scale", "geometric_median", "activation", "wanda", "obs", "random"})
        for (const char* mode : {"uniform", "sensitivity"})
            for (const char* repair : {"none", "bias", "norm_statistics", "least_squares"})
                ways.push_back({importance, mode, repair});
    ways.push_back({"obs", "sensitivity", "least_squares", "all"});
    return ways;
}

const AssetModel& assetOf(std::string_view model) {
    return *std::ranges::find(assetModels, model, &AssetModel::model);
}

/// Samples are kept between runs of the bench.
DatasetOptions keptSamples() {
    DatasetOptions options;
    options.cacheFolder = std::filesystem::temp_directory_path() / "lapidary-bench-samples";
    return options;
}

/// Two models on this computer, in turns so that both see the same.
Result<AbComparison> inTurns(const Model& a, const Model& b, int sessionThreads) {
    ProfileOptions options;
    options.threads = sessionThreads;
    options.maxSeconds = 5;
    std::unique_ptr<PreparedModel> sides[2];
    for (int i = 0; i < 2; ++i) {
        RuntimeSubject subject;
        subject.open = [&, i](const SessionOptions& settings) { return openSession(i == 0 ? a : b, settings); };
        auto prepared = prepareInRuntime(subject, options, {});
        if (!prepared)
            return prepared.status();
        sides[i] = std::move(*prepared);
    }
    return compareInterleaved([&] { return sides[0]->run({}); }, [&] { return sides[1]->run({}); }, options, {});
}

std::string latencyText(const AbComparison& times) {
    char text[96];
    std::snprintf(text, sizeof text, "%.2f -> %.2f ms, %.2fx (%.2f to %.2f)%s", times.a.median, times.b.median,
                  1 / times.ratio, 1 / times.ratioHigh, 1 / times.ratioLow,
                  times.outcome == AbComparison::Outcome::Unclear ? " unclear" : "");
    return text;
}

struct Bench {
    const Subject& subject;
    ModelPtr model;
    DatasetPtr calibration, evaluation;
    const PassRegistry& passes;
    const Settings& settings;

    Result<RunReport> apply(const Way& way, double speedup, CalibrationProvider* data) const {
        RunEnvironment environment;
        environment.passes = &passes;
        environment.inferShapes = [](const Model& m) { return inferOnnxShapes(m); };
        environment.calibration = data;
        Recipe recipe;
        RecipeStep step;
        step.pass = "prune.channels";
        step.params = {{"importance", way.importance}, {"mode", way.mode}, {"repair", way.repair},
                       {"channels", way.channels},     {"target", "macs"}, {"target_ratio", 1 / speedup},
                       {"multiple", way.multiple}};
        recipe.steps.push_back(step);
        return runRecipe(model, recipe, environment, {});
    }

    Status measure(const Way& way, double speedup, double whole) const {
        CalibratorOptions options;
        options.samples = subject.calibrationSamples;
        options.threads = threads;
        auto calibrator = makeCalibrator(calibration, options);
        resetPeakMemory();
        const double start = wallSeconds();
        auto report = apply(way, speedup, calibrator.get());
        if (!report)
            return report.status();
        const double seconds = wallSeconds() - start, peak = memoryMb("VmHWM");
        EvaluateOptions evaluate;
        evaluate.threads = threads;
        auto result = evaluateModel(*report->model, *evaluation, evaluate);
        if (!result)
            return result.status();
        std::string latency;
        for (const int sessionThreads : settings.all ? std::vector<int>() : std::vector<int>{1, threads}) {
            const auto times = inTurns(*model, *report->model, sessionThreads);
            if (!times)
                return times.status();
            latency += "  " + std::to_string(sessionThreads) + " thread: " + latencyText(*times);
        }
        const auto& step = report->steps.front();
        std::printf("  %.2fx  %-44s top-1 %.2f (%+.2f)  MACs /%.2f%s  %.1f s  %.0f MB\n", speedup, way.text().c_str(),
                    result->top1->percent, result->top1->percent - whole,
                    double(step.before.macs) / double(step.after.macs), latency.c_str(), seconds, peak);
        for (const Diagnostic& note : step.notes)
            if (note.severity != Severity::Note)
                std::printf("         %s\n", note.toString().c_str());
        std::fflush(stdout);
        return {};
    }

    /// Longest of a few previews that follow a slider.
    Status measurePreview() const {
        auto shapes = inferOnnxShapes(*model);
        if (!shapes)
            return shapes.status();
        const auto pass = *passes.find("prune.channels");
        for (const char* mode : {"uniform", "global", "sensitivity"})
            for (const char* target : {"ratio", "macs"}) {
                double first = 0, longest = 0;
                for (int i = 0; i < 12; ++i) {
                    RecipeStep step;
                    step.pass = "prune.channels";
                    step.params = {{"mode", mode},
                                   {"target", target},
                                   {"ratio", 0.1 + 0.05 * i},
                                   {"target_ratio", 0.9 - 0.04 * i},
                                   {"channels", "inner"},
                                   {"importance", "obs"}};
                    auto input = prepareStep(model, *shapes, step, 0, passes);
                    if (!input)
                        return input.status();
                    const double start = wallSeconds();
                    auto preview = previewPass(*pass, *input);
                    if (!preview)
                        return preview.status();
                    const double ms = 1000 * (wallSeconds() - start);
                    (i == 0 ? first : longest) = i == 0 ? ms : std::max(longest, ms);
                }
                std::printf("  preview %-12s %-6s first %.1f ms, then at most %.1f ms (wanted 16)\n", mode, target,
                            first, longest);
            }
        return {};
    }
};

Status run(const Subject& subject, const PassRegistry& passes, const Settings& settings) {
    const AssetModel& asset = assetOf(subject.model);
    auto read = readOnnx(test::assetsFolder() / "models" / asset.model);
    auto calibration = openAsset(asset.calibration, 0, keptSamples()),
         evaluation = openAsset(asset.evaluation, 0, keptSamples());
    if (!read || !calibration || !evaluation)
        return !read ? read.status() : calibration ? evaluation.status() : calibration.status();
    const Bench bench{subject, read->model, *calibration, *evaluation, passes, settings};
    std::printf("%s\n", std::string(subject.model).c_str());
    if (auto status = bench.measurePreview(); !status || settings.previewOnly)
        return status;
    EvaluateOptions evaluate;
    evaluate.threads = threads;
    auto whole = evaluateModel(*read->model, **evaluation, evaluate);
    if (!whole)
        return whole.status();
    std::printf("  whole  top-1 %.2f, n %zu, %zu calibration images\n", whole->top1->percent, whole->samples,
                subject.calibrationSamples);
    for (const double speedup : subject.speedups)
        for (const Way& way :
             settings.only > 0 && settings.only != speedup ? std::vector<Way>() : waysOf(subject, settings))
            if (auto status = bench.measure(way, speedup, whole->top1->percent); !status)
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
    settings.all = words.take("--all");
    settings.latencyOnly = words.take("--latency");
    settings.only = words.takeNumber("--at").value_or(settings.only);
    settings.previewOnly = words.take("--preview");
    settings.names = words.rest();
    PluginManager plugins;
    plugins.load({QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
    return runOnAssets(subjects, settings.names,
                       [&](const Subject& subject) { return run(subject, plugins.passes(), settings); });
}
