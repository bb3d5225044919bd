// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/grapheditor.h"
#include "layertarget.h"
#include "refit.h"

namespace lapidary {

/// Whether a layer has a number to shift its output with, which nothing else uses: its own bias, the statistics of the
/// normalization behind it, or the constant added behind it. Nothing new is ever added to the model.
bool canShift(const Graph& graph, const LayerRows& layer, const LayerTarget& target);
/// The layer's bias by output channel; zeros without one.
std::vector<double> biasOf(const Graph& graph, const LayerRows& layer);

/// Writes new weights, the shift (if there is a place for one) and, if asked for, statistics into the graph. Types
/// stay. Precondition: nobody else uses the weight. Fails with "tensor.*".
Status writeRefit(GraphEditor& editor, const LayerRows& layer, const LayerTarget& target, bool shift,
                  const Refit& refit, Repair method);

} // namespace lapidary
