// SPDX-License-Identifier: GPL-3.0-or-later
#include "weightbitsreport.h"

#include "onnx/onnxwriter.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace lapidary {
namespace {

constexpr double noError = 200; ///< dB shown for an exact result
/// Larger models are not serialized only to say how large they are.
constexpr std::uint64_t mostToSerialize = std::uint64_t(1) << 30;

std::string text(const char* format, auto... values) {
    char buffer[256];
    std::snprintf(buffer, sizeof buffer, format, values...);
    return buffer;
}

double decibels(double relativeError) {
    return relativeError > 0 ? std::min(noError, -10 * std::log10(relativeError)) : noError;
}

std::string fileText(const Model& before, const Model& after, std::uint64_t bytes) {
    if (bytes > mostToSerialize)
        return {};
    const auto old = serializeOnnx(before), now = serializeOnnx(after);
    if (!old || !now)
        return {};
    return text(" The file goes from %.1f kB to %.1f kB, %.1f %%.", double(old->size()) / 1e3,
                double(now->size()) / 1e3, 100 * double(now->size()) / double(old->size()));
}

} // namespace

LayerReport layerReport(const Graph& graph, const QuantizedLayer& layer, const RoundedLayer& rounded) {
    LayerReport report;
    report.node = layer.name;
    report.opType = layer.node(graph).opType;
    report.what = layer.storage.text();
    auto& numbers = report.numbers;
    const double weights = double(layer.storage.weights());
    numbers["bits_before"] = bitsPerElement(layer.storage.weightType);
    numbers["bits"] = layer.storage.bits;
    numbers["weights"] = weights;
    numbers["scales"] = double(layer.storage.scaleCount());
    numbers["bytes_before"] = double(layer.storage.bytesBefore());
    numbers["bytes_after"] = double(layer.storage.bytesAfter());
    numbers["bits_per_weight"] = 8 * double(layer.storage.bytesAfter()) / weights;
    numbers["weight_error"] = rounded.weightError;
    numbers["weight_sqnr_db"] = decibels(rounded.weightError);
    if (rounded.error >= 0) {
        numbers["error"] = rounded.error;
        numbers["error_percent"] = 100 * rounded.error;
        numbers["sqnr_db"] = decibels(rounded.error);
    }
    if (rounded.errorNearest >= 0) {
        numbers["error_nearest"] = rounded.errorNearest;
        numbers["error_before_percent"] = 100 * rounded.errorNearest;
        numbers["sqnr_nearest_db"] = decibels(rounded.errorNearest);
    }
    return report;
}

Diagnostics deviceNotes(const WeightBitsPlan& plan) {
    const auto uses = [&](StorageForm form) {
        return std::any_of(plan.layers.begin(), plan.layers.end(),
                           [&](const QuantizedLayer& layer) { return layer.storage.form == form; });
    };
    Diagnostics notes;
    if (uses(StorageForm::Dequantize))
        notes.push_back(noteDiagnostic(
            "quantize_weights.dequantize",
            "Weights behind DequantizeLinear: compilers for devices that hold weights in 4 or 8 bits read them as "
            "such. "
            "ONNX Runtime on a CPU keeps them small and turns them into float at every run, which takes time; it is "
            "not "
            "faster than float. Matrix products are the exception: it multiplies their codes (MatMulNBits), "
            "with activations rounded to 8 bits, so that results differ a little from the weights' numbers.",
            "With the session setting session.disable_quant_qdq=1 it does so once, when the model is loaded. Profile "
            "the variant to see what it costs."));
    if (uses(StorageForm::Packed))
        notes.push_back(noteDiagnostic(
            "quantize_weights.packed",
            "Packed weights: the file and its transfer are smaller. ONNX Runtime unpacks them once, when the model is "
            "loaded; from then on it takes the time and the memory of the model in float.",
            "Loading takes longer for it; profiles show the load time."));
    if (uses(StorageForm::MatMulNBits))
        notes.push_back(noteDiagnostic(
            "quantize_weights.matmul_nbits",
            "MatMulNBits: ONNX Runtime multiplies with the codes as they are, so that memory is smaller too, and "
            "products that wait for memory are faster. Other runtimes do not know this operator.",
            "Choose the storage \"auto\" for a model in standard operators."));
    return notes;
}

Diagnostics ledgerNotes(const Model& before, const Model& after, const WeightBitsPlan& plan) {
    std::uint64_t weights = 0, old = 0, now = 0;
    for (const QuantizedLayer& layer : plan.layers) {
        weights += layer.storage.weights();
        old += layer.storage.bytesBefore();
        now += layer.storage.bytesAfter();
    }
    Diagnostics notes;
    notes.push_back(noteDiagnostic(
        "quantize_weights.ledger",
        text("%zu layers, %llu weights: %.1f kB become %.1f kB, %.2f bits per weight with scales, zero points and "
             "codebooks (%.1f %%).",
             plan.layers.size(), static_cast<unsigned long long>(weights), double(old) / 1e3, double(now) / 1e3,
             weights > 0 ? 8 * double(now) / double(weights) : 0, old > 0 ? 100 * double(now) / double(old) : 0) +
            fileText(before, after, old)));
    for (Diagnostic& note : deviceNotes(plan))
        notes.push_back(std::move(note));
    return notes;
}

} // namespace lapidary
