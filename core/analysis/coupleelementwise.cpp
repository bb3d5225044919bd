// SPDX-License-Identifier: GPL-3.0-or-later
// Operators whose output channel c depends on input channel c only, normalizations, and those that mix channels.
#include "analysis/coupler.h"

#include <algorithm>

namespace lapidary {
namespace {

/// Index of the first activation that carries channels on axis `axis` of the output; -1: none does.
int firstTracked(const Coupler& c, const Node& node, int outputRank, int axis, std::int64_t extent) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        const int own = axis - (outputRank - c.shapes().rank(node.inputs[i]));
        if (!node.inputs[i].valid() || c.isConstant(node.inputs[i]) || own < 0)
            continue;
        const AxisMap map = c.axis(node.inputs[i], own);
        if (map.tracked() && map.size() == extent)
            return int(i);
    }
    return -1;
}

/// Constants only: their axes may already carry channels (a weight on its way through Mul to its layer); then the other
/// operands follow.
int firstConstant(const Coupler& c, const Node& node, int outputRank, int axis, std::int64_t extent) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        const int own = axis - (outputRank - c.shapes().rank(node.inputs[i]));
        if (node.inputs[i].valid() && own >= 0 && c.axis(node.inputs[i], own).size() == extent)
            return int(i);
    }
    return -1;
}

/// Channels at axes that do not reach the output position by position stay: a lone channel that is broadcast, an extent
/// that is not known.
void lockMisfits(Coupler& c, const Node& node, int outputRank, int axis, std::int64_t extent) {
    for (const ValueId input : node.inputs) {
        const AxisMap map = c.axis(input, axis - (outputRank - c.shapes().rank(input)));
        if (map.tracked() && map.size() != extent)
            c.lock(map, node.id, "is broadcast at " + nodeText(node));
    }
}

void passThrough(Coupler& c, const Node& node, int from, int to) {
    for (int axis = from; axis < to; ++axis)
        c.setAxis(node.output(), axis, c.axis(node.input(0), axis));
}

} // namespace

void coupleNothing(Coupler&, const Node&) {}

void coupleElementwise(Coupler& c, const Node& node) {
    const int rank = c.shapes().rank(node.output());
    if (rank < 0)
        return c.lockInputs(node, "feeds " + nodeText(node) + ", whose output shape is not known");
    for (int axis = 0; axis < rank; ++axis) {
        const std::int64_t extent = c.shapes().extent(node.output(), axis);
        lockMisfits(c, node, rank, axis, extent);
        int leader = firstTracked(c, node, rank, axis, extent);
        if (leader < 0)
            leader = firstConstant(c, node, rank, axis, extent);
        if (leader < 0)
            continue;
        const ValueId lead = node.inputs[std::size_t(leader)];
        const int leadAxis = axis - (rank - c.shapes().rank(lead));
        const AxisMap map = c.axis(lead, leadAxis);
        if (c.isConstant(lead))
            c.claim(node, leader, leadAxis, map);
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            const int own = axis - (rank - c.shapes().rank(node.inputs[i]));
            const bool broadcast = own < 0 || (c.shapes().extent(node.inputs[i], own) == 1 && extent != 1);
            if (int(i) == leader || !node.inputs[i].valid() || broadcast)
                continue;
            c.meet(node, int(i), own, map);
        }
        for (const ValueId output : node.outputs)
            if (output.valid() && c.shapes().rank(output) == rank)
                c.setAxis(output, axis, map);
    }
}

void coupleBatchNorm(Coupler& c, const Node& node) {
    const AxisMap channels = c.axis(node.input(0), 1);
    for (std::size_t i = 1; i < node.outputs.size(); ++i)
        if (node.outputs[i].valid() && !c.graph().uses(node.outputs[i]).empty())
            c.lock(channels, node.id, "feeds " + nodeText(node) + ", which is in training mode");
    for (int input = 1; input < int(node.inputs.size()); ++input)
        c.meet(node, input, 0, channels);
    passThrough(c, node, 0, c.shapes().rank(node.input(0)));
}

void coupleGroupNorm(Coupler& c, const Node& node) {
    const AxisMap channels = c.axis(node.input(0), 1);
    const std::int64_t groups = node.intAttribute("num_groups", 0);
    if (channels.tracked() && groups > 0 && channels.size() % groups == 0) {
        const std::int64_t each = channels.size() / groups;
        const bool wholeGroups = groups >= each;
        // Either whole groups go, or the same channels of every group: the statistics keep equal shares.
        for (std::int64_t p = 0; p < channels.size(); ++p)
            c.unite(channels.at(p), channels.at(wholeGroups ? p / each * each : p % each));
        std::vector<Atom> firsts;
        for (std::int64_t group = 0; group < groups; ++group)
            firsts.push_back(channels.at(group * each));
        const AxisMap perGroup = AxisMap::of(std::move(firsts));
        if (wholeGroups)
            c.fix(ShapeFix::Kind::NormGroups, node, 1, perGroup);
        for (int input = 1; input < 3; ++input) {
            const bool ofChannels = c.shapes().extent(node.input(std::size_t(input)), 0) == channels.size();
            if (ofChannels)
                c.meet(node, input, 0, channels);
            else if (wholeGroups)
                c.meet(node, input, 0, perGroup);
        }
    } else {
        c.lock(channels, node.id, "feeds " + nodeText(node) + ", whose groups do not fit its channels");
    }
    passThrough(c, node, 0, c.shapes().rank(node.input(0)));
}

