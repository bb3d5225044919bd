// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/weightledger.h"
#include "layersolver.h"

namespace lapidary {

/// What was done to one layer. Numbers: weights, zeros, sparsity, pattern_holds (1 or 0), weight_change (squared,
/// relative); with data: error_before_percent and error_percent (see LayerReport), sqnr_masked_db and sqnr_db; and the
/// ledger: dense_bytes, onnx_sparse_bytes, onnx_sparse_packed_bytes, zstd_bytes, bitmask_bytes.
LayerReport layerReport(const Graph& graph, const SparseLayer& layer, const SparsifyOptions& options,
                        const LayerCut::Outcome& outcome, const std::vector<float>& before, const Tensor& after,
                        const WeightLedger& ledger);

/// The sum over all layers in words: dense, sparse, compressed, and that no time is gained where zeros are not skipped.
Diagnostics ledgerNotes(const WeightLedger& sum, std::size_t layers, const SparsityPattern& pattern);

} // namespace lapidary
