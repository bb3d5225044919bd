// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/paramschema.h"

#include <optional>
#include <string>

namespace lapidary {

/// Which parameters of a pass say how much of a layer goes: the same words for the sensitivity analysis, the budget
/// slider and the bars that are dragged.
struct PassRatios {
    std::string varied;    ///< a share 0..1 for all layers: "ratio", "sparsity"
    std::string perLayer;  ///< the same for single layers, a NodeNumbers parameter; empty: the pass has none
    double largest = 1;    ///< a layer's share may not be more
    bool channels = false; ///< shares of a layer's output channels, which the graph shows as width bars
    bool target = false;   ///< the pass can be given a target for the whole network: "target" and "target_ratio"
};

/// Nothing if the pass has no such share. A per-layer parameter "layer_<name>" belongs to the share "<name>", with or
/// without its plural s.
std::optional<PassRatios> passRatios(const ParamSchema& schema);

/// The parameters without those that decide how much goes where; what remains is how layers are treated.
ParamSet withoutRatios(ParamSet params, const PassRatios& ratios);

/// Exactly these shares for layers by name, nothing for others.
ParamSet withLayerRatios(ParamSet params, const PassRatios& ratios, const std::map<std::string, double>& shares);

} // namespace lapidary
