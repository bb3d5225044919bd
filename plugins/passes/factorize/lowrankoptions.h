// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"

namespace lapidary {

/// Into what a layer with weight W is split.
enum class LowRankScheme {
    Channels, ///< the layer with r outputs, then 1 x 1: Denton et al. 2014; Zhang et al. 2015 (for products: plain SVD)
    Spatial,  ///< k x 1 with r outputs, then 1 x k: Jaderberg et al. 2014
    Tucker    ///< 1 x 1, k x k, 1 x 1: Kim et al. 2016 (Tucker-2)
};

struct LowRankOptions {
    enum class RankBy { Ratio, Energy, Target };
    enum class Split { Auto, Channels, Spatial, Tucker };

    RankBy rankBy = RankBy::Ratio;
    Split split = Split::Auto;
    double ratio = 0.5, energy = 0.9, target = 0.6;
    std::uint32_t multiple = 1;
    bool useData = true, sequential = true, biasCorrection = true;
    double damping = 0.01;

    static LowRankOptions from(const PassInput& input);
};

ParamSchema lowRankSchema();

} // namespace lapidary
