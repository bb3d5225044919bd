// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/quantizedgraph.h"

#include "graph/operatortraits.h"

namespace lapidary {
namespace {

constexpr int longestChain = 12;

struct Leaves {
    bool constant = true; ///< nothing but constants was found
    bool codes = false;   ///< packed whole numbers among them
};

/// What a value is computed from. Whole numbers of 32 and 64 bits with sign are shapes and positions.
void lookBehind(const Graph& graph, ValueId id, int steps, Leaves& leaves) {
    if (const TensorPtr tensor = graph.constant(id)) {
        leaves.codes = leaves.codes ||
                       (isInteger(tensor->type) && tensor->type != DataType::Int64 && tensor->type != DataType::Int32);
        return;
    }
    const Node* producer = graph.producer(id);
    if (!producer || steps == 0) {
        leaves.constant = false;
        return;
    }
    for (const ValueId input : producer->inputs)
        if (input.valid() && leaves.constant)
            lookBehind(graph, input, steps - 1, leaves);
}

bool readsCodes(const Graph& graph, const Node& node) {
    const OperatorTraits* traits = traitsOf(node);
    if (!traits || traits->category != OperatorCategory::Layer || traits->weightInput < 0)
        return false;
    const ValueId weight = node.input(std::size_t(traits->weightInput));
    if (!weight.valid() || graph.constant(weight))
        return false;
    Leaves leaves;
    lookBehind(graph, weight, longestChain, leaves);
    return leaves.constant && leaves.codes;
}

} // namespace

Status refuseQuantized(const Graph& graph) {
    for (const auto& node : graph.nodes()) {
        const auto& op = node->opType;
        const bool integer =
            op.starts_with("QLinear") || op.ends_with("Integer") || op.ends_with("NBits") || op == "QGemm";
        const bool codes = readsCodes(graph, *node);
        if (categoryOf(*node) == OperatorCategory::Quantization || integer || codes)
            return errorDiagnostic("pass.already_quantized",
                                   codes ? "The model is quantized already: the weight of '" + displayName(*node) +
                                               "' is stored as whole numbers."
                                         : "The model is quantized already: it holds " + op + ".",
                                   "Start from the model in floating point.")
                .atNode(displayName(*node));
    }
    return {};
}

} // namespace lapidary
