// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "graph/model.h"

#include <set>

namespace lapidary {

/// A layer whose output channels were scaled, and those that read them and were scaled back.
struct EqualizedLayers {
    NodeId writer;
    std::vector<NodeId> readers; ///< in graph order
    double largestFactor = 1;    ///< the largest s or 1 / s of a channel
};

/// A layer that could not be scaled, and why.
struct UnequalizedLayer {
    NodeId layer;
    std::string reason;
};

struct Equalization {
    ModelPtr model;                        ///< computes what the original computes; same nodes and names
    std::vector<EqualizedLayers> changed;  ///< in graph order
    std::vector<UnequalizedLayer> skipped; ///< in graph order; only layers that other layers follow
};

/// Cross-layer equalization (Nagel et al. 2019, "Data-free quantization through weight equalization and bias
/// correction", section 4.1): where a layer's output goes through positively homogeneous operators (ScalingLaw) into
/// layers only, channel c of the output is divided by s and its readers' weights are multiplied with it,
///     s = sqrt(r1 r2) / r2,   r1 and r2 the largest magnitudes of channel c in the weights before and behind,
/// pair by pair until nothing changes any more. The outputs of the model stay what they were, up to the rounding of
/// float32. A Clip is crossed only by channels that provably never reach its upper bound, before and after: by interval
/// arithmetic, where the layer's own input is bounded. Weights must be float32 constants that one layer uses.
/// `keep`: layers that are not touched (their neighbours then neither). O(weights * 20). Fails with "tensor.*".
Result<Equalization> equalizeLayers(const ModelPtr& model, const std::set<NodeId>& keep = {});

} // namespace lapidary
