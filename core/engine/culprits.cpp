// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/culprits.h"

#include "engine/guard.h"
#include "engine/quantizationerrors.h"
#include "eval/outputreference.h"

#include <algorithm>
#include <chrono>

namespace lapidary {
namespace {

constexpr double mostlyOne = 4; ///< a cause alone has this many times the error of the other

bool flagOf(const ParamSet& params, std::string_view key) {
    const auto at = params.find(key);
    return at != params.end() && at->second.toBool();
}

std::string textOf(const ParamSet& params, std::string_view key) {
    const auto at = params.find(key);
    return at == params.end() ? std::string() : at->second.toString();
}

class Culprits {
public:
    Culprits(const Engine& engine, const AnalysedModel& model, CalibrationProvider& calibration,
             const CulpritOptions& options, const Work& work)
        : m_engine(engine), m_model(model), m_calibration(calibration), m_options(options), m_work(work) {}

    Result<CulpritReport> find() {
        const auto start = std::chrono::steady_clock::now();
        m_report.step = m_options.step;
        const auto pass = m_engine.passes().find(m_options.step.pass);
        if (!pass)
            return pass.status();
        auto params = (*pass)->info().schema.complete(m_options.step.params);
        if (!params)
            return params.status();
        m_params = std::move(*params);
        for (auto step :
             {&Culprits::compareOutputs, &Culprits::compareLayers, &Culprits::measureWorst, &Culprits::tryFixes})
            if (auto status = (this->*step)(); !status)
                return status;
        m_report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return std::move(m_report);
    }

private:
    struct Variant {
        ModelPtr model;
        std::uint64_t bytes = 0;
    };

    Result<Variant> apply(RecipeStep step, const Work& work) const {
        step.params["check_kernels"] = false;
        Recipe recipe;
        recipe.seed = m_options.seed;
        recipe.steps = {std::move(step)};
        auto run = m_engine.apply(m_model.model, recipe, &m_calibration, work);
        if (!run)
            return run.status();
        return Variant{run->model, run->steps.front().after.bytes};
    }

    Status compareOutputs() {
        const Work part = m_work.part(0, 0.15, "Comparing weights and activations");
        auto comparable = apply(comparableStep(m_options.step), part.part(0, 0.4));
        if (!comparable)
            return comparable.status();
        m_comparable = comparable->model;
        auto errors = measureOutputErrors(m_model.model, m_comparable, m_calibration, part.part(0.4, 0.8));
        if (!errors)
            return errors.status();
        m_report.output = *errors;
        auto plain = apply(m_options.step, {m_work.stop, {}});
        if (!plain)
            return plain.status();
        m_report.bytes = plain->bytes;
        auto reference = OutputReference::make(m_model.model, m_calibration, part.part(0.8, 0.9));
        if (!reference)
            return reference.status();
        m_reference.emplace(std::move(*reference));
        m_report.samples = m_reference->samples();
        auto both = m_reference->errorOf(plain->model, part.part(0.9, 1));
        if (!both)
            return both.status();
        m_report.output.both = *both;
        return {};
    }

    Status compareLayers() {
        auto errors = measureLayerErrors(m_model.model, m_model.shapes, *m_comparable, m_calibration,
                                         m_work.part(0.15, 0.25, "Comparing layers"));
        if (!errors)
            return errors.status();
        for (const LayerError& error : *errors) {
            const Node& node = *m_model.model->graph->node(error.node);
            CulpritLayer layer;
            layer.id = error.node;
            layer.node = displayName(node);
            layer.opType = node.opType;
            layer.weightsPercent = 100 * error.weights;
            layer.activationsPercent = 100 * error.activations;
            layer.errorPercent = 100 * error.both;
            layer.cause = error.weights > mostlyOne * error.activations   ? ErrorCause::Weights
                          : error.activations > mostlyOne * error.weights ? ErrorCause::Activations
                          : error.both > 0                                ? ErrorCause::Both
                                                                          : ErrorCause::None;
            layer.advice = adviceFor(layer.cause);
            layer.floatBytes = 3 * m_model.cost.of(error.node).parameterBytes / 4;
            m_report.layers.push_back(std::move(layer));
        }
        std::ranges::stable_sort(m_report.layers, std::greater<>(), &CulpritLayer::errorPercent);
        return {};
    }

