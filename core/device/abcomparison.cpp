// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/abcomparison.h"

#include "device/timingjson.h"
#include "device/timingstatistics.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>

namespace lapidary {

namespace {

std::string percentText(double share) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", std::abs(share) * 100);
    return text;
}

void judgeRatio(AbComparison& result, double width) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < result.aMs.size(); ++i)
        ratios.push_back(result.bMs[i] / std::max(result.aMs[i], 1e-9));
    const auto interval = medianInterval(ratios);
    result.ratio = interval.median;
    result.ratioLow = interval.low;
    result.ratioHigh = interval.high;
    const auto range = " (95 %: " + percentText(result.ratioLow - 1) + " to " + percentText(result.ratioHigh - 1) + ")";
    using Outcome = AbComparison::Outcome;
    if (ratios.size() < fewestTimings) {
        result.outcome = Outcome::Unclear;
        result.verdict = std::to_string(ratios.size()) + " pairs are too few";
    } else if (result.ratioHigh < 1) {
        result.outcome = Outcome::BFaster;
        result.verdict = "B takes " + percentText(result.ratio - 1) + " less time than A" + range;
    } else if (result.ratioLow > 1) {
        result.outcome = Outcome::BSlower;
        result.verdict = "B takes " + percentText(result.ratio - 1) + " more time than A" + range;
    } else if (result.ratioLow > 1 - width && result.ratioHigh < 1 + width) {
        result.outcome = Outcome::Same;
        result.verdict = "A and B take the same time within " + percentText(width);
    } else {
        result.outcome = Outcome::Unclear;
        result.verdict = "no difference could be told: B takes between " + percentText(1 - result.ratioLow) +
                         " less and " + percentText(result.ratioHigh - 1) + " more time than A";
    }
}

/// A side whose runs fall into groups, or jump where the other side's do not, differs by something that belongs to its
/// session and not to its model (where its threads happened to land): no pairing takes that out.
void doubtUnevenSides(AbComparison& result) {
    using Outcome = AbComparison::Outcome;
    if (result.outcome != Outcome::BFaster && result.outcome != Outcome::BSlower)
        return;
    const bool modes = result.a.cause == "modes" || result.b.cause == "modes";
    const auto moves = [](const TimingSummary& side) { return side.cause == "step" || side.cause == "drift"; };
    const bool steps = (result.a.cause == "step" && !moves(result.b)) || (result.b.cause == "step" && !moves(result.a));
    if (!modes && !steps)
        return;
    result.outcome = Outcome::Unclear;
    result.verdict = "no difference could be told: " +
                     std::string(modes ? "runs fall into groups" : "one of both jumps in between") +
                     ", so the ratio says more about the computer than about the models. Try one thread, or pin the "
                     "cores, or close other programs";
}

Status runPair(const TimedRun& a, const TimedRun& b, bool aFirst, AbComparison* into) {
    double ms[2] = {0, 0};
    for (const bool first : {true, false}) {
        const bool isA = first == aFirst;
        const auto timed = isA ? a() : b();
        if (!timed)
            return timed.status();
        ms[isA ? 0 : 1] = *timed;
    }
    if (into) {
        into->aMs.push_back(ms[0]);
        into->bMs.push_back(ms[1]);
    }
    return {};
}

Json sideJson(const TimingSummary& timing) {
    Json json;
    addTiming(json, timing);
    return json;
}

AbComparison::Outcome outcomeOf(std::string_view name) {
    using Outcome = AbComparison::Outcome;
    for (const auto outcome : {Outcome::BFaster, Outcome::BSlower, Outcome::Same})
        if (outcomeName(outcome) == name)
            return outcome;
    return Outcome::Unclear;
}

} // namespace

std::string_view outcomeName(AbComparison::Outcome outcome) {
    switch (outcome) {
    case AbComparison::Outcome::BFaster:
        return "b_faster";
    case AbComparison::Outcome::BSlower:
        return "b_slower";
    case AbComparison::Outcome::Same:
        return "same";
    case AbComparison::Outcome::Unclear:
        break;
    }
    return "unclear";
}

Json AbComparison::toJson() const {
    Json json;
    json.set("ratio", ratio);
    json.set("ratio_ci95", Json::Array{ratioLow, ratioHigh});
    json.set("outcome", outcomeName(outcome));
    json.set("verdict", verdict);
    json.set("pairs", std::int64_t(aMs.size()));
    json.set("a", sideJson(a));
    json.set("b", sideJson(b));
    json.set("a_runs_ms", numbersJson(aMs));
    json.set("b_runs_ms", numbersJson(bMs));
    return json;
}

Result<AbComparison> AbComparison::fromJson(const Json& json) {
    AbComparison result;
    result.aMs = numbersOf(json["a_runs_ms"]);
    result.bMs = numbersOf(json["b_runs_ms"]);
    const auto& interval = json["ratio_ci95"].array();
    if (!json["ratio"].isNumber() || interval.size() != 2 || result.aMs.empty() ||
        result.aMs.size() != result.bMs.size())
        return errorDiagnostic("comparison.format", "This is not a comparison in turns: ratio or runs are missing");
    result.ratio = json["ratio"].toDouble();
    result.ratioLow = interval[0].toDouble();
    result.ratioHigh = interval[1].toDouble();
    result.outcome = outcomeOf(json["outcome"].toString());
    result.verdict = json["verdict"].toString();
    result.a = timingOf(json["a"]);
    result.b = timingOf(json["b"]);
    return result;
}

Result<AbComparison> compareInterleaved(const TimedRun& a, const TimedRun& b, const ProfileOptions& options,
                                        const Work& work, const HostSensors* sensors, std::uint64_t seed) {
    AbComparison result;
    std::mt19937_64 random(seed);
    const auto pair = [&](AbComparison* into) {
        auto status = work.check();
        return status ? runPair(a, b, (random() & 1) != 0, into) : status;
    };
    for (std::size_t i = 0; i < std::max<std::size_t>(1, options.warmupRuns); ++i)
        if (auto status = pair(nullptr); !status)
            return status;
    const auto start = std::chrono::steady_clock::now();
    double nextSample = 0;
    std::size_t nextLook = std::max(options.minRuns, fewestTimings);
    while (result.aMs.size() < options.maxRuns) {
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (sensors && seconds >= nextSample) {
            result.samples.push_back(sensors->sample());
            nextSample = seconds + 0.25;
        }
        if (result.aMs.size() >= options.minRuns && seconds >= options.maxSeconds)
            break;
        if (auto status = pair(&result); !status)
            return status;
        work.progress.set(std::max(seconds / std::max(options.maxSeconds, 1e-3),
                                   double(result.aMs.size()) / double(options.maxRuns)));
        if (result.aMs.size() < nextLook)
            continue;
        judgeRatio(result, options.relativeWidth);
        if (result.ratioHigh - result.ratioLow <= options.relativeWidth)
            break;
        nextLook += std::max<std::size_t>(5, nextLook / 4);
    }
    if (result.aMs.empty())
        return errorDiagnostic("device.no_runs", "Nothing was compared: no runs are allowed",
                               "Allow at least one run.");
    judgeRatio(result, options.relativeWidth);
    result.a = summarizeTimings(result.aMs, options.relativeWidth);
    result.b = summarizeTimings(result.bMs, options.relativeWidth);
    const auto clock = judgeClock(result.samples);
    explainByClock(result.a, clock);
    explainByClock(result.b, clock);
    doubtUnevenSides(result);
    work.progress.set(1);
    return result;
}

} // namespace lapidary
