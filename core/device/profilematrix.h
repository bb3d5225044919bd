// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/backend.h"

namespace lapidary {

/// Latency and throughput over threads and batch sizes.
struct ProfileMatrix {
    struct Cell {
        int threads = 0, batch = 1;
        std::optional<Profile> profile; ///< absent: see `problem`
        Diagnostic problem;
        double itemsPerSecond = 0;
    };
    std::vector<Cell> cells;     ///< batches within threads, in the order asked for
    const Cell* fastest() const; ///< lowest median; null if nothing ran
    const Cell* busiest() const; ///< most items per second
    Json
    toJson() const; ///< cells[{threads, batch, median_ms, ci95_ms[], items_per_second, stable, verdict | error}], …
    /// What toJson() wrote: profiles without their single runs. Fails with "matrix.format".
    static Result<ProfileMatrix> fromJson(const Json& json);
};

/// Profiles every pair. A cell that fails keeps its reason and the rest goes on; only a cancel fails the whole, or when
/// no cell could be measured (then with the first reason).
Result<ProfileMatrix> profileMatrix(Device& device, const Model& model, const ProfileOptions& options,
                                    const std::vector<int>& threads, const std::vector<int>& batches, const Work& work);

} // namespace lapidary
