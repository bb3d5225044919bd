// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/schemes.h"

#include "engine/quantizationerrors.h"
#include "engine/rangestudy.h"
#include "eval/evaluator.h"
#include "eval/outputreference.h"

#include <algorithm>
#include <chrono>

namespace lapidary {
namespace {

RecipeStep stepOf(const RecipeStep& base, const QuantizationScheme& scheme) {
    RecipeStep step = base;
    step.params["calibration"] = std::string(methodKey(scheme.method));
    step.params["per_channel"] = scheme.perChannel;
    step.params["symmetric_activations"] = scheme.symmetric;
    return step;
}

class Comparison {
public:
    Comparison(const Engine& engine, const AnalysedModel& model, CalibrationProvider& calibration,
               const SchemeOptions& options, const Work& work)
        : m_engine(engine), m_model(model), m_calibration(calibration), m_options(options), m_work(work) {}

    Result<SchemeComparison> run() {
        const auto start = std::chrono::steady_clock::now();
        if (m_options.schemes.empty())
            return errorDiagnostic("schemes.none", "There is no scheme to measure.",
                                   "Choose at least one of each kind.");
        auto reference =
            OutputReference::make(m_model.model, m_calibration, m_work.part(0, 0.05, "Running the original"));
        if (!reference)
            return reference.status();
        m_result.samples = reference->samples();
        m_result.originalBytes = m_model.totals.bytes;
        auto top1 = evaluate(*m_model.model, m_work.part(0.05, 0.1, "Evaluating the original"));
        if (!top1)
            return top1.status();
        m_result.original = *top1;
        for (std::size_t i = 0; i < m_options.schemes.size(); ++i)
            if (auto status =
                    measure(m_options.schemes[i], *reference, m_work.part(0.1, 1).step(i, m_options.schemes.size()));
                !status)
                return status;
        m_result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return std::move(m_result);
    }

private:
    Result<std::optional<Proportion>> evaluate(const Model& model, const Work& work) const {
        if (!m_options.evaluation || !m_options.evaluation->labelled())
            return std::optional<Proportion>();
        EvaluateOptions settings;
        settings.threads = m_options.threads;
        auto result = evaluateModel(model, *m_options.evaluation, settings, work);
        if (!result)
            return result.status();
        return result->top1;
    }

    Status measure(const QuantizationScheme& scheme, const OutputReference& reference, const Work& work) {
        MeasuredScheme measured;
        measured.scheme = scheme;
        measured.step = stepOf(m_options.base, scheme);
        Recipe recipe;
        recipe.seed = m_options.seed;
        recipe.steps = {measured.step};
        recipe.steps.front().params["check_kernels"] = false;
        auto run = m_engine.apply(m_model.model, recipe, &m_calibration, work.part(0, 0.3, "Quantizing"));
        if (!run)
            return run.status();
        measured.bytes = run->steps.front().after.bytes;
        auto error = reference.errorOf(run->model, work.part(0.3, 0.45, "Comparing outputs"));
        if (!error)
            return error.status();
        measured.outputErrorPercent = 100 * *error;
        auto layers = quantizationErrors(m_engine, m_model, m_calibration, measured.step, m_options.seed,
                                         work.part(0.45, 0.7, "Comparing layers"), run->model);
        if (!layers)
            return layers.status();
        measured.layers = std::move(*layers);
        auto top1 = evaluate(*run->model, work.part(0.7, 1, "Evaluating"));
        if (!top1)
            return top1.status();
        measured.top1 = *top1;
        m_result.schemes.push_back(std::move(measured));
        return {};
    }

    const Engine& m_engine;
    const AnalysedModel& m_model;
    CalibrationProvider& m_calibration;
    const SchemeOptions& m_options;
    const Work& m_work;
    SchemeComparison m_result;
};

} // namespace

std::vector<QuantizationScheme> schemesOf(const std::vector<RangeMethod>& methods, const std::vector<bool>& perChannel,
                                          const std::vector<bool>& symmetric) {
    std::vector<QuantizationScheme> schemes;
    for (const RangeMethod method : methods)
        for (const bool channel : perChannel)
            for (const bool middle : symmetric)
                schemes.push_back({method, channel, middle});
    return schemes;
}

const LayerError* MeasuredScheme::worst() const {
    const auto it = std::ranges::max_element(layers, {}, &LayerError::both);
    return it == layers.end() ? nullptr : &*it;
}

Result<SchemeComparison> compareSchemes(const Engine& engine, const AnalysedModel& model,
                                        CalibrationProvider& calibration, const SchemeOptions& options,
                                        const Work& work) {
    return Comparison(engine, model, calibration, options, work).run();
}

} // namespace lapidary
