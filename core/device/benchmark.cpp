// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/benchmark.h"

#include <algorithm>
#include <chrono>

namespace lapidary {

Result<BenchmarkRuns> benchmark(const std::function<Result<double>()>& run, const ProfileOptions& options,
                                const Work& work) {
    BenchmarkRuns result;
    for (std::size_t i = 0; i < std::max<std::size_t>(1, options.warmupRuns); ++i) {
        if (auto status = work.check(); !status)
            return status;
        const auto ms = run();
        if (!ms)
            return ms.status();
    }
    const auto start = std::chrono::steady_clock::now();
    std::size_t nextLook = std::max<std::size_t>(options.minRuns, 6);
    while (result.runsMs.size() < options.maxRuns) {
        if (auto status = work.check(); !status)
            return status;
        const auto ms = run();
        if (!ms)
            return ms.status();
        result.runsMs.push_back(*ms);
        const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        work.progress.set(std::max(seconds / std::max(options.maxSeconds, 1e-3),
                                   double(result.runsMs.size()) / double(options.maxRuns)));
        if (result.runsMs.size() >= options.minRuns && seconds >= options.maxSeconds)
            break;
        if (result.runsMs.size() >= nextLook) {
            result.summary = summarizeTimings(result.runsMs, options.relativeWidth);
            if (result.summary.stable)
                break;
            nextLook += std::max<std::size_t>(5, nextLook / 4);
        }
    }
    result.summary = summarizeTimings(result.runsMs, options.relativeWidth);
    work.progress.set(1);
    return result;
}

} // namespace lapidary
