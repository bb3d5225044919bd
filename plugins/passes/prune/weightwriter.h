// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/grapheditor.h"
#include "layertarget.h"
#include "refit.h"

namespace lapidary {

/// Whether a layer can be given a bias: its own input, the statistics of the normalization behind it, or the constant
/// added behind it.
bool canShift(const Graph& graph, const LayerRows& layer, const LayerTarget& target);
/// The layer's bias by output channel; zeros without one.
std::vector<double> biasOf(const Graph& graph, const LayerRows& layer);

/// Writes new weights, bias and, if asked for, statistics into the graph. Weights that other nodes share are copied
/// first. Types stay. Fails with "tensor.*".
Status writeRefit(GraphEditor& editor, const LayerRows& layer, const LayerTarget& target, const Refit& refit,
                  Repair method);

} // namespace lapidary
