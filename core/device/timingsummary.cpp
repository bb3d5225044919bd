// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/profile.h"
#include "device/timingstatistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lapidary {

namespace {

std::string percent(double share) {
    return std::to_string(int(std::lround(std::abs(share) * 100))) + " %";
}

std::string slower(double change) {
    return percent(change) + (change > 0 ? " slower" : " faster");
}

std::string millisecondsText(double ms) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g ms", ms);
    return text;
}

/// Why a series is no measurement of one thing: cause and sentence; both empty if it is.
std::pair<std::string, std::string> findFault(const std::vector<double>& runs, const TimingSummary& summary,
                                              double wantedWidth) {
    if (runs.size() < fewestTimings)
        return {"few_runs", std::to_string(runs.size()) + " runs are too few"};
    const double tolerated = std::max(0.04, 2 * wantedWidth);
    const auto trend = findTrend(runs);
    const auto step = findStep(runs);
    const bool steps = step.significant && std::abs(step.change) > tolerated;
    const bool drifts = trend.significant && std::abs(trend.change) > tolerated;
    if (steps && (!drifts || step.misfit < 1))
        return {"step", slower(step.change) + " from run " + std::to_string(step.at + 1) + " of " +
                            std::to_string(runs.size()) + " on"};
    if (drifts)
        return {"drift", slower(trend.change) + " at the end than at the beginning"};
    if (const auto modes = findModes(runs); modes.two)
        return {"modes", "runs fall into two groups, near " + millisecondsText(modes.low) + " and " +
                             millisecondsText(modes.high) + " (" + percent(modes.highShare) + " of them)"};
    const double width = (summary.ciHigh - summary.ciLow) / std::max(summary.median, 1e-9);
    if (width > wantedWidth)
        return {"wide", "the median's interval is " + percent(width) + " wide" +
                            (summary.autocorrelation > 0 ? ", since slow runs come in rows" : "")};
    return {};
}

} // namespace

TimingSummary summarizeTimings(std::vector<double> runs, double wantedRelativeWidth) {
    TimingSummary summary;
    summary.runs = runs.size();
    if (runs.empty()) {
        summary.cause = "few_runs";
        summary.verdict = "unstable: no runs";
        return summary;
    }
    summary.mean = std::accumulate(runs.begin(), runs.end(), 0.0) / double(runs.size());
    const auto interval = medianInterval(runs);
    summary.median = interval.median;
    summary.ciLow = interval.low;
    summary.ciHigh = interval.high;
    summary.autocorrelation = interval.autocorrelation;
    summary.outliers = findOutliers(runs);
    auto sorted = runs;
    std::sort(sorted.begin(), sorted.end());
    summary.minimum = sorted.front();
    summary.maximum = sorted.back();
    summary.p90 = quantileOfSorted(sorted, 0.9);
    summary.p99 = quantileOfSorted(sorted, 0.99);
    summary.spread = (quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25)) / std::max(summary.median, 1e-9);
    const auto [cause, sentence] = findFault(runs, summary, wantedRelativeWidth);
    summary.cause = cause;
    summary.stable = cause.empty();
    summary.verdict = cause.empty() ? "stable" : "unstable: " + sentence;
    return summary;
}

} // namespace lapidary
