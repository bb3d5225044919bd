// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lapidary {

/// Order statistics of repeated timings. Milliseconds.
struct TimingSummary {
    double median = 0, minimum = 0, maximum = 0, mean = 0, p90 = 0, p99 = 0;
    double ciLow = 0, ciHigh = 0; ///< 95 % interval of the median from order statistics (binomial; David & Nagaraja 2003, 7.1)
    double spread = 0;            ///< interquartile range / median
    double autocorrelation = 0;   ///< of neighbours, if significant; the interval is widened for it
    std::size_t runs = 0;
    std::vector<std::size_t> outliers; ///< positions of runs far from the others; they count like all others
    bool stable = false;          ///< the interval is within the asked width and nothing changed in between
    std::string cause;            ///< why not stable: few_runs, step, drift, modes, wide, throttling, clock; "" if stable
    std::string verdict;          ///< "stable", "unstable: …"
};
/// `milliseconds` in the order in which they were taken. See device/timingstatistics.h for the tests behind the verdict.
TimingSummary summarizeTimings(std::vector<double> milliseconds, double wantedRelativeWidth);

/// Time of one graph node, mapped back from the runtime's kernels.
struct NodeTime {
    std::string node;  ///< node name in the model
    std::string opType;
    double ms = 0;     ///< mean per run
    double share = 0;  ///< of the sum of all kernels, 0..1
    std::string kernel;    ///< the kernel that ran it ("Conv+Relu")
    std::string precision; ///< element type the kernel ran in, "" unknown
    bool fused = false;    ///< its time is counted at the kernel's first node
    std::vector<std::string> covers; ///< other nodes that the same kernels do: their time is in `ms`, they have no own
};

/// What a device measured.
struct Profile {
    std::string device;
    int threads = 0;
    int batch = 1;
    TimingSummary timing;
    bool estimate = false;      ///< nothing ran: from a model of the device. Never shown or stored as a measurement
    std::vector<double> runsMs; ///< every timed run, in order
    std::vector<double> settlingMs; ///< runs before the device had settled; they count nowhere
    double loadMs = 0;
    double firstRunMs = 0;
    std::uint64_t peakMemoryBytes = 0;
    double energyMillijoules = -1; ///< per run; -1: no sensor
    std::vector<NodeTime> nodes;   ///< empty unless asked for
    double unattributedMs = 0;     ///< kernels that belong to no node of the graph
    std::map<std::string, std::string> environment; ///< cpu, cores, governor, runtime, os …
    Json toJson() const; ///< median_ms, p90_ms, ci95_ms[], runs, load_ms, peak_memory_bytes, nodes[] …
    static Result<Profile> fromJson(const Json& json);
};

} // namespace lapidary
