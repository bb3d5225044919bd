// SPDX-License-Identifier: GPL-3.0-or-later
#include "sparsifyplan.h"

#include "analysis/layerends.h"

#include <algorithm>

namespace lapidary {
namespace {

class Planner {
public:
    Planner(const PassInput& input, const SparsifyOptions& options)
        : m_input(input), m_graph(*input.model->graph), m_options(options), m_ends(m_graph) {}

    Result<SparsifyPlan> plan() {
        WeightMatrices found = findWeightMatrices(m_graph, m_input.scope);
        for (FencedWeight& fence : found.fenced)
            m_plan.fenced.push_back({fence.node, std::move(fence.reason)});
        for (WeightMatrix& matrix : found.matrices)
            consider(std::move(matrix));
        std::stable_sort(m_plan.fenced.begin(), m_plan.fenced.end(), [&](const FencedNode& a, const FencedNode& b) {
            return m_graph.position(a.node) < m_graph.position(b.node);
        });
        if (auto status = checkNames(); !status)
            return status;
        if (m_plan.layers.empty())
            return nothingToDo();
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
        for (const auto& [name, share] : m_options.layerSparsity) {
            const auto nodes = m_graph.nodes();
            if (std::none_of(nodes.begin(), nodes.end(),
                             [&](const NodePtr& node) { return displayName(*node) == name; }))
                return errorDiagnostic("param.node", "The model has no node '" + name + "'.",
                                       "Names of layers are listed in the layer table.");
        }
        return {};
    }

    Diagnostic nothingToDo() const {
        if (m_plan.fenced.empty())
            return errorDiagnostic("pass.not_applicable",
                                   m_input.scope.empty() ? "The model has no layers with weights."
                                                         : "The selection has no layers with weights.",
                                   "Select convolutions, fully connected layers or matrix products.");
        const Node* node = m_graph.node(m_plan.fenced.front().node);
        return errorDiagnostic("pass.not_applicable", "No layer can be made sparse here. '" + displayName(*node) +
                                                          "': " + m_plan.fenced.front().reason + ".")
            .atNode(displayName(*node));
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
