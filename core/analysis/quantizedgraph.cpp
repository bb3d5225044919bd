// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/quantizedgraph.h"

#include "graph/operatortraits.h"

#include <set>

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

/// What is wrong with one node, as the end of a sentence; empty if nothing is.
std::string findingAt(const Graph& graph, const Node& node) {
    if (readsCodes(graph, node))
        return "the weight of '" + displayName(node) + "' is stored as whole numbers";
    const OperatorTraits* traits = traitsOf(node.opType, node.domain);
    const std::string who = "'" + displayName(node) + "' (" + node.opType + ") ";
    switch (traits ? traits->held : HeldQuantized::No) {
    case HeldQuantized::No:
        return {};
    case HeldQuantized::Converts:
        return who + "converts between floats and integers";
    case HeldQuantized::OnIntegers:
        return who + "computes on integers";
    case HeldQuantized::WhileRunning:
        return who + "quantizes its input while it runs";
    case HeldQuantized::PackedWeights:
        return who + "reads packed weights of few bits";
    }
    return {};
}

class Search {
public:
    explicit Search(const Model& model) : m_model(model) {}

    /// The first node of a graph that holds something quantized, itself or in what it calls.
    const Node* firstOf(const Graph& graph, std::string& finding) {
        for (const NodePtr& node : graph.nodes()) {
            finding = findingAt(graph, *node);
            if (!finding.empty() || holds(*node, finding))
                return node.get();
        }
        return nullptr;
    }

private:
    bool holds(const Node& node, std::string& finding) {
        for (const auto& [attribute, body] : node.subgraphs())
            if (firstOf(*body, finding))
                return true;
        for (const auto& function : m_model.functions)
            if (function->name == node.opType && function->domain == node.domain && function->body &&
                m_seen.insert(function.get()).second && firstOf(*function->body, finding))
                return true;
        return false;
    }

    const Model& m_model;
    std::set<const Function*> m_seen; ///< functions that were looked into
};

} // namespace

Status refuseQuantized(const Model& model) {
    std::string finding;
    const Node* node = Search(model).firstOf(*model.graph, finding);
    if (!node)
        return {};
    return errorDiagnostic("pass.already_quantized", "The model is quantized already: " + finding + ".",
                           "Start from the model in floating point.")
        .atNode(displayName(*node));
}

} // namespace lapidary
