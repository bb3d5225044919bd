// SPDX-License-Identifier: GPL-3.0-or-later
#include "sparsifyreport.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace lapidary {
namespace {

constexpr double noError = 200; ///< dB shown for an exact result

std::string percent(double share) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f %%", 100 * share);
    return text;
}

std::string kilobytes(std::uint64_t bytes) {
    char text[32];
    std::snprintf(text, sizeof text, bytes < 10'000'000 ? "%.1f kB" : "%.0f kB", double(bytes) / 1e3);
    return text;
}

double decibels(double relativeError) {
    return relativeError > 0 ? std::min(noError, -10 * std::log10(relativeError)) : noError;
}

} // namespace

LayerReport layerReport(const Graph& graph, const SparseLayer& layer, const SparsifyOptions& options,
                        const LayerCut::Outcome& outcome, const std::vector<float>& before, const Tensor& after,
                        const WeightLedger& ledger) {
    LayerReport report;
    report.node = layer.name;
    report.opType = layer.node(graph).opType;
    auto elements = toFloats(after);
    const auto weights = elements ? matrixOrder(layer.matrix, *elements) : std::vector<float>();
    const auto masked = double(std::count(outcome.mask.begin(), outcome.mask.end(), 0));
    const bool holds = !weights.empty() && patternHolds(weights, layer.extents(), options.pattern, layer.sparsity);
    double change = 0, power = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        change += (double(weights[i]) - before[i]) * (double(weights[i]) - before[i]);
        power += double(before[i]) * before[i];
    }
    report.what = percent(ledger.sparsity()) + " zeros, " + options.pattern.text() + (holds ? "" : ", PATTERN BROKEN") +
                  (outcome.adjusted ? ", rest adjusted" : "");
    auto& numbers = report.numbers;
    numbers["weights"] = double(ledger.weights);
    numbers["zeros"] = double(ledger.zeros);
    numbers["masked"] = masked;
    numbers["sparsity"] = ledger.sparsity();
    numbers["pattern_holds"] = holds ? 1 : 0;
    numbers["weight_change"] = power > 0 ? change / power : 0;
    if (outcome.error >= 0) {
        numbers["error_before_percent"] = 100 * outcome.errorMasked;
        numbers["error_percent"] = 100 * outcome.error;
        numbers["sqnr_masked_db"] = decibels(outcome.errorMasked);
        numbers["sqnr_db"] = decibels(outcome.error);
    }
    numbers["dense_bytes"] = double(ledger.denseBytes);
    numbers["onnx_sparse_bytes"] = double(ledger.sparseFileBytes);
    numbers["onnx_sparse_packed_bytes"] = double(ledger.sparsePackedFileBytes);
    numbers["zstd_bytes"] = double(ledger.zstdBytes);
    numbers["bitmask_bytes"] = double(ledger.bitmaskBytes);
    return report;
}

Diagnostics ledgerNotes(const WeightLedger& sum, std::size_t layers, const SparsityPattern& pattern) {
    Diagnostics notes;
    notes.push_back(noteDiagnostic(
        "sparsify.ledger",
        std::to_string(layers) + (layers == 1 ? " layer, " : " layers, ") + percent(sum.sparsity()) +
            " zeros, pattern " + pattern.text() + ". Their weights take " + kilobytes(sum.denseFileBytes) +
            " in the file as it is written (dense), " + kilobytes(sum.sparseFileBytes) +
            " as ONNX sparse tensors (64-bit positions; " + kilobytes(sum.sparsePackedFileBytes) +
            " with positions of variable length), " + kilobytes(sum.zstdBytes) + " after zstd level " +
            std::to_string(WeightLedger::zstdLevel) + ", and " + kilobytes(sum.bitmaskBytes) +
            " as a bit per weight plus the non-zeros.",
        "The last is what silicon that decompresses weights holds: weights / 8 + non-zeros * bytes per weight."));
    if (sum.sparseFileBytes >= sum.denseFileBytes)
        notes.push_back(noteDiagnostic("sparsify.sparse_tensors_larger",
                                       "As ONNX sparse tensors these weights would take more bytes than dense, because "
                                       "every non-zero carries a 64-bit position."));
    notes.push_back(noteDiagnostic(
        "sparsify.no_time_gained",
        "The model is neither smaller on disk nor faster on a host CPU: ONNX Runtime stores and multiplies zeros like "
        "any "
        "other number.",
        "Time and memory are gained only on devices that skip zeros or hold weights compressed; channels pruned with "
        "prune.channels gain on any device."));
    return notes;
}

} // namespace lapidary
