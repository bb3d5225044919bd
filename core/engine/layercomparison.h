// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/compare.h"

#include <limits>

namespace lapidary {

/// One layer of A and what became of it in B.
struct LayerDelta {
    std::size_t entry = 0; ///< of GraphDiff::nodes
    NodeId a, b;           ///< invalid: not there
    std::string name, opType;
    std::optional<double> msA, msB; ///< from the profiles, of one run
    NodeCosts costs;
    std::string valueA, valueB;   ///< outputs that can be compared; empty: none
    std::optional<double> sqnrDb; ///< of B's output against A's; infinity: equal; absent: not measured
    double cosine = std::numeric_limits<double>::quiet_NaN();
    std::string reason; ///< why the outputs are not compared, in a word: "shape", "only in A", "only in B"

    /// B minus A; a missing side counts as zero if the other is there.
    std::optional<double> deltaMs() const;
    Json toJson() const;
};

/// Layers that compute (MACs or a time on either side) or changed, matched as `comparison` says. Times are those of the
/// profiles where both are given and come from one device with as many threads and one batch. Largest change of time
/// first, then of MACs, then in B's order.
///
/// The output compared is the one in which the layer's arithmetic ends: behind a batch norm that was folded into it on
/// the other side.
std::vector<LayerDelta> layerDeltas(const ModelComparison& comparison, const AnalysedModel& a, const AnalysedModel& b,
                                    const Profile* profileA = nullptr, const Profile* profileB = nullptr);
/// Whether times of the two can be set against each other.
bool comparableProfiles(const Profile* a, const Profile* b);

/// Runs the first `samples` of `data` through both and fills in how far the layers' outputs are apart. Streams: memory
/// does not grow with the samples. Fails with what streaming fails with.
Status measureLayerErrors(std::vector<LayerDelta>& layers, const AnalysedModel& a, const AnalysedModel& b,
                          const DatasetPtr& data, std::size_t samples, const Work& work = {});

Json toJson(const std::vector<LayerDelta>& layers);

} // namespace lapidary
