// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/guard.h"

#include "engine/quantizationerrors.h"
#include "eval/evaluator.h"
#include "eval/outputreference.h"

#include <algorithm>
#include <chrono>
#include <set>

namespace lapidary {
namespace {

constexpr std::string_view passId = "quantize.int8";
constexpr std::string_view halfPassId = "quantize.float16";

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Measures candidates and remembers the best.
class Guard {
public:
    Guard(const Engine& engine, const AnalysedModel& model, CalibrationProvider& calibration, DatasetPtr evaluation,
          const GuardOptions& options, const Work& work)
        : m_engine(engine), m_model(model), m_calibration(calibration), m_evaluation(std::move(evaluation)),
          m_options(options), m_work(work) {}

    Result<GuardResult> run() {
        const auto start = std::chrono::steady_clock::now();
        if (auto status = measureOriginal(); !status)
            return status;
        auto plain = measure({});
        if (!plain)
            return plain.status();
        if (!*plain) {
            if (auto status = rank(); !status)
                return status;
            if (auto status = searchBothWidths(); !status)
                return status;
        }
        if (auto status = finish(); !status)
            return status;
        m_result.seconds = secondsSince(start);
        return std::move(m_result);
    }

private:
    using Layers = std::set<std::size_t>; ///< indices into the ranking
    struct Cost {
        std::int64_t bytes = 0;
        double lost = 0;
    };

    bool budgetLeft() const { return m_result.measurements.size() < std::max<std::size_t>(m_options.evaluations, 2); }

    Status measureOriginal() {
        m_result.before = m_model.totals;
        const Work part = m_work.part(0, 0.05, "Measuring the original");
        if (!m_options.maxDrop) {
            auto reference = OutputReference::make(m_model.model, m_calibration, part);
            if (!reference)
                return reference.status();
            m_reference.emplace(std::move(*reference));
            return {};
        }
        auto top1 = topOne(*m_model.model, part);
        if (!top1)
            return top1.status();
        m_result.original = *top1;
        return {};
    }

    Result<Proportion> topOne(const Model& model, const Work& work) const {
        EvaluateOptions settings;
        settings.threads = m_options.threads;
        auto result = evaluateModel(model, *m_evaluation, settings, work);
        if (!result)
            return result.status();
        if (!result->top1)
            return errorDiagnostic("guard.labels", "The evaluation data has no labels, so there is no top-1 to guard.",
                                   "Give labelled data, or a largest output error instead of a largest drop.");
        return *result->top1;
    }

    RecipeStep stepFor(const std::vector<std::string>& floatLayers) const {
        RecipeStep step{std::string(passId), 0, m_options.params, m_options.nodes, true};
        const auto own = m_options.params.find("exclude");
        const std::string before =
            own != m_options.params.end() && own->second.isString() ? own->second.toString() : "";
        if (!floatLayers.empty())
            step.params["exclude"] = excludeText(before, floatLayers);
        return step;
    }

    RecipeStep halfStepFor(const std::vector<std::string>& floatLayers) const {
        RecipeStep step{std::string(halfPassId), 0, {{"mode", "weights_only"}, {"op_block_list", ""}}, {}, true};
        for (std::string name : floatLayers) {
            std::ranges::replace(name, '*', '?');
            step.nodes.push_back(std::move(name));
        }
        return step;
    }

    std::vector<RecipeStep> stepsFor(const std::vector<std::string>& floatLayers, int weightBits) const {
        std::vector<RecipeStep> steps{stepFor(floatLayers)};
        if (weightBits == 16 && !floatLayers.empty())
            steps.push_back(halfStepFor(floatLayers));
        return steps;
    }

    std::vector<std::string> namesOf(const Layers& layers) const {
        std::vector<std::string> names;
        std::vector<std::size_t> inOrder(layers.begin(), layers.end());
        std::ranges::sort(inOrder, {}, [&](std::size_t i) { return m_position.at(m_result.layers[i].node); });
        for (const std::size_t i : inOrder)
            names.push_back(m_result.layers[i].node);
        return names;
    }

