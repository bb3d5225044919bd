// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/sensitivity.h"

#include "data/parallel.h"
#include "engine/sensitivitystore.h"
#include "eval/gram.h"
#include "graph/operatortraits.h"
#include "onnx/onnxwriter.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <mutex>

namespace lapidary {
namespace {

/// How far a variant's first output is from the original's.
class OutputComparison {
public:
    Status add(const Tensor& original, const Tensor& variant) {
        const auto a = FloatView::of(original), b = FloatView::of(variant);
        if (!a || !b)
            return a ? b.status() : a.status();
        if (original.shape != variant.shape)
            return errorDiagnostic("sensitivity.output", "The pass changes the shape of the model's output.");
        for (std::size_t i = 0; i < a->span().size(); ++i) {
            const double difference = double(a->span()[i]) - double(b->span()[i]);
            m_error += difference * difference;
            m_energy += double(a->span()[i]) * double(a->span()[i]);
        }
        m_classes = original.shape.size() == 2 && original.shape[1] > 1;
        for (std::size_t row = 0; m_classes && row < std::size_t(original.shape[0]); ++row) {
            const auto width = std::size_t(original.shape[1]);
            addRow(a->span().subspan(row * width, width), b->span().subspan(row * width, width));
        }
        return {};
    }

    void finish(SensitivityPoint& point) const {
        point.outputError = m_energy > 0 ? m_error / m_energy : 0;
        if (!m_classes || m_rows == 0)
            return;
        point.divergence = std::max(0.0, m_divergence / double(m_rows));
        point.agreementPercent = 100 * double(m_agree) / double(m_rows);
    }

private:
    static double logSum(std::span<const float> row) {
        const double top = double(*std::ranges::max_element(row));
        double sum = 0;
        for (const float value : row)
            sum += std::exp(double(value) - top);
        return top + std::log(sum);
    }

    void addRow(std::span<const float> a, std::span<const float> b) {
        const double logA = logSum(a), logB = logSum(b);
        for (std::size_t c = 0; c < a.size(); ++c) {
            const double own = double(a[c]) - logA;
            m_divergence += std::exp(own) * (own - (double(b[c]) - logB));
        }
        m_agree += std::ranges::max_element(a) - a.begin() == std::ranges::max_element(b) - b.begin() ? 1 : 0;
        ++m_rows;
    }

    double m_error = 0, m_energy = 0, m_divergence = 0;
    std::uint64_t m_rows = 0, m_agree = 0;
    bool m_classes = false;
};

/// One node for each group of coupled nodes, in graph order.
Result<std::vector<std::string>> layersOf(const Engine& engine, const AnalysedModel& model,
                                          const SensitivityOptions& options) {
    RecipeStep step{options.pass, 0, options.params, options.nodes, true};
    step.params[options.parameter] = *std::ranges::max_element(options.levels);
    auto preview = engine.preview(model, step, {}, options.seed);
    if (!preview)
        return preview.status();
    std::set<int> groups;
    std::set<std::string> names;
    std::vector<std::string> layers;
    for (const NodePlan& plan : preview->nodes) {
        const Node& node = *model.model->graph->node(plan.node);
        const bool isLayer = categoryOf(node) == OperatorCategory::Layer;
        const bool changes = plan.channels == 0 || !plan.removed.empty();
        if (!isLayer || !changes || (plan.group >= 0 && !groups.insert(plan.group).second))
            continue;
        if (names.insert(displayName(node)).second)
            layers.push_back(displayName(node));
    }
    if (layers.empty())
        return errorDiagnostic("sensitivity.nothing", "The pass changes no layer of this model at these levels.",
                               "Choose larger levels or other layers.");
    return layers;
}

class Measurement {
public:
    Measurement(const Engine& engine, const AnalysedModel& model, CalibrationProvider& calibration,
                const SensitivityOptions& options)
        : m_engine(engine), m_model(model), m_calibration(calibration), m_options(options) {}

    Result<SensitivityPoint> measure(const std::string& layer, double level, const Work& work) {
        Recipe recipe;
        recipe.seed = m_options.seed;
        RecipeStep step{m_options.pass, 0, m_options.params, {layer}, true};
        step.params[m_options.parameter] = level;
        recipe.steps.push_back(std::move(step));
        auto run = m_engine.apply(m_model.model, recipe, &m_calibration, work.part(0, 0.5));
        if (!run)
            return run.status();
        SensitivityPoint point;
        point.layer = layer;
        point.level = level;
        point.after = run->steps.front().after;
        const Graph& graph = *m_model.model->graph;
        const std::string output = graph.value(graph.outputs().front())->name;
        OutputComparison comparison;
        const auto consume = [&](const StreamedBatch& batch) {
            return comparison.add(*batch.values[0][0], *batch.values[1][0]);
        };
        // The original runs once and is remembered.
        auto streamed =
            m_calibration.stream({{m_model.model, {output}, {}, original()}, {run->model, {output}, {}, nullptr}},
                                 consume, work.part(0.5, 1));
        if (!streamed)
            return streamed.status();
        m_samples = streamed->samples;
        comparison.finish(point);
        return point;
    }

