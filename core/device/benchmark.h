// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"
#include "device/hostsensors.h"

#include <functional>

namespace lapidary {

/// One inference; gives its milliseconds.
using TimedRun = std::function<Result<double>()>;

struct BenchmarkRuns {
    std::vector<double> runsMs;     ///< in order; none is left out
    std::vector<double> settlingMs; ///< first runs that were taken for warm-up afterwards, since they were slower
    TimingSummary summary;
    std::vector<SensorSample> samples; ///< before, about every quarter of a second in between, and after; if sensors were given
    double millijoules = -1;           ///< per run; -1: no sensor
};

/// The adaptive timing loop: warm-up, then runs until the 95 % interval of the median is as tight as wanted and nothing
/// drifts, or time or runs are up. A first quarter or less that was slower than the rest is warm-up too (initial transient).
/// `sensors` may be null; a clock that changed or a processor that throttled makes the verdict "unstable".
Result<BenchmarkRuns> benchmark(const TimedRun& run, const ProfileOptions& options, const Work& work,
                                const HostSensors* sensors = nullptr);

/// Lowers a verdict for what the sensors saw; a series that changed is explained by it.
void explainByClock(TimingSummary& summary, const ClockVerdict& clock);

} // namespace lapidary
