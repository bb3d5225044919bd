// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/variantreadings.h"

#include "engine/devicemeasurements.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lapidary {

namespace {

bool endsWith(std::string_view text, std::string_view end) {
    return text.size() > end.size() && text.substr(text.size() - end.size()) == end;
}

void put(std::vector<MetricReading>& readings, MetricReading reading) {
    if (!std::isfinite(reading.value))
        return;
    const auto it = std::find_if(readings.begin(), readings.end(), [&](const MetricReading& known) {
        return known.metric == reading.metric && known.device == reading.device;
    });
    if (it == readings.end())
        readings.push_back(std::move(reading));
    else if (!reading.estimate || it->estimate)
        *it = std::move(reading);
}

/// What an evaluation tells about itself and not about the model.
bool isBookkeeping(std::string_view key) {
    static constexpr std::array<std::string_view, 9> keys = {"samples",    "skipped",           "classes",
                                                             "seconds",    "inference_seconds", "limit",
                                                             "population", "drop_lost",         "drop_gained"};
    return std::find(keys.begin(), keys.end(), key) != keys.end() || endsWith(key, "_low") || endsWith(key, "_high");
}

/// `device`: where it ran, if that was another than this computer. `early`: stopped when the answer was clear; what it
/// says of all samples is an estimate.
void addEvaluation(const RunRecord& run, const std::string& device, bool early, std::vector<MetricReading>& readings) {
    for (const auto& [key, value] : run.result.object()) {
        if (!value.isNumber() || isBookkeeping(key))
            continue;
        MetricReading reading{key, device, value.toDouble(), {}, early || run.result["estimate"].toBool()};
        const auto name = early && run.result.contains(key + "_of_all_low") ? key + "_of_all" : key;
        const Json& low = run.result[name + "_low"];
        const Json& high = run.result[name + "_high"];
        if (low.isNumber() && high.isNumber())
            reading.interval = {low.toDouble(), high.toDouble()};
        put(readings, std::move(reading));
    }
}

void addProfile(const RunRecord& run, std::vector<MetricReading>& readings) {
    const Json& result = run.result;
    const bool estimate = result["estimate"].toBool();
    const auto take = [&](const char* key, const char* metric, double least) {
        if (const Json& value = result[key]; value.isNumber() && value.toDouble() >= least)
            put(readings, {metric, run.subject, value.toDouble(), {}, estimate});
    };
    if (!result["median_ms"].isNumber())
        return;
    MetricReading latency{"latency_ms", run.subject, result["median_ms"].toDouble(), {}, estimate};
    if (const auto& interval = result["ci95_ms"].array(); interval.size() == 2)
        latency.interval = {interval[0].toDouble(), interval[1].toDouble()};
    put(readings, std::move(latency));
    take("p90_ms", "p90_ms", 0);
    take("p99_ms", "p99_ms", 0);
    take("first_run_ms", "first_run_ms", 1e-12);
    take("load_ms", "load_ms", 1e-12);
    take("peak_memory_bytes", "peak_memory_bytes", 1);
    take("energy_mj", "energy_mj", 0);
}

} // namespace

void addReadings(const RunRecord& run, std::vector<MetricReading>& readings) {
    if (run.kind == "evaluation" || run.kind == "evaluation-early")
        addEvaluation(run, {}, run.kind != "evaluation", readings);
    else if (run.kind == deviceEvaluationKind)
        addEvaluation(run, run.subject, false, readings);
    else if (run.kind == "profile")
        addProfile(run, readings);
}

const MetricReading* findReading(const std::vector<MetricReading>& readings, std::string_view metric,
                                 std::string_view device) {
    const auto it = std::find_if(readings.begin(), readings.end(), [&](const MetricReading& reading) {
        return reading.metric == metric && reading.device == device;
    });
    return it == readings.end() ? nullptr : &*it;
}

} // namespace lapidary
