// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/latency.h"

#include <QSaveFile>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <mutex>
#include <sstream>

namespace lapidary {

namespace {

std::mutex storing;

std::string fileName(const std::string& device, int threads) {
    std::string name;
    for (const char c : device)
        name += std::isalnum(static_cast<unsigned char>(c)) || c == '-' ? c : '_';
    return name + "-" + std::to_string(threads) + ".json";
}

Status save(const LatencyModel& model) {
    const auto file = latencyFile(model.device(), model.threads());
    std::error_code problem;
    std::filesystem::create_directories(file.parent_path(), problem);
    QSaveFile out(QString::fromStdString(file.string()));
    const auto text = model.toJson().dump(1) + "\n";
    if (!out.open(QIODevice::WriteOnly) || out.write(text.data(), qint64(text.size())) != qint64(text.size()) ||
        !out.commit())
        return errorDiagnostic("latency.save", "The latency model cannot be stored: " + out.errorString().toStdString(),
                               "Set LAPIDARY_CACHE to a folder with room.")
            .inFile(file.string());
    return {};
}

/// The layer as the plan leaves it.
LayerFeatures planned(LayerFeatures layer, const NodePlan& plan) {
    if (plan.channels > 0 || plan.macsAfter != plan.macsBefore) {
        const double output = plan.channels > 0 ? 1 - double(plan.removed.size()) / plan.channels : 1;
        const double work = plan.macsBefore > 0 ? double(plan.macsAfter) / double(plan.macsBefore) : output;
        const double input =
            layer.depthwise || !layer.layer ? output : std::clamp(work / std::max(output, 1e-9), 1e-3, 1.0);
        layer = layer.narrowed(input, output);
    }
    if (plan.precision.empty())
        return layer;
    const auto space = layer.family.rfind(' ');
    const auto bytes = [](const std::string& precision) {
        return precision == "int8" ? 1.0 : precision == "float16" ? 2.0 : 4.0;
    };
    const double share = bytes(plan.precision) / bytes(layer.family.substr(space + 1));
    layer.family = layer.family.substr(0, space + 1) + plan.precision;
    for (double* size : {&layer.inputBytes, &layer.outputBytes, &layer.weightBytes})
        *size *= share;
    layer.signature.clear();
    return layer;
}

/// Sums estimates; layers of one family err together.
class Sum {
public:
    void add(const LayerFeatures& layer, const LatencyEstimate& estimate) {
        m_ms += estimate.ms;
        m_errors[layer.family] += estimate.ms * estimate.relativeError;
    }
    double ms() const { return m_ms; }
    double error() const {
        double squares = 0;
        for (const auto& [family, error] : m_errors)
            squares += error * error;
        return std::sqrt(squares);
    }

private:
    double m_ms = 0;
    std::map<std::string, double> m_errors;
};

} // namespace

std::filesystem::path latencyFile(const std::string& device, int threads) {
    return cacheFolder() / "latency" / fileName(device, threads);
}

Result<std::unique_ptr<LatencyModel>> loadLatencyModel(const std::string& device, int threads) {
    const auto path = latencyFile(device, threads);
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return std::make_unique<LatencyModel>(device, threads);
    std::ostringstream text;
    text << file.rdbuf();
    const auto json = Json::parse(text.str());
    if (!json)
        return Diagnostic(json.error()).inFile(path.string());
    auto model = LatencyModel::fromJson(*json);
    if (!model)
        return Diagnostic(model.error()).inFile(path.string());
    return model;
}

Result<std::size_t> learnLatency(const AnalysedModel& model, const Profile& profile) {
    const std::lock_guard lock(storing);
    const auto latency = loadLatencyModel(profile.device, profile.threads);
    if (!latency)
        return latency.status();
    const auto learned = (*latency)->learn(*model.model->graph, model.shapes, profile);
    if (!learned)
        return learned;
    if (auto status = save(**latency); !status)
        return status;
    return learned;
}

Result<std::shared_ptr<const LatencyModel>> latencyModelFor(const AnalysedModel& model, const Profile& profile) {
    if (profile.estimate)
        return std::shared_ptr<const LatencyModel>();
    auto latency = loadLatencyModel(profile.device, profile.threads);
    if (!latency)
        return latency.status();
    // A project can come from elsewhere, and the cache can have been emptied since.
    const auto& graph = *model.model->graph;
    if ((*latency)->estimate(graph, model.shapes).unknown > 0 && profile.batch == 1 && !profile.nodes.empty())
        if (const auto learned = (*latency)->learn(graph, model.shapes, profile); !learned)
            return learned.status();
    return (*latency)->shapesKnown() > 0 ? std::shared_ptr<const LatencyModel>(std::move(*latency)) : nullptr;
}

Json LatencyForecast::toJson() const {
    Json json;
    json.set("estimate", true);
    json.set("before_ms", beforeMs);
    json.set("after_ms", afterMs);
    json.set("before_error_ms", beforeErrorMs);
    json.set("after_error_ms", afterErrorMs);
    json.set("unknown", std::int64_t(unknown));
    return json;
}

LatencyForecast forecastLatency(const AnalysedModel& model, const PassPreview& preview, const LatencyModel& latency) {
    const auto& graph = *model.model->graph;
    std::map<NodeId, const NodePlan*> plans;
    for (const auto& plan : preview.nodes)
        plans.emplace(plan.node, &plan);
    LatencyForecast forecast;
    Sum before, after;
    for (const auto& node : graph.nodes()) {
        const auto layer = layerFeatures(graph, *node, model.shapes);
        if (!layer || latency.usuallyFused(graph, *node))
            continue;
        const auto now = latency.estimate(*layer);
        if (now.basis == EstimateBasis::Unknown) {
            ++forecast.unknown;
            continue;
        }
        before.add(*layer, now);
        const auto plan = plans.find(node->id);
        if (plan == plans.end()) {
            after.add(*layer, now);
            continue;
        }
        const auto changed = planned(*layer, *plan->second);
        auto then = latency.estimate(changed);
        // Both sides of a change are to be of one kind: a measured layer against an interpolated one would show the
        // interpolation's error as a gain. So the interpolation's ratio is applied to what was measured.
        auto same = *layer;
        same.signature.clear();
        const auto interpolated = latency.estimate(same);
        if (now.basis == EstimateBasis::Table && interpolated.ms > 0)
            then.ms *= now.ms / interpolated.ms;
        after.add(changed, then);
        forecast.nodes[node->id] = {now.ms, then.ms};
    }
    forecast.beforeMs = before.ms();
    forecast.beforeErrorMs = before.error();
    forecast.afterMs = after.ms();
    forecast.afterErrorMs = after.error();
    return forecast;
}

Status fillLatencyTimes(RecipeStep& step, const AnalysedModel& model, const LatencyModel& latency,
                        const PassRegistry& passes) {
    const auto pass = passes.find(step.pass);
    if (!pass)
        return pass.status();
    if (!(*pass)->info().schema.find("layer_ms") || step.params.count("layer_ms"))
        return {};
    const auto& graph = *model.model->graph;
    Json::Object times, fixedTimes;
    for (const auto& node : graph.nodes()) {
        const auto layer = layerFeatures(graph, *node, model.shapes);
        if (!layer || latency.usuallyFused(graph, *node))
            continue;
        const auto now = latency.estimate(*layer);
        if (now.basis == EstimateBasis::Unknown)
            continue;
        times.emplace(displayName(*node), now.ms);
        if (layer->macs <= 0)
            continue;
        auto full = *layer;
        full.signature.clear();
        const auto half = layer->narrowed(0.5, 0.5);
        const double share = latency.estimate(half).ms / std::max(latency.estimate(full).ms, 1e-12);
        const double workShare = half.macs / layer->macs;
        // share = f + (1 - f) workShare
        const double fixedShare = std::clamp((share - workShare) / std::max(1 - workShare, 1e-9), 0.0, 1.0);
        fixedTimes.emplace(displayName(*node), fixedShare * now.ms);
    }
    if (times.empty())
        return errorDiagnostic("latency.unknown",
                               "Nothing is known about the times of this model's layers on " + latency.device() +
                                   " with " + std::to_string(latency.threads()) + " threads",
                               "Profile it, or a similar model, with times per node first.");
    step.params["layer_ms"] = std::move(times);
    if ((*pass)->info().schema.find("layer_fixed_ms"))
        step.params["layer_fixed_ms"] = std::move(fixedTimes);
    return {};
}

} // namespace lapidary
