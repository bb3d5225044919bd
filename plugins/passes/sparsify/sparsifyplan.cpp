// SPDX-License-Identifier: GPL-3.0-or-later
#include "sparsifyplan.h"

#include "analysis/layerends.h"
#include "pass/weightplan.h"

namespace lapidary {
namespace {

class Planner {
public:
    Planner(const PassInput& input, const SparsifyOptions& options)
        : m_input(input), m_graph(*input.model->graph), m_options(options), m_ends(m_graph) {}

    Result<SparsifyPlan> plan() {
        considerWeights(m_input, m_plan.fenced, [this](WeightMatrix matrix) { consider(std::move(matrix)); });
        if (auto status = checkNames(); !status)
            return status;
        if (m_plan.layers.empty())
            return noWeightsLeft(m_input, m_plan.fenced, "No layer can be made sparse here");
        return std::move(m_plan);
    }

private:
    void consider(WeightMatrix matrix) {
        SparseLayer layer;
        layer.name = displayName(*m_graph.node(matrix.nodes.front()));
        layer.sparsity = m_options.sparsity;
        for (const NodeId id : matrix.nodes)
            if (const auto asked = m_options.layerSparsity.find(displayName(*m_graph.node(id)));
                asked != m_options.layerSparsity.end()) {
                layer.sparsity = asked->second;
                layer.fixed = true;
            }
        layer.matrix = std::move(matrix);
        const std::string reason = reasonToKeep(layer);
        if (!reason.empty()) {
            m_plan.fenced.push_back({layer.matrix.nodes.front(), reason});
            return;
        }
        if (m_options.biasCorrection)
            layer.bias = biasPlace(m_graph, layer.matrix);
        m_plan.layers.push_back(std::move(layer));
    }

    std::string reasonToKeep(const SparseLayer& layer) const {
        const NodeId first = layer.matrix.nodes.front();
        if (layer.fixed)
            return layer.sparsity == 0 ? "kept dense by its name" : std::string();
        if (layer.matrix.depthwise() && !m_options.depthwise)
            return "depthwise: few weights, and the accuracy depends on each of them";
        if (m_options.keepFirst && m_ends.isFirst(first))
            return "a first layer: few weights with much influence";
        if (m_options.keepLast && m_ends.isLast(layer.matrix.nodes.back()))
            return "a last layer, kept dense as asked";
        if (zerosWanted(layer.extents(), m_options.pattern, layer.sparsity) == 0 &&
            m_options.distribution == SparsifyOptions::Distribution::Uniform)
            return "too small for this pattern: no weight would go";
        return {};
    }

    Status checkNames() const {
        for (const auto& [name, share] : m_options.layerSparsity)
            if (auto status = needNodeNamed(m_graph, name,
                                            [&asked = name](const Node& node) { return displayName(node) == asked; });
                !status)
                return status;
        return {};
    }

    const PassInput& m_input;
    const Graph& m_graph;
    const SparsifyOptions& m_options;
    LayerEnds m_ends;
    SparsifyPlan m_plan;
};

} // namespace

Result<SparsifyPlan> planSparsify(const PassInput& input, const SparsifyOptions& options) {
    return Planner(input, options).plan();
}

} // namespace lapidary
