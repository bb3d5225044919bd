// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/benchmark.h"

#include "device/timingstatistics.h"

#include <algorithm>
#include <chrono>

namespace lapidary {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double sampleSeconds = 0.25;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

Status warmUp(const TimedRun& run, std::size_t runs, const Work& work) {
    for (std::size_t i = 0; i < std::max<std::size_t>(1, runs); ++i) {
        if (auto status = work.check(); !status)
            return status;
        if (const auto ms = run(); !ms)
            return ms.status();
    }
    return {};
}

/// Takes a slower beginning away from the runs that count.
void settle(BenchmarkRuns& result) {
    const auto step = findStep(result.runsMs);
    if (!step.significant || step.change > -0.04 || step.at * 4 > result.runsMs.size())
        return;
    const auto end = result.runsMs.begin() + std::ptrdiff_t(step.at);
    result.settlingMs.insert(result.settlingMs.end(), result.runsMs.begin(), end);
    result.runsMs.erase(result.runsMs.begin(), end);
}

void readSensors(const HostSensors* sensors, std::vector<SensorSample>& samples, Clock::time_point& last, double every) {
    if (!sensors || secondsSince(last) < every)
        return;
    samples.push_back(sensors->sample());
    last = Clock::now();
}

void finish(BenchmarkRuns& result, const ProfileOptions& options, const HostSensors* sensors, std::size_t timed) {
    result.summary = summarizeTimings(result.runsMs, options.relativeWidth);
    if (result.samples.empty())
        return;
    explainByClock(result.summary, judgeClock(result.samples));
    const double used = sensors->millijoules(result.samples.front(), result.samples.back(), result.samples);
    if (used >= 0 && timed > 0)
        result.millijoules = used / double(timed);
}

} // namespace

void explainByClock(TimingSummary& summary, const ClockVerdict& clock) {
    if (clock.cause.empty() || summary.cause == "few_runs")
        return;
    const bool changed = summary.cause == "step" || summary.cause == "drift" || summary.cause == "modes";
    // A clock that changed without a trace in the times did not matter; throttling always taints.
    if (clock.cause == "clock" && !changed)
        return;
    summary.verdict = changed ? summary.verdict + ": " + clock.sentence : "unstable: " + clock.sentence;
    summary.cause = clock.cause;
    summary.stable = false;
}

Result<BenchmarkRuns> benchmark(const TimedRun& run, const ProfileOptions& options, const Work& work,
                                const HostSensors* sensors) {
    BenchmarkRuns result;
    if (auto status = warmUp(run, options.warmupRuns, work); !status)
        return status;
    const auto start = Clock::now();
    auto sampled = start;
    readSensors(sensors, result.samples, sampled, -1);
    const std::size_t fewest = std::max(options.minRuns, fewestTimings);
    std::size_t nextLook = fewest;
    std::size_t timed = 0;
    while (timed < options.maxRuns) {
        if (auto status = work.check(); !status)
            return status;
        const auto ms = run();
        if (!ms)
            return ms.status();
        result.runsMs.push_back(*ms);
        ++timed;
        readSensors(sensors, result.samples, sampled, sampleSeconds);
        const double seconds = secondsSince(start);
        work.progress.set(std::max(seconds / std::max(options.maxSeconds, 1e-3), double(timed) / double(options.maxRuns)));
        if (timed >= options.minRuns && seconds >= options.maxSeconds)
            break;
        if (timed >= nextLook) {
            settle(result);
            result.summary = summarizeTimings(result.runsMs, options.relativeWidth);
            if (result.summary.stable && result.runsMs.size() >= fewest)
                break;
            nextLook += std::max<std::size_t>(5, nextLook / 4);
        }
    }
    readSensors(sensors, result.samples, sampled, -1);
    finish(result, options, sensors, timed);
    work.progress.set(1);
    return result;
}

} // namespace lapidary