    Status prepare(const Work& work) {
        const Graph& graph = *m_model.model->graph;
        const std::string output = graph.value(graph.outputs().front())->name;
        auto streamed = m_calibration.stream(
            {{m_model.model, {}, {output}, nullptr}}, [](const StreamedBatch&) { return Status(); }, work);
        if (!streamed)
            return streamed.status();
        m_original = streamed->recorded.front();
        return {};
    }

    std::uint64_t samples() const { return m_samples; }

private:
    RecordedPtr original() const { return m_original; }

    const Engine& m_engine;
    const AnalysedModel& m_model;
    CalibrationProvider& m_calibration;
    const SensitivityOptions& m_options;
    RecordedPtr m_original;
    std::atomic<std::uint64_t> m_samples = 0;
};

std::string keyText(const SensitivityOptions& options, const std::string& modelHash, const std::string& dataHash,
                    std::uint64_t samples, int version) {
    return modelHash + "\n" + dataHash + "\n" + std::to_string(samples) + "\n" + options.pass + " " +
           std::to_string(version) + "\n" + toJson(options.params).dump() + "\n" + options.parameter + "\n" +
           std::to_string(options.seed);
}

} // namespace

Result<SensitivityResult> measureSensitivity(const Engine& engine, const AnalysedModel& model,
                                             CalibrationProvider& calibration, const SensitivityOptions& options,
                                             const Work& work) {
    const auto start = std::chrono::steady_clock::now();
    const auto pass = engine.passes().find(options.pass);
    if (!pass)
        return pass.status();
    if (options.levels.empty() || model.model->graph->outputs().empty())
        return errorDiagnostic("sensitivity.nothing", "There are no levels to measure, or the model has no output.");
    const auto layers = layersOf(engine, model, options);
    if (!layers)
        return layers.status();
    const auto hash = modelHash(*model.model);
    if (!hash)
        return hash.status();
    std::vector<double> levels = options.levels;
    std::ranges::sort(levels);
    SensitivityStore store(options.folder, keyText(options, *hash, calibration.dataHash(), calibration.sampleCount(),
                                                   (*pass)->info().version));
    SensitivityResult result;
    result.before = model.totals;
    result.samples = calibration.sampleCount();
    std::vector<std::pair<std::string, double>> missing;
    for (const std::string& layer : *layers)
        for (const double level : levels)
            if (!store.find(layer, level))
                missing.emplace_back(layer, level);
    result.reused = layers->size() * levels.size() - missing.size();
    Measurement measurement(engine, model, calibration, options);
    if (!missing.empty())
        if (auto status = measurement.prepare(work.part(0, 0.05, "Running the original")); !status)
            return status;
    std::vector<Status> problems(missing.size());
    std::atomic<std::size_t> done = 0;
    parallelFor(missing.size(), options.threads, [&](std::size_t i) {
        Work part;
        part.stop = work.stop;
        problems[i] = part.check();
        if (!problems[i])
            return;
        auto point = measurement.measure(missing[i].first, missing[i].second, part);
        if (point)
            store.add(*point);
        else
            problems[i] = point.status();
        work.progress.set(0.05 + 0.95 * double(++done) / double(missing.size()));
    });
    for (const Status& problem : problems)
        if (!problem)
            return problem;
    for (const std::string& layer : *layers)
        for (const double level : levels)
            result.points.push_back(*store.find(layer, level));
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return result;
}

Json SensitivityResult::toJson() const {
    Json json;
    json.set("before", before.toJson());
    Json::Array list;
    for (const SensitivityPoint& point : points)
        list.push_back(lapidary::toJson(point));
    json.set("points", std::move(list));
    json.set("reused", std::uint64_t(reused));
    json.set("samples", samples);
    json.set("seconds", seconds);
    return json;
}

SensitivityResult::Parts SensitivityResult::parts(const std::function<double(const ModelTotals&)>& count) const {
    Parts parts;
    const double whole = count(before);
    for (const SensitivityPoint& point : points) {
        if (parts.layers.empty() || parts.layers.back() != point.layer) {
            parts.layers.push_back(point.layer);
            parts.levels.push_back({0});
            parts.choices.push_back({{0, 0}});
        }
        parts.levels.back().push_back(point.level);
        parts.choices.back().push_back({count(point.after) - whole, point.divergence.value_or(point.outputError)});
    }
    for (auto& choices : parts.choices) { // costs count from what the layer can lose at most
        const double least = std::ranges::min_element(choices, {}, &AllocationChoice::cost)->cost;
        for (AllocationChoice& choice : choices)
            choice.cost -= least;
    }
    return parts;
}

} // namespace lapidary
