// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

namespace lapidary {

/// One layer when zeros are shared out.
struct LayerCosts {
    std::vector<float> costs; ///< per unit, rising: what removing the next one costs per weight
    std::size_t unitWeights = 1;
    double highest = 1; ///< largest share of units that may go
};

/// Units to remove per layer so that, together, the share `sparsity` of all weights goes at the least total cost: one
/// threshold for all layers (the Lagrangian solution; optimal as the costs of each layer rise). Ties go layer by layer.
std::vector<std::size_t> shareZeros(const std::vector<LayerCosts>& layers, double sparsity);

} // namespace lapidary