void coupleLayerNorm(Coupler& c, const Node& node) {
    const int rank = c.shapes().rank(node.input(0));
    for (int axis = 0; axis < rank; ++axis) {
        const AxisMap map = c.axis(node.input(0), axis);
        for (int input = 1; input < int(node.inputs.size()); ++input) {
            const int own = axis - (rank - c.shapes().rank(node.inputs[std::size_t(input)]));
            if (own >= 0 && c.shapes().extent(node.inputs[std::size_t(input)], own) != 1)
                c.meet(node, input, own, map);
        }
    }
    passThrough(c, node, 0, rank);
}

/// Softmax, LpNormalization, CumSum, TopK, Hardmax: fine beside the axis they work on, no way along it.
void coupleAxisMixing(Coupler& c, const Node& node) {
    const int rank = c.shapes().rank(node.input(0));
    const bool flattens =
        (node.opType == "Softmax" || node.opType == "LogSoftmax" || node.opType == "Hardmax") && c.opset() < 13;
    std::int64_t axis = node.intAttribute("axis", flattens ? 1 : -1);
    if (node.opType == "CumSum") {
        const auto given = c.elements().constants(node.input(1));
        if (!given || given->size() != 1)
            return c.lockInputs(node, "feeds " + nodeText(node) + ", whose axis is not constant");
        axis = (*given)[0];
    }
    axis = axis < 0 ? axis + rank : axis;
    for (int other = 0; other < rank; ++other) {
        const AxisMap map = c.axis(node.input(0), other);
        if (other == axis || (flattens && other > axis)) {
            c.lock(map, node.id, "feeds " + nodeText(node) + ", which mixes the channels");
            continue;
        }
        for (const ValueId output : node.outputs)
            c.setAxis(output, other, map);
    }
}

/// LRN and MeanVarianceNormalization.
void coupleNeighbourNorm(Coupler& c, const Node& node) {
    const int rank = c.shapes().rank(node.input(0));
    const auto axes = node.intsAttribute("axes", node.opType == "LRN" ? std::vector<std::int64_t>{1}
                                                                      : std::vector<std::int64_t>{0, 2, 3});
    for (const std::int64_t axis : axes)
        c.lock(c.axis(node.input(0), int(axis < 0 ? axis + rank : axis)), node.id,
               "feeds " + nodeText(node) + ", which mixes the channels");
    passThrough(c, node, 0, rank);
}

void coupleReduce(Coupler& c, const Node& node) {
    const int rank = c.shapes().rank(node.input(0));
    if (rank < 0)
        return c.lockInputs(node, "feeds " + nodeText(node) + ", whose input shape is not known");
    std::vector<bool> reduced(std::size_t(rank), false);
    std::vector<std::int64_t> axes;
    const bool single = node.opType == "ArgMax" || node.opType == "ArgMin";
    if (single) {
        axes = {node.intAttribute("axis", 0)};
    } else if (node.input(1).valid()) {
        const auto given = c.elements().constants(node.input(1));
        if (!given)
            return c.lockInputs(node, "feeds " + nodeText(node) + ", whose axes are not constant");
        axes = *given;
    } else {
        axes = node.intsAttribute("axes");
    }
    if (axes.empty() && node.intAttribute("noop_with_empty_axes", 0) != 0)
        return passThrough(c, node, 0, rank);
    if (axes.empty())
        reduced.assign(std::size_t(rank), true);
    for (const std::int64_t axis : axes)
        if (const std::int64_t at = axis < 0 ? axis + rank : axis; at >= 0 && at < rank)
            reduced[std::size_t(at)] = true;
    // A sum over channels only loses the terms of those that go; a mean or an extreme would change for all.
    const bool adds = node.opType == "ReduceSum" || node.opType == "ReduceSumSquare" || node.opType == "ReduceL1" ||
                      node.opType == "ReduceL2";
    const bool keeps = node.intAttribute("keepdims", 1) != 0;
    int out = 0;
    for (int axis = 0; axis < rank; ++axis) {
        const AxisMap map = c.axis(node.input(0), axis);
        if (!reduced[std::size_t(axis)])
            c.setAxis(node.output(), out++, map);
        else {
            if (!adds)
                c.lock(map, node.id, "feeds " + nodeText(node) + ", which reduces over the channels");
            out += keeps ? 1 : 0;
        }
    }
}

} // namespace lapidary
