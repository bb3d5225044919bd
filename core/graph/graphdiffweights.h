// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"

#include <optional>

namespace lapidary::diff {

/// The numbers a node computes with when it uses this value: a constant, or a dequantized one (per tensor or per axis,
/// as ONNX defines DequantizeLinear). Nothing for what is not constant, missing, not numeric or quantized in blocks.
std::optional<std::vector<float>> effectiveWeights(const Graph& graph, ValueId value);

struct WeightDistance {
    double relative = 0; ///< norm of the difference over norm of A
    double sqnrDb = 0;   ///< 20 log10(1 / relative); infinite if equal
};

/// Nothing unless both are constant, numeric and of one shape.
std::optional<WeightDistance> weightDistance(const Graph& a, ValueId inA, const Graph& b, ValueId inB);

/// Bytes of the constants a node uses, as stored. A dequantizer of weights has none: they are its layer's.
std::uint64_t weightBytes(const Graph& graph, const Node& node);

} // namespace lapidary::diff
