// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "eval/layerproblem.h"
#include "lowrankplan.h"

namespace lapidary {

/// The smaller layers' weights, columns ordered as in a WeightMatrix (kernel position first).
struct Factors {
    RowMatrix input;     ///< Tucker: inputRank x inputs; else empty
    RowMatrix core;      ///< rank x (inputs or inputRank) * kernel; Spatial: rank x inputs * kernel height
    RowMatrix last;      ///< outputs x rank; Spatial: outputs x rank * kernel width
    RowMatrix effective; ///< what they do together: outputs x columns
};

/// How much power each direction of the layer's output (Tucker: and input) holds. With data the output's covariance
/// W G W' decides; for Spatial the singular values of the weight with its inputs scaled by their power.
Result<Spectra> spectraOf(const LowRankLayer& layer, const LayerProblem& problem, const Work& work);

/// The best factors of these ranks. Channels: the first r principal directions of the output, which is the exact
/// minimum of mean |W x - A B x|^2 for given rank (reduced-rank regression, Izenman 1975; Zhang et al. 2015). Spatial
/// and Tucker: singular vectors of the unfolded weight (its inputs scaled by their power) give the part next to the
/// input, then what follows is refitted by least squares to the layer's output.
Result<Factors> factorize(const LowRankLayer& layer, const LayerProblem& problem, const RankChoice& ranks,
                          const Work& work);

} // namespace lapidary