    Result<RunReport> apply(std::vector<RecipeStep> steps, bool quick, const Work& work) const {
        if (quick)
            steps.front().params["check_kernels"] = false;
        Recipe recipe;
        recipe.seed = m_options.seed;
        recipe.steps = std::move(steps);
        return m_engine.apply(m_model.model, recipe, &m_calibration, work);
    }

    /// Whether the limit holds with these layers in float.
    Result<bool> measure(const Layers& layers) {
        const std::pair key(layers.empty() ? 32 : m_weightBits, layers);
        if (const auto known = m_known.find(key); known != m_known.end())
            return m_result.measurements[known->second].met;
        const auto start = std::chrono::steady_clock::now();
        const std::size_t done = m_result.measurements.size();
        const Work part = m_work.part(0.1, 0.97).step(
            std::min(done, m_options.evaluations - 1), m_options.evaluations,
            layers.empty() ? std::string("Everything in 8 bits") : std::to_string(layers.size()) + " layers in float");
        GuardMeasurement measurement;
        measurement.floatLayers = namesOf(layers);
        measurement.weightBits = key.first;
        auto run = apply(stepsFor(measurement.floatLayers, key.first), true, part.part(0, 0.4));
        if (!run)
            return run.status();
        measurement.bytes = run->steps.back().after.bytes;
        if (auto status = judge(run->model, measurement, part.part(0.4, 1)); !status)
            return status;
        if (layers.empty())
            m_plain = run->model;
        measurement.seconds = secondsSince(start);
        const bool met = measurement.met;
        m_known[key] = done;
        m_result.measurements.push_back(std::move(measurement));
        return met;
    }

    Status judge(const ModelPtr& candidate, GuardMeasurement& measurement, const Work& work) const {
        if (m_reference) {
            auto error = m_reference->errorOf(candidate, work);
            if (!error)
                return error.status();
            measurement.lost = 100 * *error;
            measurement.met = measurement.lost <= *m_options.maxErrorPercent;
            return {};
        }
        auto top1 = topOne(*candidate, work);
        if (!top1)
            return top1.status();
        measurement.top1 = *top1;
        measurement.lost = m_result.original->percent - top1->percent;
        measurement.met = measurement.lost <= *m_options.maxDrop + 1e-9;
        return {};
    }

    Status rank() {
        auto errors = quantizationErrors(m_engine, m_model, m_calibration, stepFor({}), m_options.seed,
                                         m_work.part(0.05, 0.1, "Comparing layers"), m_plain);
        if (!errors)
            return errors.status();
        const Graph& graph = *m_model.model->graph;
        for (const LayerError& error : *errors) {
            const std::string name = displayName(*graph.node(error.node));
            m_position.emplace(name, graph.position(error.node));
            m_result.layers.push_back({name, 100 * error.weights, 100 * error.activations, 100 * error.both});
        }
        std::ranges::stable_sort(m_result.layers, std::greater<>(), &GuardLayer::errorPercent);
        return {};
    }

    static Layers firstOf(std::size_t count) {
        Layers layers;
        for (std::size_t i = 0; i < count; ++i)
            layers.insert(layers.end(), i);
        return layers;
    }

    bool canStoreHalves() const { return m_options.sixteenBits && m_engine.passes().find(halfPassId).ok(); }

    /// 16 bits first. Where they fail for as many layers as can be, so will 32 unless weights need more digits or range
    /// than float16 has: one measurement tells.
    Status searchBothWidths() {
        m_most = m_result.layers.size();
        m_weightBits = canStoreHalves() ? 16 : 32;
        if (auto status = search(); !status || m_weightBits == 32 || anyHolds() || m_most == 0)
            return status;
        m_weightBits = 32;
        if (!budgetLeft())
            return {};
        auto met = measureMost();
        return met && *met ? search() : met.status();
    }

