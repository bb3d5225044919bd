// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/cost.h"
#include "graph/operatortraits.h"
#include "int8rewrite.h"

namespace lapidary {

namespace {

constexpr std::uint64_t scaleBytes = 4;

struct Sum {
    std::uint64_t elements = 0;
    std::uint64_t bytes = 0;

    void add(std::uint64_t count, std::uint64_t size) {
        elements += count;
        bytes += count * size;
    }
};

/// Counts what the rewrite adds and what it leaves unused.
class Totals {
public:
    Totals(const Graph& graph, const Int8Plan& plan, const Int8Options& options)
        : m_graph(graph), m_plan(plan), m_options(options) {}

    Sum added(const Int8Layer& layer) {
        Sum sum;
        const auto scales = std::uint64_t(layer.channels);
        if (m_weights.insert({layer.weight, layer.axis}).second) {
            sum.add(countOf(layer.weight), 1);
            sum.add(scales, 5);
            sum.elements += scales;
        }
        if (layer.bias.valid()) {
            sum.add(countOf(layer.bias), 4);
            // The integer operators know the scale of the bias from the other two.
            if (!m_options.asIntegerOperators) {
                sum.add(scales, 8);
                sum.elements += scales;
            }
        }
        return sum;
    }

    Sum removed() const {
        std::map<ValueId, std::size_t> covered;
        for (const Int8Layer& layer : m_plan.layers) {
            ++covered[layer.weight];
            if (layer.bias.valid())
                ++covered[layer.bias];
        }
        for (const Int8Constant& constant : m_plan.constants)
            ++covered[constant.value];
        for (const ValueId fill : m_plan.fills)
            ++covered[fill];
        for (const Int8Spread& spread : m_plan.spreads)
            ++covered[spread.value];
        if (m_options.asIntegerOperators)
            coverActivations(covered);
        Sum sum;
        for (const auto& [id, uses] : covered)
            if (m_graph.uses(id).size() == uses && !m_graph.isOutput(id)) {
                sum.elements += countOf(id);
                sum.bytes += m_graph.constant(id)->bytes();
            }
        return sum;
    }

    std::uint64_t countOf(ValueId id) const { return std::uint64_t(m_graph.constant(id)->count()); }

private:
    /// The bounds of activations that disappear into the kernel before them.
    void coverActivations(std::map<ValueId, std::size_t>& covered) const {
        for (const NodeId id : m_plan.nodes) {
            const Node& node = *m_graph.node(id);
            if (traitsOf(node)->absorbedByQuantize)
                for (const ValueId input : node.inputs)
                    if (input.valid() && m_graph.constant(input))
                        ++covered[input];
        }
    }

    const Graph& m_graph;
    const Int8Plan& m_plan;
    const Int8Options& m_options;
    std::set<std::pair<ValueId, int>> m_weights;
};

} // namespace

ModelTotals totalsAfter(const Model& model, const ShapeTable& shapes, const Int8Plan& plan, const Int8Options& options,
                        std::vector<NodePlan>& nodes) {
    const Graph& graph = *model.graph;
    const CostReport cost = analyseCost(graph, shapes);
    Totals totals(graph, plan, options);
    const std::uint64_t paramsBytes = scaleBytes + options.activationBytes();
    Sum added;
    std::map<NodeId, NodePlan> plans;
    for (const NodeId id : plan.nodes) {
        NodePlan& entry = plans[id];
        entry.node = id;
        entry.precision = options.wideActivations() ? "int16" : "int8";
        entry.macsBefore = entry.macsAfter = cost.of(id).macs;
    }
    for (const Int8Layer& layer : plan.layers) {
        const Sum sum = totals.added(layer);
        added.elements += sum.elements;
        added.bytes += sum.bytes;
        NodePlan& entry = plans[layer.node];
        entry.bytesBefore = cost.of(layer.node).parameterBytes;
        entry.bytesAfter = sum.bytes;
    }
    for (const Int8Constant& constant : plan.constants) {
        added.elements += totals.countOf(constant.value) + 2;
        const std::uint64_t bytes = totals.countOf(constant.value) * options.activationBytes() + paramsBytes;
        added.bytes += bytes;
        NodePlan& entry = plans[constant.node];
        entry.bytesBefore = cost.of(constant.node).parameterBytes;
        entry.bytesAfter += bytes;
    }
    std::set<ValueId> shielded;
    for (const Int8Shield& shield : plan.shields)
        if (shielded.insert(shield.data).second) {
            added.elements += 2 * std::uint64_t(shield.extent);
            added.bytes += paramsBytes * std::uint64_t(shield.extent);
        }
    std::set<std::pair<ValueId, std::size_t>> spread;
    for (const Int8Spread& each : plan.spreads)
        if (spread.insert({each.value, each.axes}).second)
            added.add(totals.countOf(each.value), sizeof(float));
    std::set<ValueId> roots;
    for (const auto& [value, root] : plan.root)
        roots.insert(root);
    added.elements += 2 * roots.size();
    added.bytes += paramsBytes * roots.size();
    for (const auto& node : graph.nodes())
        if (const auto at = plans.find(node->id); at != plans.end())
            nodes.push_back(at->second);
    const Sum removed = totals.removed();
    return {cost.parameters + added.elements - removed.elements, cost.parameterBytes + added.bytes - removed.bytes,
            cost.macs};
}

} // namespace lapidary
