// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/weightmatrix.h"
#include "graph/grapheditor.h"

namespace lapidary {

/// Whether a layer's bias can take up a shift of its mean output.
struct BiasPlace {
    bool usable = false;
    bool added = false; ///< a bias of its own has to be made: one number per output more
};
/// Usable for one layer with an input for a bias that is absent or has one constant number per output.
BiasPlace biasPlace(const Graph& graph, const WeightMatrix& matrix);

/// Adds `shift` (one number per output) to the layer's bias; makes one of type `type` where the place says so.
/// Precondition: place.usable. Fails with "tensor.*".
Status shiftBias(GraphEditor& editor, const WeightMatrix& matrix, const BiasPlace& place, DataType type,
                 std::span<const double> shift);

/// Replaces the constant behind a value, be it an initializer or a Constant node's.
void replaceConstant(GraphEditor& editor, ValueId id, TensorPtr tensor);

} // namespace lapidary
