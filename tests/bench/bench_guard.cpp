// SPDX-License-Identifier: GPL-3.0-or-later
// What keeps accuracy in 8 bits, on the real models: top-1, agreement and SQNR for every remedy, with one weight scale
// per channel and with one per tensor, and what the guard leaves in float at half a point. Arguments: parts of model
// names (none: all), "key=value" for other parameters of quantize.int8, "channel" or "tensor" for one of the two,
// "noguard" without the guard, "guard" for it alone, "quick" for a hundred evaluation samples.
#include "bench/assetbench.h"
#include "bench/assettable.h"
#include "bench/bencharguments.h"
#include "bench/measure.h"
#include "engine/guard.h"
#include "eval/calibrator.h"
#include "eval/evaluator.h"
#include "testsupport.h"

#include <QCoreApplication>

using namespace lapidary;
using namespace lapidary::bench;

namespace {

constexpr int threads = 2;
constexpr double allowedDrop = 0.5;

struct Settings {
    std::set<std::string> names;
    std::vector<std::string> assignments;
    std::size_t limit = 0;
    bool channel = true, tensor = true, guard = true, remedies = true;
};

struct Remedy {
    const char* name;
    ParamSet params;
};

const std::vector<Remedy>& remedies() {
    static const std::vector<Remedy> list = {
        {"defaults", {}},
        {"nearest", {{"rounding", "nearest"}}},
        {"equalize", {{"equalize", true}}},
        {"everywhere", {{"rounding", "optimal"}}},
        {"bias by layers", {{"bias_method", "layers"}}},
        {"all", {{"rounding", "optimal"}, {"bias_method", "layers"}, {"equalize", true}}}};
    return list;
}

struct Subject {
    ModelPtr original;
    AnalysedModelPtr simple;
    DatasetPtr calibration, evaluation;
};

Result<Subject> open(const Engine& engine, const AssetModel& entry, const Settings& settings) {
    auto model = Engine::open(test::assetsFolder() / "models" / entry.model);
    if (!model)
        return model.status();
    Recipe recipe;
    recipe.steps = {{"simplify.graph", 0, {}, {}, true}};
    auto run = engine.apply((*model)->model, recipe, nullptr);
    if (!run)
        return run.status();
    auto simple = Engine::analyse(run->model);
    auto calibration = openAsset(entry.calibration, entry.calibrationSamples);
    auto evaluation = openAsset(entry.evaluation, settings.limit);
    if (!simple || !calibration || !evaluation)
        return !simple ? simple.status() : !calibration ? calibration.status() : evaluation.status();
    return Subject{(*model)->model, *simple, *calibration, *evaluation};
}

Status measureRemedies(const Engine& engine, const Subject& subject, const ParamSet& base,
                       CalibrationProvider& calibrator) {
    for (const Remedy& remedy : remedies()) {
        const double start = wallSeconds();
        Recipe recipe;
        recipe.steps = {{"quantize.int8", 0, base, {}, true}};
        for (const auto& [key, value] : remedy.params)
            recipe.steps.front().params[key] = value;
        auto run = engine.apply(subject.simple->model, recipe, &calibrator);
        if (!run)
            return run.status();
        const double seconds = wallSeconds() - start;
        EvaluateOptions options;
        options.threads = threads;
        auto result = evaluateModel(*run->model, *subject.evaluation, options, {}, subject.original.get());
        if (!result)
            return result.status();
        std::printf("    %-16s top-1 %.2f  agreement %.2f  SQNR %.2f dB  bytes %.2f MB  %.1f s\n", remedy.name,
                    result->top1->percent, result->agreement->percent, *result->sqnrDb,
                    double(run->steps.front().after.bytes) / 1e6, seconds);
        std::fflush(stdout);
    }
    return {};
}

Status measureGuard(const Engine& engine, const Subject& subject, const ParamSet& base,
                    CalibrationProvider& calibrator) {
    GuardOptions options;
    options.params = base;
    options.maxDrop = allowedDrop;
    options.threads = threads;
    auto result = guardAccuracy(engine, *subject.simple, calibrator, subject.evaluation, options);
    if (!result)
        return result.status();
    const GuardMeasurement& chosen = result->measurements[result->chosen];
    std::printf("    guard %.1f points  %s  top-1 %.2f of %.2f  %zu of %zu layers in float, weights of %d bits  bytes "
                "%.2f of %.2f MB  "
                "%zu evaluations  %.1f s\n",
                allowedDrop, result->met ? "met" : "NOT MET", chosen.top1->percent, result->original->percent,
                result->floatLayers.size(), result->layers.size(), result->weightBits, double(chosen.bytes) / 1e6,
                double(result->before.bytes) / 1e6, result->measurements.size(), result->seconds);
    for (const std::string& layer : result->floatLayers)
        std::printf("      %s\n", layer.c_str());
    std::fflush(stdout);
    return {};
}

Status measure(const Engine& engine, const AssetModel& entry, const Settings& settings) {
    auto subject = open(engine, entry, settings);
    if (!subject)
        return subject.status();
    auto pass = engine.passes().find("quantize.int8");
    if (!pass)
        return pass.status();
    auto given = (*pass)->info().schema.parseAssignments(settings.assignments);
    if (!given)
        return given.status();
    CalibratorOptions options;
    options.threads = threads;
    const auto calibrator = makeCalibrator(subject->calibration, options);
    std::printf("%s: float top-1 %.2f\n", entry.model.data(), entry.top1);
    for (const bool perChannel : {true, false}) {
        if (perChannel ? !settings.channel : !settings.tensor)
            continue;
        std::printf("  one weight scale per %s\n", perChannel ? "channel" : "tensor");
        ParamSet base = *given;
        base["per_channel"] = perChannel;
        if (settings.remedies)
            if (auto status = measureRemedies(engine, *subject, base, *calibrator); !status)
                return status;
        if (settings.guard)
            if (auto status = measureGuard(engine, *subject, base, *calibrator); !status)
                return status;
    }
    return {};
}

} // namespace

int main(int argc, char** argv) {
    const QCoreApplication application(argc, argv);
    if (!haveAssets())
        return 0;
    BenchArguments words(argc, argv);
    Settings settings;
    settings.tensor = !words.take("channel");
    settings.channel = !words.take("tensor");
    settings.guard = !words.take("noguard");
    settings.remedies = !words.take("guard");
    settings.limit = words.take("quick") ? 100 : 0;
    settings.assignments = words.takeAssignments();
    settings.names = words.rest();
    const Engine engine({QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
    return runOnAssets(assetModels, settings.names,
                       [&](const AssetModel& entry) { return measure(engine, entry, settings); });
}
