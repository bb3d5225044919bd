// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/gram.h"
#include "pass/calibration.h"
#include "pruneanalysis.h"

namespace lapidary {

/// A layer that reads channels of prunable groups, with what calibration data says about its inputs.
struct ConsumerGram {
    LayerRows layer;
    std::vector<ChannelRef> channels; ///< by conv group and input channel: group * layer.channels + channel
    GramSums sums;                    ///< centred, without cross moments
    std::vector<double> weights;      ///< [conv group][feature][output], scaled to what is judged
    double energy =
        0; ///< of what is judged, around its mean, summed over rows: the residual sum, or the layer's output
};

struct GramGathering {
    std::size_t rows = 16384; ///< per layer
    std::uint64_t seed = 0;
    int threads = 2;
    std::uint64_t memoryCapBytes = std::uint64_t(600) << 20; ///< for the Gram matrices of one run over the data
};

/// Runs the model over the calibration data, as often as the cap asks for, and hands over all consumers of some of the
/// groups `wanted` (by group index) at a time; each group is handed over once. Groups that no known layer reads come
/// without consumers.
using UseConsumers = std::function<Status(const std::vector<GroupIndex>& groups, const std::vector<ConsumerGram>&)>;
Status gatherConsumers(const PruneAnalysis& analysis, const ShapeTable& shapes, const std::vector<bool>& wanted,
                       CalibrationProvider& calibration, const GramGathering& options, const UseConsumers& use,
                       const Work& work);

} // namespace lapidary
