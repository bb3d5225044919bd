// SPDX-License-Identifier: GPL-3.0-or-later
#include "int8report.h"

#include "analysis/cost.h"
#include "graph/operatortraits.h"
#include "integerform.h"

#include <algorithm>
#include <optional>

namespace lapidary {

namespace {

using Kernels = std::map<NodeId, UsedKernel>;

bool isNarrow(const std::string& type) {
    return type.find("int8") != std::string::npos || type.find("int16") != std::string::npos;
}

/// Reads or makes narrow integers: positions (ArgMax) are 64 bits wide whatever they were found in.
bool onIntegers(const UsedKernel& kernel) {
    for (const std::string_view domain : {std::string_view(), microsoftDomain}) {
        const OperatorTraits* traits = traitsOf(kernel.opType, domain);
        if (traits && traits->integerKernel)
            return true;
    }
    return isNarrow(kernel.outputType) || (isNarrow(kernel.inputType) && kernel.outputType == "int64");
}

/// What the constants of each node take in the file.
class Storage {
public:
    Storage(const Model& model, const PassInput& input, const Int8Plan& plan, const Int8Options& options)
        : m_graph(*model.graph), m_plan(plan), m_before(analyseCost(*input.model->graph, input.shapes)) {
        std::vector<NodePlan> nodes;
        totalsAfter(model, input.shapes, plan, options, nodes);
        for (const NodePlan& node : nodes)
            m_after[node.node] = node.bytesAfter;
    }

    void describe(const Node& node, std::map<std::string, double>& numbers) const {
        const auto after = m_after.find(node.id);
        const bool isNew = node.id.number >= m_before.nodes.size();
        const std::uint64_t before = isNew ? 0 : m_before.of(node.id).parameterBytes;
        const std::uint64_t now = after == m_after.end() ? before : after->second;
        if (before > 0 || now > 0) {
            numbers["bytes_before"] = double(before);
            numbers["bytes_after"] = double(now);
        }
        const TensorPtr weight = weightOf(node);
        if (!weight)
            return;
        numbers["weights"] = double(weight->count());
        numbers["bits_before"] = bitsPerElement(weight->type);
        numbers["bits"] = m_plan.layerOf(node.id) ? 8 : bitsPerElement(weight->type);
    }

private:
    TensorPtr weightOf(const Node& node) const {
        if (const Int8Layer* layer = m_plan.layerOf(node.id))
            return m_graph.constant(layer->weight);
        const OperatorTraits* traits = traitsOf(node);
        const int input = traits ? traits->weightInput : -1;
        return input >= 0 ? m_graph.constant(node.input(std::size_t(input))) : nullptr;
    }

    const Graph& m_graph;
    const Int8Plan& m_plan;
    CostReport m_before;                     ///< of the model that was given, without what was prepared
    std::map<NodeId, std::uint64_t> m_after; ///< of what computes in 8 bits
};

class Rows {
public:
    Rows(const Model& model, const PassInput& input, const Int8Plan& plan, const Int8Options& options,
         const Int8Result& result, std::optional<Kernels> kernels)
        : m_graph(*model.graph), m_plan(plan), m_options(options), m_result(result), m_kernels(std::move(kernels)),
          m_storage(model, input, plan, options) {
        for (const FencedNode& fence : plan.fenced)
            m_reasons.emplace(fence.node, fence.reason);
    }

    std::vector<LayerReport> list() {
        std::vector<LayerReport> rows;
        for (const auto& node : m_graph.nodes()) {
            const auto reason = m_reasons.find(node->id);
            if (m_plan.nodes.count(node->id) > 0)
                rows.push_back({displayName(*node), node->opType, quantized(*node), m_result.numbers.at(node->id)});
            else if (reason != m_reasons.end())
                rows.push_back({displayName(*node), node->opType, "stayed float: " + reason->second, {}});
            else
                continue;
            m_storage.describe(*node, rows.back().numbers);
        }
        return rows;
    }

    std::size_t layersOnIntegers() const { return m_layersOnIntegers; }

private:
    std::string quantized(const Node& node) {
        const Int8Layer* layer = m_plan.layerOf(node.id);
        const std::string type = m_options.wideActivations() ? "int16" : "int8";
        const std::string scales = !layer             ? ""
                                   : layer->axis >= 0 ? ", one weight scale per channel"
                                                      : ", one weight scale";
        if (!m_kernels)
            return type + scales;
        const auto kernel = m_kernels->find(node.id);
        if (kernel == m_kernels->end())
            return traitsOf(node)->absorbedByQuantize ? "ran " + type + ", within the kernel before it"
                                                      : type + ", needed no kernel of its own";
        if (onIntegers(kernel->second)) {
            m_layersOnIntegers += layer != nullptr;
            return "ran " + type + scales + " (" + kernel->second.opType + ")";
        }
        return "stayed float: " + floatReason(kernel->second) + scales;
    }

    std::string floatReason(const UsedKernel& kernel) const {
        if (m_options.wideActivations())
            return "ONNX Runtime has no 16-bit kernel here; its numbers are rounded as a device with one would";
        return "ONNX Runtime ran it as " + kernel.opType + " on " + kernel.outputType;
    }

    const Graph& m_graph;
    const Int8Plan& m_plan;
    const Int8Options& m_options;
    const Int8Result& m_result;
    std::optional<Kernels> m_kernels; ///< none: not known
    Storage m_storage;
    std::map<NodeId, std::string> m_reasons;
    std::size_t m_layersOnIntegers = 0;
};

std::string megabytes(std::uint64_t bytes) {
    const std::uint64_t tenths = (bytes * 10 + (1u << 19)) >> 20;
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB";
}

Diagnostic calibrationNote(const CalibrationData& data) {
    std::string text = "Calibrated on " + std::to_string(data.samples) + " samples";
    if (data.runs > 0)
        text += " in " + std::to_string(data.runs) + (data.runs == 1 ? " run" : " runs") + " over the data";
    if (data.capBytes > 0)
        text += ", holding " + megabytes(data.peakBytes) + " of at most " + megabytes(data.capBytes);
    return noteDiagnostic("quantize.calibration", text + ".");
}

} // namespace

Result<PassOutcome> reportInt8(const Model& model, const PassInput& input, const Int8Plan& plan,
                               const Int8Options& options, const Int8Result& result, const CalibrationData& data,
                               CalibrationProvider& calibration, const Work& work) {
    PassOutcome outcome;
    outcome.model = result.model;
    outcome.fenced = plan.fenced;
    outcome.notes = plan.notes;
    outcome.notes.insert(outcome.notes.end(), options.notes.begin(), options.notes.end());
    outcome.notes.push_back(calibrationNote(data));
    std::optional<Kernels> kernels;
    if (options.checkKernels) {
        auto used = calibration.usedKernels(*result.model, work);
        if (!used && isCancelled(used.error()))
            return used.error();
        if (used)
            kernels = std::move(*used);
        else
            outcome.notes.push_back(noteDiagnostic("quantize.kernels_unknown",
                                                   "Which kernels will run is not known: " + used.error().message));
    }
    const bool asked = kernels.has_value();
    Rows rows(model, input, plan, options, result, std::move(kernels));
    outcome.layers = rows.list();
    if (asked)
        outcome.notes.push_back(noteDiagnostic(
            "quantize.kernels", std::to_string(rows.layersOnIntegers()) + " of " + std::to_string(plan.layers.size()) +
                                    " quantized layers ran on integers in ONNX Runtime on this computer."));
    return outcome;
}

} // namespace lapidary
