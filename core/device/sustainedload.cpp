// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/sustainedload.h"

#include "device/timingstatistics.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace lapidary {

namespace {

constexpr double settledWithin = 0.03;
constexpr double worthSaying = 0.03;

double lastingRate(const std::vector<LoadWindow>& windows) {
    std::vector<double> rates;
    for (std::size_t i = windows.size() - (windows.size() + 2) / 3; i < windows.size(); ++i)
        rates.push_back(windows[i].runsPerSecond);
    return medianOf(std::move(rates));
}

} // namespace

void judgeSustained(SustainedLoad& load) {
    const auto& windows = load.windows;
    if (windows.size() < 3) {
        load.verdict = "too short to tell: " + std::to_string(windows.size()) + " windows";
        return;
    }
    load.firstRate = windows.front().runsPerSecond;
    load.lastingRate = lastingRate(windows);
    load.loss = load.firstRate > 0 ? 1 - load.lastingRate / load.firstRate : 0;
    std::size_t settled = windows.size();
    while (settled > 0 && std::abs(windows[settled - 1].runsPerSecond / load.lastingRate - 1) <= settledWithin)
        --settled;
    load.settledSeconds = settled < windows.size() ? windows[settled].startSeconds : -1;
    std::vector<SensorSample> samples;
    for (const auto& window : windows)
        samples.push_back(window.sensors);
    const auto clock = judgeClock(samples);
    const auto percent = std::to_string(std::lround(std::abs(load.loss) * 100)) + " %";
    if (load.loss > worthSaying)
        load.verdict =
            "loses " + percent + " of its first speed" + (clock.sentence.empty() ? "" : ": " + clock.sentence);
    else if (load.loss < -worthSaying)
        load.verdict = "gets " + percent + " faster than at first";
    else
        load.verdict = "keeps its speed";
    if (load.settledSeconds < 0)
        load.verdict += "; it had not settled at the end";
}

Json SustainedLoad::toJson() const {
    Json json;
    json.set("first_runs_per_second", firstRate);
    json.set("lasting_runs_per_second", lastingRate);
    json.set("loss", loss);
    if (settledSeconds >= 0)
        json.set("settled_seconds", settledSeconds);
    json.set("verdict", verdict);
    Json::Array list;
    for (const auto& window : windows) {
        Json entry;
        entry.set("start_seconds", window.startSeconds);
        entry.set("seconds", window.seconds);
        entry.set("runs", std::int64_t(window.runs));
        entry.set("runs_per_second", window.runsPerSecond);
        entry.set("median_ms", window.medianMs);
        if (window.sensors.clockMhz > 0)
            entry.set("clock_mhz", window.sensors.clockMhz);
        if (window.sensors.celsius > 0)
            entry.set("celsius", window.sensors.celsius);
        if (window.sensors.throttles >= 0)
            entry.set("throttles", window.sensors.throttles);
        list.push_back(std::move(entry));
    }
    json.set("windows", std::move(list));
    return json;
}

Result<SustainedLoad> SustainedLoad::fromJson(const Json& json) {
    const auto& list = json["windows"].array();
    if (list.empty())
        return errorDiagnostic("load.format", "This is not a run under load: it has no windows");
    SustainedLoad load;
    load.firstRate = json["first_runs_per_second"].toDouble();
    load.lastingRate = json["lasting_runs_per_second"].toDouble();
    load.loss = json["loss"].toDouble();
    load.settledSeconds = json["settled_seconds"].toDouble(-1);
    load.verdict = json["verdict"].toString();
    for (const auto& entry : list) {
        LoadWindow window;
        window.startSeconds = entry["start_seconds"].toDouble();
        window.seconds = entry["seconds"].toDouble();
        window.runs = std::size_t(std::max<std::int64_t>(0, entry["runs"].toInteger()));
        window.runsPerSecond = entry["runs_per_second"].toDouble();
        window.medianMs = entry["median_ms"].toDouble();
        window.sensors.clockMhz = entry["clock_mhz"].toDouble(-1);
        window.sensors.celsius = entry["celsius"].toDouble(-1);
        window.sensors.throttles = entry["throttles"].toInteger(-1);
        load.windows.push_back(std::move(window));
    }
    return load;
}

Result<SustainedLoad> measureSustained(const TimedRun& run, double seconds, const Work& work,
                                       const HostSensors* sensors) {
    using Clock = std::chrono::steady_clock;
    SustainedLoad load;
    const double length = std::max(0.25, seconds / 40);
    const auto start = Clock::now();
    const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
    while (elapsed() < seconds) {
        LoadWindow window;
        window.startSeconds = elapsed();
        std::vector<double> times;
        do {
            if (auto status = work.check(); !status)
                return status;
            const auto ms = run();
            if (!ms)
                return ms.status();
            times.push_back(*ms);
        } while (elapsed() - window.startSeconds < length);
        window.seconds = elapsed() - window.startSeconds;
        window.runs = times.size();
        window.runsPerSecond = double(times.size()) / window.seconds;
        window.medianMs = medianOf(std::move(times));
        if (sensors)
            window.sensors = sensors->sample();
        load.windows.push_back(std::move(window));
        work.progress.set(std::min(1.0, elapsed() / seconds));
    }
    judgeSustained(load);
    work.progress.set(1);
    return load;
}

} // namespace lapidary
