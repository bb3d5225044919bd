// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/benchmark.h"

namespace lapidary {

/// Two things timed in turns on one device.
struct AbComparison {
    std::vector<double> aMs, bMs; ///< run i of both belongs together; all pairs, in order
    TimingSummary a, b;
    double ratio = 0;                   ///< median of b / a over the pairs: below 1, B is faster
    double ratioLow = 0, ratioHigh = 0; ///< its 95 % interval
    enum class Outcome { BFaster, BSlower, Same, Unclear };
    /// Same: the interval holds 1 and lies within 1 ± the asked width. Unclear whatever the ratio where the runs of a
    /// side fall into groups, or only one side's jump.
    Outcome outcome = Outcome::Unclear;
    std::string verdict; ///< for people
    std::vector<SensorSample> samples;
    Json toJson() const; ///< ratio, ratio_ci95[], outcome, verdict, pairs, a{}, b{}, a_runs_ms[], b_runs_ms[]
    /// What toJson() wrote, without sensor samples. Fails with "comparison.format".
    static Result<AbComparison> fromJson(const Json& json);
};
std::string_view outcomeName(AbComparison::Outcome outcome); ///< "b_faster", …

/// Runs A and B in turns, the order within each pair drawn from `seed`, so that a drift of the computer meets both
/// alike, until the interval of the ratio is as narrow as options.relativeWidth (at least options.minRuns pairs), or
/// time or runs are up. The interval is that of the median of the paired ratios from order statistics, free of any
/// assumption about the distribution (David & Nagaraja 2003, 7.1), and widened where neighbouring pairs are alike; why
/// ratios of medians with intervals and not means: Touati, Worms & Briais 2013 ("The Speedup-Test").
Result<AbComparison> compareInterleaved(const TimedRun& a, const TimedRun& b, const ProfileOptions& options,
                                        const Work& work, const HostSensors* sensors = nullptr, std::uint64_t seed = 1);

} // namespace lapidary