    QuantizationFix adviceFor(ErrorCause cause) const {
        if (cause == ErrorCause::Weights && !flagOf(m_params, "per_channel"))
            return QuantizationFix::PerChannel;
        if (cause != ErrorCause::Activations && textOf(m_params, "rounding") == "nearest")
            return QuantizationFix::OptimalRounding;
        if (cause != ErrorCause::Weights && textOf(m_params, "calibration") == "minmax")
            return QuantizationFix::OtherRange;
        const bool canBeWide = textOf(m_params, "format") == "qdq" && textOf(m_params, "activations").ends_with("8");
        return cause == ErrorCause::Activations && canBeWide ? QuantizationFix::WideActivations
                                                             : QuantizationFix::LeaveFloat;
    }

    RecipeStep leaving(const std::vector<std::string>& layers) const { return leavingInFloat(m_options.step, layers); }

    /// Leaves each of the worst layers in float, alone.
    Status measureWorst() {
        const std::size_t count = std::min(m_options.worst, m_report.layers.size());
        for (std::size_t i = 0; i < count; ++i) {
            CulpritLayer& layer = m_report.layers[i];
            const Work part = m_work.part(0.25, 0.6).step(i, count, layer.node);
            auto variant = apply(leaving({layer.node}), part.part(0, 0.5));
            if (!variant && variant.error().code == "pass.nothing")
                continue; // it was the only one
            if (!variant)
                return variant.status();
            auto error = m_reference->errorOf(variant->model, part.part(0.5, 1));
            if (!error)
                return error.status();
            layer.outputErrorWithoutPercent = 100 * *error;
            layer.floatBytes = variant->bytes > m_report.bytes ? variant->bytes - m_report.bytes : 0;
        }
        return {};
    }

    void propose(QuantizationFix fix, std::vector<std::pair<std::string, Json>> params, std::string value = {}) {
        TriedFix tried;
        tried.fix = fix;
        tried.value = std::move(value);
        tried.step = m_options.step;
        for (auto& [key, set] : params)
            tried.step.params[key] = std::move(set);
        m_proposed.push_back(std::move(tried));
    }

    void proposeFixes() {
        if (!flagOf(m_params, "per_channel"))
            propose(QuantizationFix::PerChannel, {{"per_channel", true}});
        const bool optimal = textOf(m_params, "rounding") != "nearest", corrects = flagOf(m_params, "correct_bias");
        if (!optimal)
            propose(QuantizationFix::OptimalRounding, {{"rounding", "quick"}});
        if (!corrects)
            propose(QuantizationFix::CorrectBias, {{"correct_bias", true}});
        if (!optimal && !corrects)
            propose(QuantizationFix::RoundAndCorrect, {{"rounding", "quick"}, {"correct_bias", true}});
        if (!flagOf(m_params, "equalize"))
            propose(QuantizationFix::Equalize, {{"equalize", true}});
        for (const char* method : {"mse", "percentile", "minmax"})
            if (textOf(m_params, "calibration") != method)
                propose(QuantizationFix::OtherRange, {{"calibration", method}}, method);
        if (textOf(m_params, "format") == "qdq" && textOf(m_params, "activations").ends_with("8"))
            propose(QuantizationFix::WideActivations, {{"activations", "uint16"}});
        for (const std::size_t count : {std::size_t(1), m_options.worst}) {
            std::vector<std::string> layers;
            for (std::size_t i = 0; i < std::min(count, m_report.layers.size()); ++i)
                layers.push_back(m_report.layers[i].node);
            if (layers.empty() || layers.size() == m_report.layers.size())
                continue;
            TriedFix tried;
            tried.fix = QuantizationFix::LeaveFloat;
            tried.step = leaving(layers);
            tried.layers = std::move(layers);
            m_proposed.push_back(std::move(tried));
        }
    }

