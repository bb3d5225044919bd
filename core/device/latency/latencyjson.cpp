// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/latency/latencymodel.h"

#include <cmath>

namespace lapidary {

Json GraphLatency::toJson(const Graph& graph) const {
    Json json;
    json.set("estimate", true);
    json.set("ms", ms);
    json.set("error_ms", errorMs);
    json.set("unknown", std::int64_t(unknown));
    Json::Array list;
    for (const auto& layer : layers) {
        const auto* node = graph.node(layer.node);
        Json entry;
        entry.set("node", node ? displayName(*node) : std::string());
        entry.set("op", node ? node->opType : std::string());
        entry.set("ms", layer.estimate.ms);
        entry.set("relative_error", layer.estimate.relativeError);
        entry.set("basis", layer.fused ? std::string_view("fused") : basisName(layer.estimate.basis));
        list.push_back(std::move(entry));
    }
    json.set("nodes", std::move(list));
    return json;
}

Json LatencyModel::toJson() const {
    const std::lock_guard lock(m_mutex);
    Json json;
    json.set("lapidary_latency_model", 1);
    json.set("device", m_device);
    json.set("threads", m_threads);
    Json::Array layers;
    for (const auto& [signature, entry] : m_table) {
        Json item;
        item.set("signature", signature);
        item.set("family", entry.family);
        item.set("layer", entry.layer);
        item.set("measured", entry.measured);
        item.set("work", entry.work);
        item.set("ms", std::exp(entry.sample.logMsPerWork) * entry.work);
        item.set("logs", Json(Json::Array(entry.sample.logs.begin(), entry.sample.logs.end())));
        layers.push_back(std::move(item));
    }
    json.set("layers", std::move(layers));
    Json::Object fusions;
    for (const auto& [key, seen] : m_fusions)
        fusions.emplace(key, Json::Array{seen.fused, seen.alone});
    json.set("fusions", std::move(fusions));
    return json;
}

Result<std::unique_ptr<LatencyModel>> LatencyModel::fromJson(const Json& json) {
    const auto bad = [](const std::string& what) {
        return errorDiagnostic("latency.format", "This is no latency model that can be read: " + what,
                               "Remove it; it is made anew by the next profiles with times per node.");
    };
    if (json["lapidary_latency_model"].toInteger() != 1)
        return bad("'lapidary_latency_model' is not 1");
    if (!json["device"].isString() || !json["threads"].isInteger())
        return bad("'device' or 'threads' is missing");
    auto model = std::make_unique<LatencyModel>(json["device"].toString(), int(json["threads"].toInteger()));
    for (const auto& item : json["layers"].array()) {
        const auto& logs = item["logs"].array();
        Entry entry;
        entry.family = item["family"].toString();
        entry.layer = item["layer"].toBool();
        entry.measured = int(item["measured"].toInteger());
        entry.work = item["work"].toDouble();
        const double ms = item["ms"].toDouble();
        const auto signature = item["signature"].toString();
        if (logs.size() != LayerFeatures::count || signature.empty() || entry.measured < 1 || !(entry.work > 0) ||
            !(ms > 0))
            return bad("the layer '" + signature + "' has missing or impossible numbers");
        for (std::size_t f = 0; f < logs.size(); ++f)
            entry.sample.logs[f] = logs[f].toDouble();
        entry.sample.logMsPerWork = std::log(ms / entry.work);
        model->m_table.emplace(signature, std::move(entry));
    }
    for (const auto& [key, seen] : json["fusions"].object())
        if (seen.array().size() == 2)
            model->m_fusions[key] = {int(seen.array()[0].toInteger()), int(seen.array()[1].toInteger())};
    return model;
}

} // namespace lapidary
