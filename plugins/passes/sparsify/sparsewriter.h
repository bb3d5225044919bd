// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "layersolver.h"

namespace lapidary {

/// The layer's weight after the cut, in its own type: what stays and was not adjusted keeps its bits.
Result<TensorPtr> sparseTensor(const Graph& graph, const SparseLayer& layer, const LayerCut::Outcome& outcome);

/// `model` with the weight, and the bias shifted where the outcome says so.
Result<ModelPtr> storeLayer(const Model& model, const SparseLayer& layer, TensorPtr weight,
                            const LayerCut::Outcome& outcome);

} // namespace lapidary