    /// As many layers in float as leave something to quantize: all of them may be too many, which is no failure.
    Result<bool> measureMost() {
        auto met = measure(firstOf(m_most));
        if (met || met.error().code != "pass.nothing" || m_most != m_result.layers.size())
            return met;
        --m_most;
        return m_most == 0 ? Result<bool>(false) : measure(firstOf(m_most));
    }

    bool anyHolds() const { return std::ranges::any_of(m_result.measurements, &GuardMeasurement::met); }

    Status search() {
        std::size_t fails = 0, holds = 0; // numbers of ranked layers in float; holds 0: not found yet
        while (holds == 0 && fails < m_most && budgetLeft()) {
            const std::size_t count = std::min(std::max<std::size_t>(2 * fails, 1), m_most);
            auto met = count == m_most ? measureMost() : measure(firstOf(count));
            if (!met)
                return met.status();
            (*met ? holds : fails) = std::min(count, m_most);
        }
        while (holds > fails + 1 && budgetLeft()) {
            const std::size_t middle = (fails + holds) / 2;
            auto met = measure(firstOf(middle));
            if (!met)
                return met.status();
            (*met ? holds : fails) = middle;
        }
        return giveBack(firstOf(holds));
    }

    Status giveBack(Layers kept) {
        if (kept.size() == 1) // the first measurement is the one without it
            m_costs[*kept.begin()] = {std::int64_t(known(kept).bytes) - std::int64_t(known({}).bytes),
                                      known({}).lost - known(kept).lost};
        for (std::size_t i = kept.size(); i-- > 0 && kept.size() > 1 && budgetLeft();) {
            Layers fewer = kept;
            fewer.erase(i);
            auto met = measure(fewer);
            if (!met)
                return met.status();
            const GuardMeasurement& with = known(kept);
            const GuardMeasurement& without = known(fewer);
            m_costs[i] = {std::int64_t(with.bytes) - std::int64_t(without.bytes), without.lost - with.lost};
            if (*met)
                kept = std::move(fewer);
        }
        return {};
    }

    const GuardMeasurement& known(const Layers& layers) const {
        return m_result.measurements[m_known.at({layers.empty() ? 32 : m_weightBits, layers})];
    }

    /// The limit held with the fewest layers in float; else the least lost.
    std::size_t best() const {
        std::size_t best = 0;
        for (std::size_t i = 1; i < m_result.measurements.size(); ++i) {
            const GuardMeasurement &a = m_result.measurements[i], &b = m_result.measurements[best];
            const bool better =
                a.met != b.met ? a.met
                : a.met        ? std::pair(a.floatLayers.size(), a.bytes) < std::pair(b.floatLayers.size(), b.bytes)
                               : a.lost < b.lost;
            if (better)
                best = i;
        }
        return best;
    }

    Status finish() {
        m_result.chosen = best();
        const GuardMeasurement& chosen = m_result.measurements[m_result.chosen];
        m_result.met = chosen.met;
        m_result.floatLayers = chosen.floatLayers;
        m_result.weightBits = chosen.weightBits;
        auto steps = stepsFor(chosen.floatLayers, chosen.weightBits);
        m_result.step = steps.front();
        if (steps.size() > 1)
            m_result.halfStep = steps.back();
        for (const std::string& name : chosen.floatLayers) {
            const auto at = std::ranges::find(m_result.layers, name, &GuardLayer::node);
            if (const auto cost = m_costs.find(std::size_t(at - m_result.layers.begin())); cost != m_costs.end())
                m_result.costs.push_back({name, chosen.weightBits, cost->second.bytes, cost->second.lost});
        }
        auto run = apply(std::move(steps), false, m_work.part(0.97, 1, "Writing the result"));
        if (!run)
            return run.status();
        m_result.run = std::move(*run);
        return {};
    }

