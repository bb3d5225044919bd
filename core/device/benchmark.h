// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"

#include <functional>

namespace lapidary {

/// The adaptive timing loop: warm-up, then runs until the 95 % interval of the median is as tight as wanted, or time or
/// runs are up. `run` does one inference and gives its milliseconds. Every run is kept.
struct BenchmarkRuns {
    std::vector<double> runsMs;
    TimingSummary summary;
};
Result<BenchmarkRuns> benchmark(const std::function<Result<double>()>& run, const ProfileOptions& options,
                                const Work& work);

} // namespace lapidary
