// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/profile.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lapidary {

namespace {

/// With fewer runs no pair of order statistics encloses the median with 95 %: 1 - 2 (1/2)^n.
constexpr std::size_t fewestRuns = 6;

double quantile(const std::vector<double>& sorted, double fraction) {
    const double position = fraction * double(sorted.size() - 1);
    const auto low = std::size_t(position);
    const auto high = std::min(low + 1, sorted.size() - 1);
    return sorted[low] + (sorted[high] - sorted[low]) * (position - double(low));
}

/// Ranks (0-based) of the order statistics that enclose the median with at least 95 %: the normal approximation of the
/// binomial, exact enough from ten runs on.
std::pair<std::size_t, std::size_t> medianRanks(std::size_t n) {
    const double half = 1.959964 * std::sqrt(double(n)) / 2;
    const double low = std::floor(double(n) / 2 - half) - 1;
    const double high = std::ceil(double(n) / 2 + half);
    return {std::size_t(std::max(0.0, low)), std::min(n - 1, std::size_t(std::max(0.0, high)))};
}

double medianOf(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return quantile(values, 0.5);
}

} // namespace

TimingSummary summarizeTimings(std::vector<double> runs, double wantedRelativeWidth) {
    TimingSummary summary;
    summary.runs = runs.size();
    if (runs.empty()) {
        summary.verdict = "unstable: no runs";
        return summary;
    }
    const std::size_t half = runs.size() / 2;
    const double firstHalf = half > 0 ? medianOf({runs.begin(), runs.begin() + std::ptrdiff_t(half)}) : runs.front();
    const double secondHalf = medianOf({runs.begin() + std::ptrdiff_t(half), runs.end()});
    summary.mean = std::accumulate(runs.begin(), runs.end(), 0.0) / double(runs.size());
    std::sort(runs.begin(), runs.end());
    summary.minimum = runs.front();
    summary.maximum = runs.back();
    summary.median = quantile(runs, 0.5);
    summary.p90 = quantile(runs, 0.9);
    summary.p99 = quantile(runs, 0.99);
    const auto [low, high] = medianRanks(runs.size());
    summary.ciLow = runs[low];
    summary.ciHigh = runs[high];
    const double scale = std::max(summary.median, 1e-9);
    summary.spread = (quantile(runs, 0.75) - quantile(runs, 0.25)) / scale;
    const double width = (summary.ciHigh - summary.ciLow) / scale;
    const double drift = (secondHalf - firstHalf) / scale;
    const auto percent = [](double share) { return std::to_string(int(std::lround(share * 100))) + " %"; };
    if (runs.size() < fewestRuns)
        summary.verdict = "unstable: " + std::to_string(runs.size()) + " runs are too few";
    else if (width > wantedRelativeWidth)
        summary.verdict = "unstable: the median's interval is " + percent(width) + " wide";
    else if (std::abs(drift) > std::max(0.05, 2 * wantedRelativeWidth))
        summary.verdict = "unstable: the second half was " + percent(drift) + (drift > 0 ? " slower" : " different");
    else {
        summary.stable = true;
        summary.verdict = "stable";
    }
    return summary;
}

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
    json.set("load_ms", loadMs);
    json.set("first_run_ms", firstRunMs);
    json.set("peak_memory_bytes", std::int64_t(peakMemoryBytes));
    if (energyMillijoules >= 0)
        json.set("energy_mj", energyMillijoules);
    json.set("unattributed_ms", unattributedMs);
    Json::Array all;
    for (const double ms : runsMs)
        all.emplace_back(ms);
    json.set("runs_ms", std::move(all));
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
    for (const auto& ms : json["runs_ms"].array())
        profile.runsMs.push_back(ms.toDouble());
    profile.loadMs = json["load_ms"].toDouble();
    profile.firstRunMs = json["first_run_ms"].toDouble();
    profile.peakMemoryBytes = std::uint64_t(json["peak_memory_bytes"].toInteger());
    profile.energyMillijoules = json["energy_mj"].toDouble(-1);
    profile.unattributedMs = json["unattributed_ms"].toDouble();
    for (const auto& entry : json["nodes"].array())
        profile.nodes.push_back({entry["node"].toString(), entry["op"].toString(), entry["ms"].toDouble(),
                                 entry["share"].toDouble(), entry["kernel"].toString(), entry["precision"].toString(),
                                 entry["fused"].toBool()});
    for (const auto& [key, value] : json["environment"].object())
        profile.environment.emplace(key, value.toString());
    return profile;
}

} // namespace lapidary
