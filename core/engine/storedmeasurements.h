// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/devicemeasurements.h"
#include "engine/staleness.h"

namespace lapidary {

/// Reads back what devicemeasurements.h had the project keep. All functions are for jobs.

/// A measurement as the project keeps it.
template <typename T>
struct Stored {
    VariantId variant = 0;
    std::string device;
    std::int64_t measuredMs = 0;   ///< since 1970, UTC
    std::vector<Difference> stale; ///< why the same work would not give the same today; empty: it is not stale
    T result;
};

/// `variant` is the second one (B), `against` the first (A).
struct StoredTurns : Stored<AbComparison> {
    VariantId against = 0;
};

/// Of one variant: the newest of each kind on each device, newest first.
struct StoredMeasurements {
    std::vector<Stored<ProfileMatrix>> matrices;
    std::vector<Stored<SustainedLoad>> loads;
    std::vector<Stored<EvaluationResult>> evaluations; ///< made on the device
    std::vector<Stored<Departure>> departures;
    /// The newest made on this computer with the same data and samples as the evaluation of the same place in
    /// `evaluations`; absent where there is none.
    std::vector<std::optional<EvaluationResult>> here;
    Diagnostics unreadable; ///< runs that are left out, and why
};
Result<StoredMeasurements> storedMeasurements(const ProjectSession& session, VariantId id);

/// Of the whole project: the newest comparison of each pair on each device, newest first. Those that cannot be read are
/// left out and told in `unreadable`.
Result<std::vector<StoredTurns>> storedTurns(const ProjectSession& session, Diagnostics& unreadable);

/// The first of a list, newest first, that was measured on this device; of any device where there is none.
template <typename T>
const T* newestOn(const std::vector<T>& list, const std::string& device) {
    for (const auto& one : list)
        if (one.device == device)
            return &one;
    return list.empty() ? nullptr : &list.front();
}

} // namespace lapidary
