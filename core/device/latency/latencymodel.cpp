// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/latency/latencymodel.h"

#include "graph/operatortraits.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <unordered_map>

namespace lapidary {

namespace {

constexpr std::size_t fewestForFamily = 3;
constexpr int slowestLearning = 8;  ///< a newer time counts at least an eighth
constexpr double tableError = 0.03; ///< what one profile and the next differ by, typically
constexpr double leastMs = 1e-5;    ///< below what profilers resolve
constexpr double relatedError = 1.0;
constexpr const char* layersTogether = "*layers";
constexpr const char* othersTogether = "*others";

std::string fusionKey(const Graph& graph, const Node& node) {
    const auto* producer = node.input(0).valid() ? graph.producer(node.input(0)) : nullptr;
    return node.opType + " < " + (producer ? producer->opType : "");
}

} // namespace

std::string_view basisName(EstimateBasis basis) {
    switch (basis) {
    case EstimateBasis::Table:
        return "table";
    case EstimateBasis::Family:
        return "family";
    case EstimateBasis::Related:
        return "related";
    case EstimateBasis::Unknown:
        break;
    }
    return "unknown";
}

std::size_t LatencyModel::shapesKnown() const {
    const std::lock_guard lock(m_mutex);
    return m_table.size();
}

void LatencyModel::add(const LayerFeatures& layer, double ms) {
    auto& entry = m_table[layer.signature];
    const double target = std::log(std::max(ms, leastMs) / layer.work());
    entry.measured = std::min(entry.measured + 1, slowestLearning);
    entry.sample.logMsPerWork += (target - entry.sample.logMsPerWork) / entry.measured;
    entry.sample.logs = layer.logs();
    entry.work = layer.work();
    entry.layer = layer.layer;
    entry.family = layer.family;
}

Result<std::size_t> LatencyModel::learn(const Graph& graph, const ShapeTable& shapes, const Profile& profile) {
    std::string problem;
    if (profile.estimate)
        problem = "It is an estimate itself";
    else if (profile.nodes.empty())
        problem = "It has no times per node";
    else if (profile.batch != 1)
        problem = "It was made with batch " + std::to_string(profile.batch);
    else if (profile.device != m_device || profile.threads != m_threads)
        problem = "It is of " + profile.device + " with " + std::to_string(profile.threads) + " threads, not of " +
                  m_device + " with " + std::to_string(m_threads);
    if (!problem.empty())
        return errorDiagnostic("latency.profile", "The latency model cannot learn from this profile: " + problem,
                               "Profile with times per node and batch 1.");
    std::unordered_map<std::string, const NodeTime*> times;
    for (const auto& time : profile.nodes)
        times.emplace(time.node, &time);
    std::set<std::string> covered;
    for (const auto& time : profile.nodes)
        covered.insert(time.covers.begin(), time.covers.end());
    const std::lock_guard lock(m_mutex);
    std::size_t learned = 0;
    for (const auto& node : graph.nodes()) {
        const auto name = displayName(*node);
        const auto found = times.find(name);
        const bool fused = found == times.end() && covered.count(name) > 0;
        if (found == times.end() && !fused)
            continue;
        auto& seen = m_fusions[fusionKey(graph, *node)];
        ++(fused ? seen.fused : seen.alone);
        const auto features = fused ? std::nullopt : layerFeatures(graph, *node, shapes);
        if (!features)
            continue;
        add(*features, found->second->ms);
        ++learned;
    }
    m_fits.clear();
    return learned;
}

std::shared_ptr<const LatencyFit> LatencyModel::fitOf(const std::string& family, bool layer) const {
    const auto make = [&](const std::string& key, auto belongs,
                          std::size_t fewest) -> std::shared_ptr<const LatencyFit> {
        if (const auto known = m_fits.find(key); known != m_fits.end())
            return known->second;
        std::vector<LatencySample> samples;
        for (const auto& [signature, entry] : m_table)
            if (belongs(entry))
                samples.push_back(entry.sample);
        auto fit = samples.size() >= fewest ? std::make_shared<const LatencyFit>(samples) : nullptr;
        m_fits.emplace(key, fit);
        return fit;
    };
    if (!family.empty())
        return make(
            family, [&](const Entry& entry) { return entry.family == family; }, fewestForFamily);
    return make(
        layer ? layersTogether : othersTogether, [&](const Entry& entry) { return entry.layer == layer; }, 1);
}

LatencyEstimate LatencyModel::estimate(const LayerFeatures& layer) const {
    const std::lock_guard lock(m_mutex);
    if (const auto known = m_table.find(layer.signature); !layer.signature.empty() && known != m_table.end())
        return {std::exp(known->second.sample.logMsPerWork) * known->second.work,
                tableError * (1 + 1.0 / known->second.measured), EstimateBasis::Table};
    auto fit = fitOf(layer.family, layer.layer);
    const bool family = fit != nullptr;
    if (!family)
        fit = fitOf({}, layer.layer);
    if (!fit)
        return {};
    const auto prediction = fit->predict(layer.logs());
    const double error = std::exp(std::min(prediction.deviation, 3.0)) - 1;
    return {std::exp(prediction.logMsPerWork) * layer.work(), family ? error : std::max(error, relatedError),
            family ? EstimateBasis::Family : EstimateBasis::Related};
}

bool LatencyModel::usuallyFused(const Graph& graph, const Node& node) const {
    const std::lock_guard lock(m_mutex);
    const auto seen = m_fusions.find(fusionKey(graph, node));
    return seen != m_fusions.end() && seen->second.fused > seen->second.alone;
}

GraphLatency LatencyModel::estimate(const Graph& graph, const ShapeTable& shapes) const {
    GraphLatency result;
    std::map<std::string, double> errors; // of families, in milliseconds
    for (const auto& node : graph.nodes()) {
        GraphLatency::Layer layer;
        layer.node = node->id;
        layer.fused = usuallyFused(graph, *node);
        const auto features = layerFeatures(graph, *node, shapes);
        if (!features)
            continue;
        if (!layer.fused) {
            layer.estimate = estimate(*features);
            result.ms += layer.estimate.ms;
            errors[features->family] += layer.estimate.ms * layer.estimate.relativeError;
            result.unknown += layer.estimate.basis == EstimateBasis::Unknown ? 1 : 0;
        }
        result.layers.push_back(layer);
    }
    double squares = 0;
    for (const auto& [family, error] : errors)
        squares += error * error;
    result.errorMs = std::sqrt(squares);
    return result;
}

} // namespace lapidary
