// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "graph/model.h"

namespace lapidary {

/// Fails with "pass.already_quantized", naming a node, where the model computes with integers or takes a layer's weight
/// from stored codes: operators that say so in the operator table (HeldQuantized), or constants of whole numbers that
/// operators turn into a weight. Looks into subgraphs and called functions too; the place is the node that holds them.
/// O(nodes).
Status refuseQuantized(const Model& model);

} // namespace lapidary
