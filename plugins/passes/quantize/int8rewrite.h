// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "int8plan.h"

namespace lapidary {

/// The values whose ranges must be known, one for each scale; and the inputs whose means correct biases.
CalibrationRequest calibrationRequest(const Graph& graph, const Int8Plan& plan, const Int8Options& options);

/// Nodes that cannot be quantized because a value they read or write was never finite, and why.
std::map<NodeId, std::string> nodesWithoutRange(const Graph& graph, const Int8Plan& plan, const CalibrationData& data);

/// The quantized model and what can be said in numbers about its layers.
struct Int8Result {
    ModelPtr model;
    std::map<NodeId, std::map<std::string, double>> numbers; ///< by quantized node
    /// Layers whose biases were corrected from the means of their inputs, and those that have a bias and were not.
    std::size_t corrected = 0, uncorrected = 0;
};

/// Writes the quantized model: weights and biases become integers, values pass through QuantizeLinear and
/// DequantizeLinear. Precondition: nodesWithoutRange() is empty.
Result<Int8Result> rewriteInt8(const Model& model, const Int8Plan& plan, const PassInput& input,
                               const Int8Options& options, const CalibrationData& data, const Work& work);

/// Exact totals after rewriteInt8(), without doing it.
ModelTotals totalsAfter(const Model& model, const ShapeTable& shapes, const Int8Plan& plan, const Int8Options& options,
                        std::vector<NodePlan>& nodes);

} // namespace lapidary
