// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"
#include "device/backend.h"
#include "engine/engine.h"

namespace lapidary {

struct DepartureOptions {
    std::size_t samples = 4; ///< of the dataset's beginning
    double toleranceDb = 40; ///< a value departs when its signal-to-noise ratio against this computer's is below
    int threads = 0;         ///< on the device; 0: its default
    std::size_t probes = 8;  ///< values fetched at a time
    bool kernels = true;     ///< profile what was found, to say which kernels ran it and in which precision
};

/// How one node's output on the device compares with this computer's.
struct NodeDeparture {
    std::string node, opType, value;
    double sqnrDb = 0, cosine = 0;
    std::string hereKernel, herePrecision, thereKernel, therePrecision; ///< "" unknown
    Json toJson() const;
    static NodeDeparture fromJson(const Json& json, bool departs);
};

struct Departure {
    bool departs = false; ///< an output of the model is beyond the tolerance
    std::optional<NodeDeparture> first;
    std::optional<NodeDeparture>
        before; ///< the worst of what goes into it, still within the tolerance; absent: the data
    double outputSqnrDb = 0, outputCosine = 0; ///< the worst output of the model
    double toleranceDb = 0;
    std::size_t samples = 0, candidates = 0, compared = 0; ///< values that could be and that were compared
    Diagnostics notes;
    std::string
        verdict; ///< "agrees with this computer", "departs at conv3 (Conv): 12.3 dB; what goes into it has 88.0 dB"
    Json toJson() const; ///< departs, verdict, first{node, op_type, sqnr_db, cosine, kernel, precision …}, before{} …
    /// What toJson() wrote; of notes the text. Fails with "departure.format".
    static Result<Departure> fromJson(const Json& json);
};

/// Finds the node where a device begins to compute something else than `here`: the model is cut so that intermediate
/// values are its outputs, a few at a time, and the range is narrowed by bisection in topological order. What is
/// reported departs while everything that goes into it does not; since errors can fade on their way, other branches may
/// depart as well. Reading a value keeps the runtime from fusing over it, which can hide an error of a fused kernel:
/// then `notes` says so. Fails with "departure.input" (the model takes more than the dataset's input), and as devices
/// and datasets do.
Result<Departure> findDeparture(const AnalysedModel& model, const Dataset& data, Device& there, Device& here,
                                const DepartureOptions& options, const Work& work);

} // namespace lapidary
