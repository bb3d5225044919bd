// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/timingjson.h"

#include <algorithm>

namespace lapidary {

namespace {

std::size_t countOf(const Json& json) {
    return std::size_t(std::max<std::int64_t>(0, json.toInteger()));
}

} // namespace

void addTiming(Json& json, const TimingSummary& timing) {
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
    Json::Array outliers;
    for (const auto run : timing.outliers)
        outliers.emplace_back(std::int64_t(run));
    json.set("outliers", std::move(outliers));
}

TimingSummary timingOf(const Json& json) {
    TimingSummary timing;
    timing.median = json["median_ms"].toDouble();
    timing.minimum = json["min_ms"].toDouble();
    timing.maximum = json["max_ms"].toDouble();
    timing.mean = json["mean_ms"].toDouble();
    timing.p90 = json["p90_ms"].toDouble();
    timing.p99 = json["p99_ms"].toDouble();
    if (const auto& interval = json["ci95_ms"].array(); interval.size() == 2) {
        timing.ciLow = interval[0].toDouble();
        timing.ciHigh = interval[1].toDouble();
    }
    timing.spread = json["spread"].toDouble();
    timing.runs = countOf(json["runs"]);
    timing.verdict = json["verdict"].toString();
    timing.stable = json["stable"].toBool(timing.verdict == "stable");
    timing.cause = json["cause"].toString();
    timing.autocorrelation = json["autocorrelation"].toDouble();
    for (const auto& run : json["outliers"].array())
        timing.outliers.push_back(countOf(run));
    return timing;
}

Json numbersJson(const std::vector<double>& numbers) {
    return Json(Json::Array(numbers.begin(), numbers.end()));
}

std::vector<double> numbersOf(const Json& list) {
    std::vector<double> numbers;
    for (const auto& number : list.array())
        numbers.push_back(number.toDouble());
    return numbers;
}

} // namespace lapidary
