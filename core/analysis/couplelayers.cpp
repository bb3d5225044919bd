// SPDX-License-Identifier: GPL-3.0-or-later
// Operators with weights: where channels are made and read.
#include "analysis/coupler.h"

#include <algorithm>
#include <map>

namespace lapidary {
namespace {

/// The axis of a weight: of the constant itself, or of what a Transpose or Cast made of it.
AxisMap weightAxis(Coupler& c, const Node& node, int input, int axis, bool couplesOnly = false) {
    const ValueId weight = node.input(std::size_t(input));
    if (!c.isConstant(weight))
        return c.axis(weight, axis);
    const AxisMap map = c.constantAxis(weight, axis);
    c.claim(node, input, axis, map, couplesOnly);
    return map;
}

/// Joins the axis of a weight that reads channels with the activation's.
void read(Coupler& c, const Node& node, int input, int axis, const AxisMap& channels) {
    if (channels.tracked()) {
        c.meet(node, input, axis, channels);
        return;
    }
    // A weight that is shared with a layer whose channels can go must not lose columns here.
    c.lock(c.axis(node.input(std::size_t(input)), axis), node.id,
           "shares its weight with " + nodeText(node) + ", whose input channels cannot change");
}

bool spatialTracked(const Coupler& c, ValueId value) {
    for (int axis = 2; axis < c.shapes().rank(value); ++axis)
        if (c.axis(value, axis).tracked())
            return true;
    return false;
}

AxisMap repeated(const AxisMap& map, std::int64_t times) {
    return {map.base, map.inner, map.outer * times};
}

/// Couples the channels of every group of `count` groups at the same place within the group.
void uniteAcrossGroups(Coupler& c, const AxisMap& map, std::int64_t count) {
    const std::int64_t each = map.size() / count;
    for (std::int64_t p = each; p < map.size(); ++p)
        c.unite(map.at(p), map.at(p % each));
}

/// Couples all channels within each group.
void uniteWithinGroups(Coupler& c, const AxisMap& map, std::int64_t count) {
    const std::int64_t each = map.size() / count;
    for (std::int64_t p = 0; p < map.size(); ++p)
        c.unite(map.at(p), map.at(p / each * each));
}

AxisMap firstOfGroups(const AxisMap& map, std::int64_t count) {
    const std::int64_t each = map.size() / count;
    std::vector<Atom> atoms;
    for (std::int64_t group = 0; group < count; ++group)
        atoms.push_back(map.at(group * each));
    return AxisMap::of(std::move(atoms));
}

void uniteGroupwise(Coupler& c, const AxisMap& a, const AxisMap& b, std::int64_t count) {
    for (std::int64_t group = 0; group < count; ++group)
        c.unite(a.at(group * (a.size() / count)), b.at(group * (b.size() / count)));
}

struct Grouping {
    std::int64_t groups = 1;
    std::int64_t in = 0; // channels
    std::int64_t out = 0;
    /// Whole groups go (depthwise and many small groups); otherwise the same channels of every group.
    bool whole() const { return groups > 1 && groups >= in / groups; }
    bool sound() const { return groups > 0 && in > 0 && out > 0 && in % groups == 0 && out % groups == 0; }
};

/// Channels of a grouped layer whose groups go as a whole. `outputs` has the output channels in order.
void coupleWholeGroups(Coupler& c, const Node& node, const Grouping& g, const AxisMap& input, const AxisMap& outputs) {
    uniteWithinGroups(c, outputs, g.groups);
    if (!input.tracked())
        return c.lock(outputs, node.id, "is made group by group from channels that cannot change at " + nodeText(node));
    uniteWithinGroups(c, input, g.groups);
    uniteGroupwise(c, input, outputs, g.groups);
    c.fix(ShapeFix::Kind::ConvGroups, node, 1, firstOfGroups(input, g.groups));
}

bool refuseLayer(Coupler& c, const Node& node, const Grouping& g) {
    if (!g.sound() || spatialTracked(c, node.input(0)) || c.shapes().rank(node.output()) < 3) {
        c.lockInputs(node, "feeds " + nodeText(node) + ", whose shapes are not known or not as usual");
        return true;
    }
    return false;
}

} // namespace

void coupleConv(Coupler& c, const Node& node) {
    const ShapeTable& shapes = c.shapes();
    const Grouping g{node.intAttribute("group", 1), shapes.extent(node.input(0), 1), shapes.extent(node.input(1), 0)};
    if (refuseLayer(c, node, g))
        return;
    const AxisMap input = c.axis(node.input(0), 1);
    const AxisMap made = weightAxis(c, node, 1, 0, g.whole());
    if (!made.tracked())
        return c.lockInputs(node, "feeds " + nodeText(node) + ", whose weight is not constant");
    c.markMade(made);
    if (g.groups == 1) {
        read(c, node, 1, 1, input);
    } else if (g.whole()) {
        coupleWholeGroups(c, node, g, input, made);
    } else {
        uniteAcrossGroups(c, made, g.groups);
        if (input.tracked()) {
            uniteAcrossGroups(c, input, g.groups);
            std::vector<Atom> one;
            for (std::int64_t p = 0; p < g.in / g.groups; ++p)
                one.push_back(input.at(p));
            read(c, node, 1, 1, AxisMap::of(std::move(one)));
        }
    }
    c.setAxis(node.output(), 1, made);
    if (node.input(2).valid())
        c.meet(node, 2, 0, made);
}

void coupleConvTranspose(Coupler& c, const Node& node) {
    const ShapeTable& shapes = c.shapes();
    const std::int64_t groups = node.intAttribute("group", 1);
    const std::int64_t perGroup = shapes.extent(node.input(1), 1);
    const Grouping g{groups, shapes.extent(node.input(0), 1), perGroup < 0 ? -1 : perGroup * groups};
    if (refuseLayer(c, node, g))
        return;
    const AxisMap input = c.axis(node.input(0), 1);
    if (!c.isConstant(node.input(1)))
        return c.lockInputs(node, "feeds " + nodeText(node) + ", whose weight is not constant");
    AxisMap output;
    if (g.whole()) {
        // Axis 1 of the weight is one group's outputs and stays; groups leave along axis 0.
        output = c.fresh(g.out);
        c.markMade(output);
        coupleWholeGroups(c, node, g, input, output);
        read(c, node, 1, 0, input);
    } else {
        const AxisMap made = weightAxis(c, node, 1, 1);
        c.markMade(made);
        output = repeated(made, g.groups);
        if (input.tracked() && g.groups > 1)
            uniteAcrossGroups(c, input, g.groups);
        read(c, node, 1, 0, input);
    }
    c.setAxis(node.output(), 1, output);
    if (node.input(2).valid())
        c.meet(node, 2, 0, output);
}

namespace {

/// One operand of a product: axis `outer` goes to the output, axis `inner` is summed over.
AxisMap operandOuter(Coupler& c, const Node& node, int input, int axis) {
    const ValueId value = node.input(std::size_t(input));
    if (!c.isConstant(value))
        return c.axis(value, axis);
    const AxisMap map = weightAxis(c, node, input, axis);
    c.markMade(map);
    return map;
}

void contract(Coupler& c, const Node& node, int axisA, int axisB) {
    const bool constantA = c.isConstant(node.input(0)), constantB = c.isConstant(node.input(1));
    const AxisMap a = c.axis(node.input(0), axisA), b = c.axis(node.input(1), axisB);
    if (constantA && !constantB)
        return b.tracked() ? c.meet(node, 0, axisA, b) : read(c, node, 0, axisA, b);
    if (a.tracked() && (constantB || b.tracked()))
        return c.meet(node, 1, axisB, a);
    const std::string reason = "is summed over at " + nodeText(node) + " with channels that cannot change";
    c.lock(a, node.id, reason);
    c.lock(b, node.id, reason);
}

} // namespace

void coupleGemm(Coupler& c, const Node& node) {
    if (c.shapes().rank(node.input(0)) != 2 || c.shapes().rank(node.input(1)) != 2)
        return c.lockInputs(node, "feeds " + nodeText(node) + ", whose shapes are not known");
    const int transA = node.intAttribute("transA", 0) != 0, transB = node.intAttribute("transB", 0) != 0;
    contract(c, node, 1 - transA, transB);
    const AxisMap rows = operandOuter(c, node, 0, transA);
    const AxisMap columns = operandOuter(c, node, 1, 1 - transB);
    c.setAxis(node.output(), 0, rows);
    c.setAxis(node.output(), 1, columns);
    const int rank = c.shapes().rank(node.input(2));
    for (int axis = 0; axis < rank; ++axis)
        if (c.shapes().extent(node.input(2), axis) != 1)
            c.meet(node, 2, axis, axis == rank - 1 ? columns : rows);
}

void coupleMatMul(Coupler& c, const Node& node) {
    const int rankA = c.shapes().rank(node.input(0)), rankB = c.shapes().rank(node.input(1));
    const int rank = c.shapes().rank(node.output());
    if (rankA < 2 || rankB < 2 || rank < 2)
        return c.lockInputs(node, "feeds " + nodeText(node) + ", a product with a vector or with unknown shapes");
    contract(c, node, rankA - 1, rankB - 2);
    c.setAxis(node.output(), rank - 2, operandOuter(c, node, 0, rankA - 2));
    c.setAxis(node.output(), rank - 1, operandOuter(c, node, 1, rankB - 1));
    for (int axis = 0; axis < rank - 2; ++axis) {
        const int ownA = axis - (rank - rankA), ownB = axis - (rank - rankB);
        const AxisMap a = ownA < 0 ? AxisMap() : c.axis(node.input(0), ownA);
        const AxisMap b = ownB < 0 ? AxisMap() : c.axis(node.input(1), ownB);
        if (a.tracked() && ownB >= 0 && c.shapes().extent(node.input(1), ownB) != 1)
            c.meet(node, 1, ownB, a);
        else if (b.tracked() && ownA >= 0 && c.shapes().extent(node.input(0), ownA) != 1)
            c.meet(node, 0, ownA, b);
        c.setAxis(node.output(), axis, a.tracked() && a.size() == c.shapes().extent(node.output(), axis) ? a : b);
    }
}

void coupleEinsum(Coupler& c, const Node& node) {
    std::string equation = node.stringAttribute("equation");
    std::erase(equation, ' ');
    const std::size_t arrow = equation.find("->");
    const std::string reason = "feeds " + nodeText(node) + ", whose equation Lapidary does not follow";
    if (arrow == std::string::npos || equation.find('.') != std::string::npos)
        return c.lockInputs(node, reason);
    const std::string output = equation.substr(arrow + 2);
    std::vector<std::string> terms(1);
    for (const char letter : equation.substr(0, arrow))
        letter == ',' ? terms.emplace_back() : terms.back() += letter;
    if (terms.size() != node.inputs.size())
        return c.lockInputs(node, reason);
    std::map<char, std::vector<std::pair<int, int>>> places; // label: input, axis
    for (std::size_t input = 0; input < terms.size(); ++input) {
        if (int(terms[input].size()) != c.shapes().rank(node.inputs[input]))
            return c.lockInputs(node, reason);
        for (std::size_t axis = 0; axis < terms[input].size(); ++axis)
            places[terms[input][axis]].emplace_back(int(input), int(axis));
    }
    for (const auto& [label, uses] : places) {
        const auto isActivation = [&](const auto& use) { return !c.isConstant(node.inputs[std::size_t(use.first)]); };
        const bool read = std::ranges::any_of(uses, isActivation);
        AxisMap map;
        if (!read && uses.size() == 1 && output.find(label) != std::string::npos) {
            map = operandOuter(c, node, uses[0].first, uses[0].second);
        } else {
            for (const auto& [input, axis] : uses)
                if (const AxisMap own = c.axis(node.inputs[std::size_t(input)], axis); own.tracked() && !map.tracked())
                    map = own;
            for (const auto& [input, axis] : uses)
                if (c.shapes().extent(node.inputs[std::size_t(input)], axis) == map.size() || !map.tracked())
                    c.meet(node, input, axis, map);
        }
        if (const std::size_t at = output.find(label); at != std::string::npos)
            c.setAxis(node.output(), int(at), map);
    }
}

} // namespace lapidary
