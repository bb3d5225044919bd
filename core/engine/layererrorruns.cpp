// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/layererrorruns.h"

#include "base/sha256.h"
#include "engine/environment.h"

#include <cmath>
#include <map>

namespace lapidary {

namespace {

constexpr auto layersKind = "layers";

std::string keyOf(const VariantRecord& a, const VariantRecord& b, const Dataset& data, std::size_t samples) {
    Sha256 hash;
    for (const std::string& part :
         {std::string(layersKind), a.modelHash, b.modelHash, data.hash(), std::to_string(samples), versionText()}) {
        hash.add(std::uint64_t(part.size()));
        hash.add(part);
    }
    return hash.finish();
}

Json entryOf(const LayerDelta& layer) {
    Json entry;
    entry.set("a", layer.valueA);
    entry.set("b", layer.valueB);
    if (!layer.sqnrDb) {
        entry.set("reason", layer.reason);
        return entry;
    }
    if (std::isfinite(*layer.sqnrDb))
        entry.set("sqnr_db", *layer.sqnrDb);
    entry.set("equal", std::isinf(*layer.sqnrDb) && *layer.sqnrDb > 0);
    if (std::isfinite(layer.cosine))
        entry.set("cosine", layer.cosine);
    return entry;
}

Json resultOf(const std::vector<LayerDelta>& layers) {
    Json::Array list;
    for (const auto& layer : layers)
        if (!layer.valueA.empty())
            list.push_back(entryOf(layer));
    Json json;
    json.set("layers", std::move(list));
    return json;
}

/// Whether every layer that can be compared stands in the run; only then anything is taken.
bool take(const Json& result, std::vector<LayerDelta>& layers) {
    std::map<std::pair<std::string, std::string>, const Json*> entries;
    for (const auto& entry : result["layers"].array())
        entries[{entry["a"].toString(), entry["b"].toString()}] = &entry;
    for (const auto& layer : layers)
        if (!layer.valueA.empty() && entries.count({layer.valueA, layer.valueB}) == 0)
            return false;
    for (auto& layer : layers) {
        if (layer.valueA.empty())
            continue;
        const Json& entry = *entries[{layer.valueA, layer.valueB}];
        if (entry.contains("reason")) {
            layer.reason = entry["reason"].toString();
            continue;
        }
        layer.sqnrDb = entry["equal"].toBool()       ? std::numeric_limits<double>::infinity()
                       : entry["sqnr_db"].isNumber() ? entry["sqnr_db"].toDouble()
                                                     : std::numeric_limits<double>::quiet_NaN();
        layer.cosine =
            entry["cosine"].isNumber() ? entry["cosine"].toDouble() : std::numeric_limits<double>::quiet_NaN();
    }
    return true;
}

} // namespace

Status layerErrorsOf(ProjectSession& session, VariantId a, VariantId b, std::vector<LayerDelta>& layers,
                     const AnalysedModel& modelA, const AnalysedModel& modelB, std::size_t samples, const Work& work) {
    const auto data = session.dataset("evaluation");
    if (!data)
        return data.status();
    if (!*data)
        return errorDiagnostic("eval.no_data", "The project has no evaluation data");
    auto& project = session.project();
    const auto recordA = project.variant(a), recordB = project.variant(b);
    for (const auto* record : {&recordA, &recordB})
        if (!*record)
            return record->status();
    const auto key = keyOf(*recordA, *recordB, **data, samples);
    if (const auto runs = project.findRuns(key))
        for (auto run = runs->rbegin(); run != runs->rend(); ++run)
            if (run->kind == layersKind && take(run->result, layers))
                return {};
    if (auto status = measureLayerErrors(layers, modelA, modelB, *data, samples, work); !status)
        return status;
    if (!project.writable())
        return {};
    RunRecord run;
    run.variant = b;
    run.kind = layersKind;
    run.key = key;
    run.subject = (*data)->hash();
    run.settings.set("reference", a);
    run.settings.set("reference_hash", recordA->modelHash);
    run.settings.set("samples", std::uint64_t(samples));
    run.result = resultOf(layers);
    run.environment = environmentJson();
    return project.addRun(run).status();
}

} // namespace lapidary
