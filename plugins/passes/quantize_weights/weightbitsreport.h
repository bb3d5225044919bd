// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "layerrounding.h"

namespace lapidary {

/// What was done to one layer. Numbers: bits, weights, scales, bytes_before, bytes_after (codes, scales, zero points
/// and codebook), bits_per_weight (all of those), weight_error and weight_sqnr_db; with data: error and sqnr_db of the
/// output, and error_nearest and sqnr_nearest_db with each weight at its nearest code.
LayerReport layerReport(const Graph& graph, const QuantizedLayer& layer, const RoundedLayer& rounded);

/// Bytes of the weights and of the whole file before and after, and what which device has of it.
Diagnostics ledgerNotes(const Model& before, const Model& after, const WeightBitsPlan& plan);

/// What which device has of the forms the plan uses; known before the pass runs.
Diagnostics deviceNotes(const WeightBitsPlan& plan);

} // namespace lapidary