    Status tryFixes() {
        if (m_options.tryFixes)
            proposeFixes();
        for (std::size_t i = 0; i < m_proposed.size(); ++i) {
            TriedFix& tried = m_proposed[i];
            const Work part = m_work.part(0.6, 1).step(i, m_proposed.size(), std::string(fixName(tried.fix)));
            auto variant = apply(tried.step, part.part(0, 0.6));
            if (!variant && isCancelled(variant.error()))
                return variant.status();
            if (!variant)
                continue; // this model does not allow it
            auto error = m_reference->errorOf(variant->model, part.part(0.6, 1));
            if (!error)
                return error.status();
            tried.outputErrorPercent = 100 * *error;
            tried.bytes = std::int64_t(variant->bytes) - std::int64_t(m_report.bytes);
            if (tried.outputErrorPercent < 100 * m_report.output.both)
                m_report.fixes.push_back(std::move(tried));
        }
        std::ranges::stable_sort(m_report.fixes, {}, &TriedFix::outputErrorPercent);
        return {};
    }

    const Engine& m_engine;
    const AnalysedModel& m_model;
    CalibrationProvider& m_calibration;
    const CulpritOptions& m_options;
    const Work& m_work;
    ParamSet m_params; ///< complete
    ModelPtr m_comparable;
    std::optional<OutputReference> m_reference;
    std::vector<TriedFix> m_proposed;
    CulpritReport m_report;
};

} // namespace

std::string_view fixName(QuantizationFix fix) {
    switch (fix) {
    case QuantizationFix::PerChannel:
        return "per_channel";
    case QuantizationFix::OptimalRounding:
        return "optimal_rounding";
    case QuantizationFix::CorrectBias:
        return "correct_bias";
    case QuantizationFix::RoundAndCorrect:
        return "optimal_rounding_and_correct_bias";
    case QuantizationFix::Equalize:
        return "equalize";
    case QuantizationFix::OtherRange:
        return "other_range";
    case QuantizationFix::WideActivations:
        return "16_bit_activations";
    case QuantizationFix::LeaveFloat:
        return "leave_float";
    }
    return {};
}

std::string_view causeName(ErrorCause cause) {
    switch (cause) {
    case ErrorCause::Weights:
        return "weights";
    case ErrorCause::Activations:
        return "activations";
    case ErrorCause::Both:
        return "both";
    case ErrorCause::None:
        break;
    }
    return "none";
}

Json CulpritReport::toJson() const {
    Json json;
    json.set("output_error_percent", 100 * output.both);
    json.set("output_weights_error_percent", 100 * output.weights);
    json.set("output_activations_error_percent", 100 * output.activations);
    if (output.both > 0)
        json.set("sqnr_db", sqnrDbOf(output.both));
    json.set("samples", samples);
    json.set("bytes", bytes);
    Json::Array list;
    for (const CulpritLayer& layer : layers) {
        Json entry;
        entry.set("node", layer.node);
        entry.set("op_type", layer.opType);
        entry.set("error_percent", layer.errorPercent);
        entry.set("weights_error_percent", layer.weightsPercent);
        entry.set("activations_error_percent", layer.activationsPercent);
        if (layer.errorPercent > 0)
            entry.set("sqnr_db", sqnrDbOf(layer.errorPercent / 100));
        entry.set("cause", causeName(layer.cause));
        entry.set("advice", fixName(layer.advice));
        entry.set("float_bytes", layer.floatBytes);
        if (layer.outputErrorWithoutPercent)
            entry.set("output_error_in_float_percent", *layer.outputErrorWithoutPercent);
        list.push_back(std::move(entry));
    }
    json.set("layers", std::move(list));
    Json::Array tried;
    for (const TriedFix& fix : fixes) {
        Json entry;
        entry.set("fix", fixName(fix.fix));
        if (!fix.value.empty())
            entry.set("value", fix.value);
        entry.set("float_layers", Json::Array(fix.layers.begin(), fix.layers.end()));
        entry.set("bytes", fix.bytes);
        entry.set("output_error_percent", fix.outputErrorPercent);
        entry.set("params", lapidary::toJson(fix.step.params));
        tried.push_back(std::move(entry));
    }
    json.set("fixes", std::move(tried));
    json.set("seconds", seconds);
    return json;
}

RecipeStep leavingInFloat(RecipeStep step, const std::vector<std::string>& layers) {
    auto& exclude = step.params["exclude"];
    exclude = excludeText(exclude.toString(), layers);
    return step;
}

Result<CulpritReport> findCulprits(const Engine& engine, const AnalysedModel& model, CalibrationProvider& calibration,
                                   const CulpritOptions& options, const Work& work) {
    return Culprits(engine, model, calibration, options, work).find();
}

} // namespace lapidary
