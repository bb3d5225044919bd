// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/profile.h"
#include "engine/engine.h"

#include <optional>
#include <vector>

namespace lapidary {

/// One number per node that people want to see; by NodeId::number, absent where unknown.
enum class NodeMetric { Time, Macs, Parameters, Bytes, Sparsity, Channels };

/// Share of exact zeros in the node's floating point or integer weights; absent without weights. Reads the weights:
/// meant for a job.
std::vector<std::optional<double>> nodeSparsity(const AnalysedModel& model);
std::vector<std::optional<double>> nodeMetric(const AnalysedModel& model, NodeMetric metric, const Profile* profile,
                                              const std::vector<std::optional<double>>& sparsity);
/// Element type of the node's weight, or of its output: "float32", "int8". A weight behind DequantizeLinear counts as
/// what is stored.
std::string nodePrecision(const AnalysedModel& model, const Node& node);
/// Short words for a node that is not in 32-bit float: "int8" (weights and activations), "int4 weights" (weights only),
/// "fp16". Empty for float, for shape arithmetic and for QuantizeLinear and the like themselves.
std::string precisionBadge(const AnalysedModel& model, const Node& node);

} // namespace lapidary
