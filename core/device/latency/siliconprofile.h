// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "device/profile.h"
#include "graph/model.h"
#include "graph/shapetable.h"

#include <filesystem>

namespace lapidary {

/// What data sheets say about a piece of silicon that one does not have. Every number has a source in the file.
struct SiliconProfile {
    std::string id;   ///< "myriad-x"
    std::string name; ///< for people
    /// Operations per second by precision ("int8", "float16", "float32"), a multiply-accumulate counting as two.
    std::map<std::string, double> peakOperations;
    double bandwidth = 0;    ///< of main memory or of the link to it, bytes per second; 0: not published
    double onChipBytes = 0;  ///< fast memory; 0: not published
    std::string bandwidthOf; ///< "LPDDR4", "USB 3.0 link"
    std::string sparsity, weightCompression; ///< what it gains from zeros and from few bits; empty: nothing
    std::vector<std::string> sources;
    std::vector<std::string> precisions() const; ///< fastest first

    /// Fails with "silicon.format" naming file and field.
    static Result<SiliconProfile> read(const std::filesystem::path& file);
    static Result<SiliconProfile> fromJson(const Json& json);
};

/// The least time that the silicon can take by the roofline model (Williams, Waterman & Patterson 2009): each node at
/// its peak of operations or at the bandwidth of its bytes, whichever is slower. Activations count as traffic only
/// where input and output do not fit on the chip together; weights count where all weights do not fit. Real times are
/// longer, often two to five times. A node in a precision that the silicon lacks computes in the next wider one; fails
/// with "device.precision" where there is none. The profile is marked as an estimate.
Result<Profile> rooflineProfile(const SiliconProfile& silicon, const Graph& graph, const ShapeTable& shapes);

} // namespace lapidary