    const Engine& m_engine;
    const AnalysedModel& m_model;
    CalibrationProvider& m_calibration;
    DatasetPtr m_evaluation;
    const GuardOptions& m_options;
    const Work& m_work;
    std::optional<OutputReference> m_reference;
    ModelPtr m_plain; ///< everything in 8 bits
    std::map<std::string, std::size_t> m_position;
    int m_weightBits = 32;  ///< of layers in float, in what is measured now
    std::size_t m_most = 0; ///< of the ranking: so many in float leave something to quantize, as far as known
    std::map<std::pair<int, Layers>, std::size_t> m_known;
    std::map<std::size_t, Cost> m_costs; ///< by index into the ranking
    GuardResult m_result;
};

Json costsJson(const std::vector<GuardCost>& costs) {
    Json::Array list;
    for (const GuardCost& cost : costs) {
        Json entry;
        entry.set("node", cost.node);
        entry.set("weight_bits", cost.weightBits);
        entry.set("bytes", cost.bytes);
        entry.set("lost_in_8_bits", cost.lost);
        list.push_back(std::move(entry));
    }
    return list;
}

Json measurementJson(const GuardMeasurement& one) {
    Json json;
    Json::Array layers(one.floatLayers.begin(), one.floatLayers.end());
    json.set("float_layers", std::move(layers));
    if (!one.floatLayers.empty())
        json.set("weight_bits", one.weightBits);
    if (one.top1) {
        json.set("top1", one.top1->percent);
        json.set("drop", one.lost);
    } else {
        json.set("error_percent", one.lost);
    }
    json.set("met", one.met);
    json.set("bytes", one.bytes);
    json.set("seconds", one.seconds);
    return json;
}

} // namespace

Recipe GuardResult::recipe(std::uint64_t seed) const {
    Recipe recipe;
    recipe.name = "guarded";
    recipe.seed = seed;
    recipe.steps = {step};
    if (halfStep)
        recipe.steps.push_back(*halfStep);
    return recipe;
}

Json GuardResult::toJson() const {
    Json json;
    json.set("met", met);
    json.set("float_layers", Json::Array(floatLayers.begin(), floatLayers.end()));
    if (!floatLayers.empty())
        json.set("weight_bits", weightBits);
    json.set("costs", costsJson(costs));
    if (original)
        json.set("top1_before", original->percent);
    json.set("result", measurementJson(measurements[chosen]));
    json.set("before", before.toJson());
    json.set("after", run.steps.back().after.toJson());
    json.set("recipe", recipe().toJson());
    Json::Array list;
    for (const GuardMeasurement& one : measurements)
        list.push_back(measurementJson(one));
    json.set("measurements", std::move(list));
    Json::Array ranking;
    for (const GuardLayer& layer : layers) {
        Json entry;
        entry.set("node", layer.node);
        entry.set("error_percent", layer.errorPercent);
        entry.set("weights_error_percent", layer.weightsPercent);
        entry.set("activations_error_percent", layer.activationsPercent);
        ranking.push_back(std::move(entry));
    }
    json.set("layers", std::move(ranking));
    json.set("seconds", seconds);
    return json;
}

std::string excludeText(const std::string& before, const std::vector<std::string>& names) {
    std::string text = before;
    for (std::string name : names) {
        for (char& c : name) // what would mean something to a list of globs stands for itself
            if (c == ',' || c == '*')
                c = '?';
        text += (text.empty() ? "" : ",") + name;
    }
    return text;
}

Result<GuardResult> guardAccuracy(const Engine& engine, const AnalysedModel& model, CalibrationProvider& calibration,
                                  const DatasetPtr& evaluation, const GuardOptions& options, const Work& work) {
    if (options.maxDrop.has_value() == options.maxErrorPercent.has_value())
        return errorDiagnostic("guard.limit", "The guard needs one limit: a largest drop or a largest output error.");
    if (options.maxDrop && (!evaluation || !evaluation->labelled()))
        return errorDiagnostic("guard.labels", "A largest drop of accuracy needs labelled data.",
                               "Give labelled data, or a largest output error instead of a largest drop.");
    return Guard(engine, model, calibration, evaluation, options, work).run();
}

} // namespace lapidary
