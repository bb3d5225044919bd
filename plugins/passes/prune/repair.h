// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"
#include "pruneanalysis.h"

namespace lapidary {

enum class Repair {
    None,
    Bias,           ///< every layer's mean output becomes the original's
    NormStatistics, ///< running mean and variance of normalizations become those of the pruned network; else Bias
    LeastSquares    ///< weights and bias that come nearest to the original's output
};

struct RepairOptions {
    Repair method = Repair::LeastSquares;
    bool everything = true;   ///< every layer behind the first cut; false: only layers that lost inputs
    double ridge = 1e-3;      ///< pull towards the layer's own weights, relative to the mean input power
    std::size_t rows = 32768; ///< rows of inputs per layer
    std::uint64_t seed = 0;
    int threads = 2;
};

struct LayerError {
    double before = 0; ///< relative error of the output: energy of the difference over energy around the mean
    double after = 0;
};

struct RepairOutcome {
    ModelPtr model;
    std::map<NodeId, LayerError> errors; ///< layers that were repaired
    Diagnostics notes;
    std::uint64_t samples = 0;
};

/// Repairs a pruned model with calibration data and no training: layer by layer in the order of the graph, each layer's
/// weights are refit by ridge regression so that its output comes nearest to the original's, given what arrives from
/// the layers repaired before; in residual networks the stream's own error is part of what has to be met, so that
/// errors do not pile up. After He et al. 2017, "Channel pruning for accelerating very deep neural networks" (least
/// squares of the consumer), Luo et al. 2017, "ThiNet", and Hubara et al. 2021 / Nagel et al. 2019 for statistics and
/// bias. `cut` is what made `pruned` of the analysis' model. Fails with what the calibration fails with.
Result<RepairOutcome> repairPruned(const PruneAnalysis& analysis, const ShapeTable& shapes, const ChannelCut& cut,
                                   ModelPtr pruned, const ShapeTable& prunedShapes, CalibrationProvider& calibration,
                                   const RepairOptions& options, const Work& work);

} // namespace lapidary
