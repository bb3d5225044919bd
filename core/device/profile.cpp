// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/profile.h"

#include <algorithm>

namespace lapidary {

namespace {

Json numbersJson(const std::vector<double>& numbers) {
    Json::Array list;
    for (const double number : numbers)
        list.emplace_back(number);
    return list;
}

} // namespace

Json Profile::toJson() const {
    Json json;
    json.set("device", device);
    json.set("threads", threads);
    json.set("batch", batch);
    json.set("median_ms", timing.median);
    json.set("min_ms", timing.minimum);
    json.set("max_ms", timing.maximum);
    json.set("mean_ms", timing.mean);
    json.set("p90_ms", timing.p90);
    json.set("p99_ms", timing.p99);
    json.set("ci95_ms", Json::Array{timing.ciLow, timing.ciHigh});
    json.set("spread", timing.spread);
    json.set("runs", std::int64_t(timing.runs));
    json.set("stable", timing.stable);
    json.set("verdict", timing.verdict);
    json.set("cause", timing.cause);
    json.set("autocorrelation", timing.autocorrelation);
    json.set("estimate", estimate);
    Json::Array outliers;
    for (const auto run : timing.outliers)
        outliers.emplace_back(std::int64_t(run));
    json.set("outliers", std::move(outliers));
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
    auto& timing = profile.timing;
    timing.median = json["median_ms"].toDouble();
    timing.minimum = json["min_ms"].toDouble();
    timing.maximum = json["max_ms"].toDouble();
    timing.mean = json["mean_ms"].toDouble();
    timing.p90 = json["p90_ms"].toDouble();
    timing.p99 = json["p99_ms"].toDouble();
    if (json["ci95_ms"].array().size() == 2) {
        timing.ciLow = json["ci95_ms"].array()[0].toDouble();
        timing.ciHigh = json["ci95_ms"].array()[1].toDouble();
    }
    timing.spread = json["spread"].toDouble();
    timing.runs = std::size_t(std::max<std::int64_t>(0, json["runs"].toInteger()));
    timing.stable = json["stable"].toBool();
    timing.verdict = json["verdict"].toString();
    timing.cause = json["cause"].toString();
    timing.autocorrelation = json["autocorrelation"].toDouble();
    for (const auto& run : json["outliers"].array())
        timing.outliers.push_back(std::size_t(std::max<std::int64_t>(0, run.toInteger())));
    profile.estimate = json["estimate"].toBool();
    for (const auto& ms : json["settling_ms"].array())
        profile.settlingMs.push_back(ms.toDouble());
    for (const auto& ms : json["runs_ms"].array())
        profile.runsMs.push_back(ms.toDouble());
    profile.loadMs = json["load_ms"].toDouble();
    profile.firstRunMs = json["first_run_ms"].toDouble();
    profile.peakMemoryBytes = std::uint64_t(json["peak_memory_bytes"].toInteger());
    profile.energyMillijoules = json["energy_mj"].toDouble(-1);
    profile.unattributedMs = json["unattributed_ms"].toDouble();
    for (const auto& entry : json["nodes"].array()) {
        profile.nodes.push_back({entry["node"].toString(), entry["op"].toString(), entry["ms"].toDouble(),
                                 entry["share"].toDouble(), entry["kernel"].toString(), entry["precision"].toString(),
                                 entry["fused"].toBool(), {}});
        for (const auto& name : entry["covers"].array())
            profile.nodes.back().covers.push_back(name.toString());
    }
    for (const auto& [key, value] : json["environment"].object())
        profile.environment.emplace(key, value.toString());
    return profile;
}

} // namespace lapidary
