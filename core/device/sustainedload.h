// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/benchmark.h"

namespace lapidary {

/// One stretch of a long run.
struct LoadWindow {
    double startSeconds = 0, seconds = 0; ///< from the beginning; how long it took
    std::size_t runs = 0;
    double runsPerSecond = 0;
    double medianMs = 0;
    SensorSample sensors; ///< at its end
};

/// What a device keeps up over time: one run after another without pause.
struct SustainedLoad {
    std::vector<LoadWindow> windows;
    double firstRate = 0;       ///< runs per second of the first window
    double lastingRate = 0;     ///< median of the last third of the windows
    double loss = 0;            ///< 1 - lasting / first
    double settledSeconds = -1; ///< from when on every window is within 3 % of the lasting rate; -1: it never settled
    std::string verdict;        ///< "keeps its speed", "loses 18 % in 40 s: the clock went from …"
    Json toJson() const; ///< windows[{start_seconds, runs_per_second, median_ms, clock_mhz, celsius}], loss, verdict …
    /// What toJson() wrote. Fails with "load.format".
    static Result<SustainedLoad> fromJson(const Json& json);
};

/// Runs for `seconds` in about 40 windows of a quarter of a second at least. Fails as `run` fails, or when stopped.
Result<SustainedLoad> measureSustained(const TimedRun& run, double seconds, const Work& work,
                                       const HostSensors* sensors = nullptr);
/// Rates, loss and verdict from the windows.
void judgeSustained(SustainedLoad& load);

} // namespace lapidary
