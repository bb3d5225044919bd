// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "project/records.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapidary {

/// One number about a variant that a run brought, in the unit its name ends in ("_ms", "_bytes", "_mj", "_db"; shares
/// are percentages).
struct MetricReading {
    struct Interval {
        double low = 0;
        double high = 0;
    };
    std::string metric; ///< "top1", "latency_ms", any number that an evaluation reported
    std::string device; ///< id of the device it holds for; empty: it does not depend on a device
    double value = 0;
    std::optional<Interval> interval; ///< 95 % confidence
    bool estimate = false;            ///< from a model of the device; never shown as a measurement
};

/// Takes the numbers of a run into `readings`. Call with runs from old to new: a newer number replaces the one before,
/// but no estimate replaces a measurement; evaluations that were stopped early give estimates. Runs of other kinds than
/// evaluations and profiles bring nothing.
void addReadings(const RunRecord& run, std::vector<MetricReading>& readings);

/// The reading of a metric on a device; null if there is none.
const MetricReading* findReading(const std::vector<MetricReading>& readings, std::string_view metric,
                                 std::string_view device);

} // namespace lapidary
