// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/layerproblem.h"
#include "weightbitsplan.h"

namespace lapidary {

/// A layer's weights, rounded.
struct RoundedLayer {
    LayerCodes codes;
    RowMatrix values;          ///< what they stand for, [output][column]
    Eigen::VectorXd biasShift; ///< empty: the bias stays
    double weightError = 0;    ///< squared, relative to the weights' power
    /// Squared error of the output, relative to its (with bias correction: centred) power: as rounded, and with each
    /// weight at its nearest code of a grid that covers all. Negative: not known.
    double error = -1, errorNearest = -1;
};

/// Rounds a layer the way the options say. `weights`: [output][column]; null `moments`: nothing is known of the inputs,
/// so that the nearest code is taken. Results do not depend on `threads`. Fails with "math.singular" or cancelled.
Result<RoundedLayer> roundLayer(const QuantizedLayer& layer, const std::vector<float>& weights,
                                const LayerMoments* moments, const WeightBitsOptions& options, int threads,
                                const Work& work);

/// What a layer loses with 2 to 8 bits: the relative error of its output with nearest codes, or, without moments, of
/// its weights.
Result<std::vector<double>> lossesByBits(const QuantizedLayer& layer, std::int64_t newestOpset,
                                         const std::vector<float>& weights, const LayerMoments* moments,
                                         const WeightBitsOptions& options, int threads, const Work& work);

} // namespace lapidary
