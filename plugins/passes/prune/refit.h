// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/gram.h"
#include "repair.h"

namespace lapidary {

/// Weights of a layer as [group][output][feature], and its bias.
struct Refit {
    std::vector<float> matrices;
    std::vector<double> bias;           ///< groups * outputs; what must be added to matrices * inputs
    std::vector<double> mean, variance; ///< of matrices * inputs, without bias
    LayerError error;
};

/// The best weights for these sums: argmin |X W - T|² + ridge |W - W0|² by output, with a free intercept unless
/// `intercept` is false. For Repair:: Bias and NormStatistics the weights stay `own`. Fails with
/// "base.cancelled"; a system without a stable solution keeps its weights.
Result<Refit> refit(GramSums sums, const std::vector<float>& own, const std::vector<double>& ownBias, bool intercept,
                    const RepairOptions& options, const Work& work);

} // namespace lapidary
