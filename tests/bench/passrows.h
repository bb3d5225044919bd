// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench/assettable.h"
#include "bench/measure.h"
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
#include <functional>
#include <optional>

namespace lapidary::bench {

/// One line of a table: a pass with its parameters.
struct PassRow {
    std::string name;
    std::string pass;
    ParamSet params;
    std::optional<double> mostLost; ///< points of top-1 that may go
};

inline int fail(const Diagnostic& problem) {
    std::fprintf(stderr, "%s\n", problem.toString().c_str());
    return 1;
}

/// Applies passes to one of the real models, simplified, and prints accuracy, time and what the caller adds.
class PassBench {
public:
    PassBench(std::string_view model, std::size_t calibration, int argc, char** argv)
        : m_entry(*std::find_if(std::begin(assetModels), std::end(assetModels),
                                [&](const AssetModel& entry) { return entry.model == model; })),
          m_samples(calibration) {
        for (int i = 1; i < argc; ++i)
            if (std::string(argv[i]) == "quick")
                m_quick = true;
            else
                m_words.emplace_back(argv[i]);
        m_plugins.load({QStringLiteral(LAPIDARY_TEST_PLUGIN_DIR)});
    }

    Status open() {
        auto read = readOnnx(test::assetsFolder() / "models" / m_entry.model);
        if (!read)
            return read.status();
        auto simple = apply(read->model, "simplify.graph", {});
        if (!simple)
            return simple.status();
        m_model = simple->model;
        auto data = openDataset(test::assetsFolder() / "images" / m_entry.evaluation);
        auto calibration = openDataset(test::assetsFolder() / "images" / m_entry.calibration);
        if (!data || !calibration)
            return data ? calibration.status() : data.status();
        m_data = m_quick ? limitedDataset(*data, (*data)->size() / 3) : *data;
        CalibratorOptions options;
        options.samples = m_samples;
        options.batch = 16;
        m_calibrator = makeCalibrator(*calibration, options);
        auto result = evaluateModel(*m_model, *m_data, {});
        if (!result)
            return result.status();
        m_float = result->top1->percent;
        auto latency = medianMs(*m_model);
        if (!latency)
            return latency.status();
        m_latency = *latency;
        std::printf("%s, %zu images for calibration: top-1 %.2f of %zu, %.2f ms\n", m_entry.model.data(), m_samples,
                    m_float, result->samples, m_latency);
        return {};
    }

    Status run(const PassRow& row, const std::function<void(const StepReport&)>& print) {
        const auto named = [&](const std::string& word) { return row.name.find(word) != std::string::npos; };
        if (!m_words.empty() && std::none_of(m_words.begin(), m_words.end(), named))
            return {};
        auto preview = previewMs(row);
        if (!preview)
            return preview.status();
        const double wall = wallSeconds(), cpu = cpuSeconds();
        resetPeakMemory();
        auto report = apply(m_model, row.pass, row.params);
        if (!report)
            return report.status();
        const double seconds = wallSeconds() - wall, used = cpuSeconds() - cpu, peak = memoryMb("VmHWM");
        auto result = evaluateModel(*report->model, *m_data, {}, {}, m_model.get());
        if (!result)
            return result.status();
        auto latency = medianMs(*report->model);
        if (!latency)
            return latency.status();
        const double lost = m_float - result->top1->percent;
        const bool missed = row.mostLost && lost > *row.mostLost;
        m_missed += missed;
        std::printf("  %-28s top-1 %.2f (%+.2f%s%s)  agreement %.1f  SQNR %.1f dB  %.1f s wall, %.1f s CPU, %.0f MB; "
                    "preview %.1f ms; latency %.2f ms\n",
                    row.name.c_str(), result->top1->percent, -lost,
                    row.mostLost ? (", may lose " + std::to_string(*row.mostLost).substr(0, 3)).c_str() : "",
                    missed ? ": MISSED" : "", result->agreement->percent, *result->sqnrDb, seconds, used, peak,
                    *preview, *latency);
        m_result = report->model;
        print(report->steps.front());
        std::fflush(stdout);
        return {};
    }

    int missed() const { return m_missed; }
    const ModelPtr& model() const { return m_model; }   ///< simplified, in float
    const ModelPtr& result() const { return m_result; } ///< of the last row

private:
    Result<RunReport> apply(const ModelPtr& model, const std::string& pass, const ParamSet& params) {
        RunEnvironment environment;
        environment.passes = &m_plugins.passes();
        environment.inferShapes = [](const Model& any) { return inferOnnxShapes(any); };
        environment.calibration = m_calibrator.get();
        Recipe recipe;
        recipe.steps.resize(1);
        recipe.steps.front().pass = pass;
        recipe.steps.front().params = params;
        return runRecipe(model, recipe, environment);
    }

    /// Processor time of the slowest of ten previews.
    Result<double> previewMs(const PassRow& row) const {
        auto pass = m_plugins.passes().find(row.pass);
        auto shapes = inferOnnxShapes(*m_model);
        if (!pass || !shapes)
            return pass ? shapes.status() : pass.status();
        RecipeStep step;
        step.pass = row.pass;
        step.params = row.params;
        auto input = prepareStep(m_model, *shapes, step, 0, m_plugins.passes());
        if (!input)
            return input.status();
        double slowest = 0;
        for (int i = 0; i < 10; ++i) {
            const double start = cpuSeconds();
            if (auto preview = previewPass(**pass, *input); !preview)
                return preview.status();
            slowest = std::max(slowest, 1000 * (cpuSeconds() - start));
        }
        return slowest;
    }

    Result<double> medianMs(const Model& model) const {
        SessionOptions options;
        options.threads = 2;
        auto session = openSession(model, options);
        auto sample = m_data->batch(0, 1, {});
        if (!session || !sample)
            return session ? sample.status() : session.status();
        if (auto outputs = (*session)->run({sample->input}); !outputs)
            return outputs.status();
        std::vector<double> times;
        for (int i = 0; i < 30; ++i) {
            auto time = (*session)->timedRun();
            if (!time)
                return time.status();
            times.push_back(*time);
        }
        std::sort(times.begin(), times.end());
        return times[times.size() / 2];
    }

    const AssetModel& m_entry;
    std::size_t m_samples;
    bool m_quick = false;
    std::vector<std::string> m_words;
    PluginManager m_plugins;
    ModelPtr m_model, m_result;
    DatasetPtr m_data;
    std::unique_ptr<CalibrationProvider> m_calibrator;
    double m_float = 0, m_latency = 0;
    int m_missed = 0;
};

} // namespace lapidary::bench
