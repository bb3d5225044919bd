// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/channelgroups.h"

#include "analysis/coupler.h"
#include "analysis/groupcollector.h"
#include "graph/operatortraits.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace lapidary {
namespace {

std::string fenceReason(const Model& model, const Node& node) {
    const OperatorTraits* traits = traitsOf(node);
    if (node.hasSubgraphs())
        return "feeds " + nodeText(node) + ", which runs subgraphs";
    if (model.functionOf(node))
        return "feeds " + nodeText(node) + ", a function of this model";
    if (!traits)
        return "feeds " + nodeText(node) + ", which Lapidary does not know";
    if (traits->category == OperatorCategory::Quantization || node.opType.starts_with("QLinear"))
        return "feeds " + nodeText(node) + ": the model is quantized here; prune before quantizing";
    return "feeds " + nodeText(node) + ", through which channels cannot be followed";
}

void coupleNode(Coupler& c, const Node& node) {
    const CoupleFunction function = c.model().functionOf(node) ? nullptr : coupleFunctionOf(node);
    bool shapeless = false;
    for (const ValueId input : node.inputs)
        shapeless = shapeless || (input.valid() && c.tracked(input) && c.shapes().rank(input) < 0);
    if (!function)
        c.lockInputs(node, fenceReason(c.model(), node));
    else if (shapeless)
        c.lockInputs(node, "feeds " + nodeText(node) + ", whose input shape is not known");
    else
        function(c, node);
}

/// What the outside or a subgraph sees stays as it is.
void lockBorders(Coupler& c) {
    const Graph& graph = c.graph();
    for (const ValueId output : graph.outputs())
        if (const Value* value = graph.value(output))
            c.lockValue(output, NodeId(), "reaches the model's output '" + value->name + "'");
    for (const ValueId id : graph.valueIds()) {
        if (!c.tracked(id))
            continue;
        for (const Use& use : graph.uses(id))
            if (use.input < 0)
                c.lockValue(id, use.node, "is used inside " + nodeText(*graph.node(use.node)));
    }
}

/// A constant with several users gets narrower only if all of them take part.
void lockSharedWeights(Coupler& c) {
    const Graph& graph = c.graph();
    std::set<std::tuple<std::uint32_t, int, std::uint32_t, int>> claimed; // weight, axis, node, input
    std::set<std::pair<std::uint32_t, int>> axes;
    for (const Coupler::Claim& claim : c.claims()) {
        if (graph.uses(claim.weight).size() < 2 && !graph.isOutput(claim.weight))
            continue;
        claimed.emplace(claim.weight.number, claim.axis, claim.node.number, claim.input);
        axes.emplace(claim.weight.number, claim.axis);
    }
    for (const auto& [number, axis] : axes) {
        ValueId weight;
        weight.number = number;
        for (const Use& use : graph.uses(weight))
            if (!claimed.contains({number, axis, use.node.number, use.input}))
                c.lock(c.axis(weight, axis), use.node,
                       "shares the weight '" + graph.value(weight)->name + "' with " + nodeText(*graph.node(use.node)));
    }
}

} // namespace

ChannelGroups findChannelGroups(const Model& model, const ShapeTable& shapes) {
    Coupler coupler(model, shapes);
    for (const NodePtr& node : model.graph->nodes())
        coupleNode(coupler, *node);
    lockBorders(coupler);
    lockSharedWeights(coupler);
    ChannelGroups groups = GroupCollector(coupler).collect();
    groups.shapes = std::make_shared<const ShapeTable>(shapes);
    return groups;
}

} // namespace lapidary
