// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"

namespace lapidary {

/// The parameters of quantize.weights as the code uses them.
struct WeightBitsOptions {
    enum class Granularity { Tensor, Channel, Group };
    enum class Rounding { Nearest, Mse, Optimal };
    enum class Storage { Auto, Dequantize, MatMulNBits };

    int bits = 4;
    Granularity granularity = Granularity::Channel;
    std::size_t groupSize = 32;
    bool symmetric = true, codebook = false;
    Rounding rounding = Rounding::Optimal;
    Storage storage = Storage::Auto;
    bool bySensitivity = false;
    double target = 0.15;                 ///< bytes of the weights after to before, where bits follow sensitivity
    int firstBits = 8, depthwiseBits = 8; ///< at least so many
    std::vector<std::pair<std::string, int>> layerBits; ///< globs over node names; 0: stays in float
    bool sequential = true, biasCorrection = true, dearestFirst = true;
    double damping = 0.01;
    std::size_t rowsPerColumn = 0; ///< of what layers read (MomentOptions)

    bool needsData() const { return rounding == Rounding::Optimal; }
    /// Bits asked for by name; the longest pattern that fits counts. -1: not named.
    int bitsByName(const std::string& node) const;
    /// Fails with "param.range" where parameters contradict each other.
    static Result<WeightBitsOptions> from(const PassInput& input);
};

ParamSchema weightBitsSchema();

} // namespace lapidary
