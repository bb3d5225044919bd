// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/profile.h"

namespace lapidary {

/// Timings as profiles and everything made of timings keep them. Both are pure; any thread.

/// Adds median_ms, min_ms, max_ms, mean_ms, p90_ms, p99_ms, ci95_ms[], spread, runs, stable, verdict, cause,
/// autocorrelation and outliers[] to an object.
void addTiming(Json& json, const TimingSummary& timing);
/// What addTiming() added. Of what is missing (older writings had less) numbers are 0, and stable is what the verdict
/// says.
TimingSummary timingOf(const Json& json);

Json numbersJson(const std::vector<double>& numbers);
std::vector<double> numbersOf(const Json& list); ///< what is no number is 0

} // namespace lapidary
