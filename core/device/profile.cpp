// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/profile.h"

#include "device/timingjson.h"

namespace lapidary {

Json Profile::toJson() const {
    Json json;
    json.set("device", device);
    json.set("threads", threads);
    json.set("batch", batch);
    addTiming(json, timing);
    json.set("estimate", estimate);
    json.set("load_ms", loadMs);
    json.set("first_run_ms", firstRunMs);
    json.set("peak_memory_bytes", std::int64_t(peakMemoryBytes));
    if (energyMillijoules >= 0)
        json.set("energy_mj", energyMillijoules);
    json.set("unattributed_ms", unattributedMs);
    json.set("runs_ms", numbersJson(runsMs));
    json.set("settling_ms", numbersJson(settlingMs));
    Json::Array nodeList;
    for (const auto& node : nodes) {
        Json entry;
        entry.set("node", node.node);
        entry.set("op", node.opType);
        entry.set("ms", node.ms);
        entry.set("share", node.share);
        entry.set("kernel", node.kernel);
        entry.set("precision", node.precision);
        entry.set("fused", node.fused);
        if (!node.covers.empty()) {
            Json::Array covered;
            for (const auto& name : node.covers)
                covered.emplace_back(name);
            entry.set("covers", std::move(covered));
        }
        nodeList.push_back(std::move(entry));
    }
    json.set("nodes", std::move(nodeList));
    Json::Object facts;
    for (const auto& [key, value] : environment)
        facts.emplace(key, value);
    json.set("environment", std::move(facts));
    return json;
}

Result<Profile> Profile::fromJson(const Json& json) {
    if (!json["median_ms"].isNumber() || !json["runs"].isNumber())
        return errorDiagnostic("profile.format", "This is not a profile: 'median_ms' or 'runs' is missing");
    Profile profile;
    profile.device = json["device"].toString();
    profile.threads = int(json["threads"].toInteger());
    profile.batch = int(json["batch"].toInteger(1));
    profile.timing = timingOf(json);
    profile.estimate = json["estimate"].toBool();
    profile.settlingMs = numbersOf(json["settling_ms"]);
    profile.runsMs = numbersOf(json["runs_ms"]);
    profile.loadMs = json["load_ms"].toDouble();
    profile.firstRunMs = json["first_run_ms"].toDouble();
    profile.peakMemoryBytes = std::uint64_t(json["peak_memory_bytes"].toInteger());
    profile.energyMillijoules = json["energy_mj"].toDouble(-1);
    profile.unattributedMs = json["unattributed_ms"].toDouble();
    for (const auto& entry : json["nodes"].array()) {
        profile.nodes.push_back({entry["node"].toString(),
                                 entry["op"].toString(),
                                 entry["ms"].toDouble(),
                                 entry["share"].toDouble(),
                                 entry["kernel"].toString(),
                                 entry["precision"].toString(),
                                 entry["fused"].toBool(),
                                 {}});
        for (const auto& name : entry["covers"].array())
            profile.nodes.back().covers.push_back(name.toString());
    }
    for (const auto& [key, value] : json["environment"].object())
        profile.environment.emplace(key, value.toString());
    return profile;
}

} // namespace lapidary
