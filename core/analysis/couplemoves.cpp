// SPDX-License-Identifier: GPL-3.0-or-later
// Operators that join, cut, repeat or reorder positions of an axis, and those that work beside the channel axis.
#include "analysis/coupler.h"

#include <algorithm>

namespace lapidary {
namespace {

std::int64_t wrapped(std::int64_t axis, int rank) {
    return axis < 0 ? axis + rank : axis;
}

AxisMap cut(const AxisMap& map, std::int64_t begin, std::int64_t end) {
    std::vector<Atom> atoms;
    atoms.reserve(std::size_t(std::max<std::int64_t>(end - begin, 0)));
    for (std::int64_t p = begin; p < end; ++p)
        atoms.push_back(map.at(p));
    return AxisMap::of(std::move(atoms));
}

AxisMap joined(const std::vector<AxisMap>& parts) {
    std::vector<Atom> atoms;
    for (const AxisMap& part : parts)
        for (std::int64_t p = 0; p < part.size(); ++p)
            atoms.push_back(part.at(p));
    return AxisMap::of(std::move(atoms));
}

/// Extents of input and output agree on the axis, so channels pass; otherwise the operator resamples them: locked.
void passEqualAxes(Coupler& c, const Node& node, int rank) {
    for (int axis = 0; axis < rank; ++axis) {
        const AxisMap map = c.axis(node.input(0), axis);
        if (!map.tracked())
            continue;
        if (c.shapes().extent(node.output(), axis) == map.size())
            c.setAxis(node.output(), axis, map);
        else
            c.lock(map, node.id, "feeds " + nodeText(node) + ", which changes the channel axis");
    }
}

/// Whether a shape that an operator is given can follow when the channels of its element `axis` go.
/// `needsFix`: a constant that has to be rewritten.
bool shapeFollows(Coupler& c, ValueId shape, int axis, const AxisMap& map, bool& needsFix) {
    const auto tensor = c.elements().of(shape);
    needsFix = false;
    if (!tensor || std::size_t(axis) >= tensor->elements.size())
        return false;
    const ShapeElement& element = tensor->elements[std::size_t(axis)];
    if (element.live)
        return element.source.valid() && element.numerator == element.denominator &&
               c.equal(c.axis(element.source, element.axis), map);
    needsFix = element.known && element.value == map.size();
    return needsFix && tensor->isConstant();
}

} // namespace

void couplePool(Coupler& c, const Node& node) {
    for (int axis = 0; axis < c.shapes().rank(node.input(0)); ++axis) {
        const AxisMap map = c.axis(node.input(0), axis);
        if (axis >= 2)
            c.lock(map, node.id, "feeds " + nodeText(node) + ", which pools over them");
        else
            for (const ValueId output : node.outputs)
                c.setAxis(output, axis, map);
    }
}

void coupleResize(Coupler& c, const Node& node) {
    const int rank = c.shapes().rank(node.input(0));
    const ValueId sizes = node.input(3);
    const auto axes = node.intsAttribute("axes");
    for (int axis = 0; axis < rank && sizes.valid(); ++axis) {
        const AxisMap map = c.axis(node.input(0), axis);
        bool needsFix = false;
        if (!map.tracked() || !axes.empty())
            continue;
        if (!shapeFollows(c, sizes, axis, map, needsFix))
            c.lock(map, node.id, "feeds " + nodeText(node) + ", whose sizes cannot follow");
        else if (needsFix)
            c.fix(ShapeFix::Kind::ExpandShape, node, axis, map);
    }
    passEqualAxes(c, node, rank);
}

void couplePad(Coupler& c, const Node& node) {
    const int rank = c.shapes().rank(node.input(0));
    auto pads = node.input(1).valid() ? c.elements().constants(node.input(1))
                                      : std::optional(node.intsAttribute("pads", node.intsAttribute("paddings")));
    std::vector<std::int64_t> axes;
    for (int axis = 0; axis < rank; ++axis)
        axes.push_back(axis);
    if (node.input(3).valid())
        axes = c.elements().constants(node.input(3)).value_or(std::vector<std::int64_t>());
    if (pads && pads->size() != 2 * axes.size())
        pads.reset();
    const bool constant = node.stringAttribute("mode", "constant") == "constant";
    for (int axis = 0; axis < rank; ++axis) {
        const AxisMap map = c.axis(node.input(0), axis);
        if (!map.tracked())
            continue;
        std::int64_t before = 0, after = 0;
        for (std::size_t i = 0; i < axes.size(); ++i)
            if (pads && wrapped(axes[i], rank) == axis) {
                before = (*pads)[i];
                after = (*pads)[i + axes.size()];
            }
        if (!pads || before < 0 || after < 0 || (!constant && before + after > 0) || before + after > (1 << 20)) {
            c.lock(map, node.id, "feeds " + nodeText(node) + ", whose padding of the channels cannot be followed");
            continue;
        }
        AxisMap padded = map;
        if (before + after > 0) {
            std::vector<AxisMap> parts;
            if (before > 0)
                parts.push_back(c.fresh(before));
            parts.push_back(map);
            if (after > 0)
                parts.push_back(c.fresh(after));
            padded = joined(parts);
            c.fix(ShapeFix::Kind::PadAmounts, node, axis, padded);
        }
        c.setAxis(node.output(), axis, padded);
    }
}

void coupleConcat(Coupler& c, const Node& node) {
    const int rank = c.shapes().rank(node.output());
    const std::int64_t along = wrapped(node.intAttribute("axis", 1), rank);
    bool any = false;
    for (const ValueId input : node.inputs)
        any = any || (input.valid() && c.tracked(input));
    if (!any)
        return;
    if (rank < 0)
        return c.lockInputs(node, "feeds " + nodeText(node) + ", whose shape is not known");
    for (int axis = 0; axis < rank; ++axis) {
        if (axis == along)
            continue;
        std::size_t leader = 0;
        while (leader < node.inputs.size() && !c.axis(node.inputs[leader], axis).tracked())
            ++leader;
        if (leader == node.inputs.size())
            continue;
        const AxisMap map = c.axis(node.inputs[leader], axis);
        for (std::size_t i = 0; i < node.inputs.size(); ++i)
            if (i != leader || c.isConstant(node.inputs[i]))
                c.meet(node, int(i), axis, map);
        c.setAxis(node.output(), axis, map);
    }
    std::vector<AxisMap> parts;
    bool known = true;
    any = false;
    for (const ValueId input : node.inputs)
        any = any || c.axis(input, int(along)).tracked();
    for (std::size_t i = 0; any && i < node.inputs.size(); ++i) {
        const ValueId input = node.inputs[i];
        AxisMap part = c.axis(input, int(along));
        if (c.isConstant(input)) {
            part = c.constantAxis(input, int(along));
            c.claim(node, int(i), int(along), part);
        }
        if (!part.tracked()) {
            const std::int64_t extent = c.shapes().extent(input, int(along));
            known = known && extent >= 0 && extent <= (1 << 20);
            if (known && extent == 0)
                continue;
            part = known ? c.fresh(extent) : AxisMap();
            c.lock(part, node.id, "comes into " + nodeText(node) + " from where channels cannot change");
        }
        parts.push_back(part);
    }
    if (any && known)
        c.setAxis(node.output(), int(along), joined(parts));
    else if (any)
        c.lockInputs(node, "feeds " + nodeText(node) + ", where an extent is not known");
}

void coupleSplit(Coupler& c, const Node& node) {
    const int rank = c.shapes().rank(node.input(0));
    const std::int64_t along = wrapped(node.intAttribute("axis", 0), rank);
    for (int axis = 0; axis < rank; ++axis) {
        const AxisMap map = c.axis(node.input(0), axis);
        if (!map.tracked())
            continue;
        std::int64_t begin = 0;
        for (const ValueId output : node.outputs) {
            const std::int64_t extent = axis == along ? c.shapes().extent(output, axis) : map.size();
            if (axis == along && (extent <= 0 || begin + extent > map.size())) {
                c.lock(map, node.id, "feeds " + nodeText(node) + ", whose sizes are not known");
                break;
            }
            c.setAxis(output, axis, axis == along ? cut(map, begin, begin + extent) : map);
            begin += axis == along ? extent : 0;
        }
        const bool fixable = !node.input(1).valid() || c.elements().constants(node.input(1));
        if (axis == along && !fixable)
            c.lock(map, node.id, "feeds " + nodeText(node) + ", whose sizes are not constant");
        else if (axis == along)
            c.fix(ShapeFix::Kind::SplitSizes, node, axis, map);
    }
}

void coupleSlice(Coupler& c, const Node& node) {
    const int rank = c.shapes().rank(node.input(0));
    const bool attributes = node.attribute("starts") != nullptr;
    const auto list = [&](const char* name, std::size_t input) -> std::optional<std::vector<std::int64_t>> {
        return attributes ? std::optional(node.intsAttribute(name)) : c.elements().constants(node.input(input));
    };
    const auto starts = list("starts", 1), ends = list("ends", 2);
    auto axes = list("axes", 3), steps = list("steps", 4);
    const std::size_t count = starts ? starts->size() : 0;
    const bool namesAxes = attributes ? node.attribute("axes") != nullptr : node.input(3).valid();
    if (!namesAxes) {
        axes.emplace();
        for (std::size_t i = 0; i < (starts ? count : std::size_t(std::max(rank, 0))); ++i)
            axes->push_back(std::int64_t(i));
    }
    if (attributes || !node.input(4).valid())
        steps = std::vector<std::int64_t>(axes ? axes->size() : 0, 1);
    for (int axis = 0; axis < rank; ++axis) {
        const AxisMap map = c.axis(node.input(0), axis);
        if (!map.tracked())
            continue;
        std::size_t i = 0;
        while (axes && i < axes->size() && wrapped((*axes)[i], rank) != axis)
            ++i;
        if (axes && i == axes->size()) {
            c.setAxis(node.output(), axis, map);
            continue;
        }
        if (!axes || !starts || !ends || !steps || i >= count || i >= ends->size() || i >= steps->size() ||
            (*steps)[i] != 1) {
            c.lock(map, node.id, "feeds " + nodeText(node) + ", whose bounds cannot be followed");
            continue;
        }
        const auto bound = [&](std::int64_t b) {
            return std::clamp<std::int64_t>(b < 0 ? (b < -map.size() ? 0 : b + map.size()) : b, 0, map.size());
        };
        const std::int64_t start = bound((*starts)[i]), end = std::max(bound((*ends)[i]), start);
        if (start == 0 && end == map.size() && (*ends)[i] >= map.size() && (*starts)[i] >= 0) {
            // "From the beginning to the end" says the same for fewer channels, unless the end is spelt out: harmless
            // too.
            c.setAxis(node.output(), axis, map);
        } else if (start == end) {
            c.lock(map, node.id, "feeds " + nodeText(node) + ", which takes nothing");
        } else {
            c.fix(ShapeFix::Kind::SliceBounds, node, axis, map);
            c.setAxis(node.output(), axis, cut(map, start, end));
        }
    }
}

void coupleGather(Coupler& c, const Node& node) {
    const ValueId data = node.input(0);
    const int rank = c.shapes().rank(data), indexRank = c.shapes().rank(node.input(1));
    if (!c.tracked(data) && !(c.isConstant(data) && !c.isConstant(node.input(1))))
        return;
    if (rank < 0 || indexRank < 0)
        return c.lockInputs(node, "feeds " + nodeText(node) + ", whose shapes are not known");
    c.lockValue(node.input(1), node.id, "chooses what " + nodeText(node) + " gathers");
    const std::int64_t along = wrapped(node.intAttribute("axis", 0), rank);
    const auto indices = c.elements().constants(node.input(1));
    for (int axis = 0; axis < rank; ++axis) {
        AxisMap map = c.axis(data, axis);
        const int out = axis < along ? axis : axis + indexRank - 1;
        if (axis != along && c.isConstant(data) && isFloatingPoint(c.shapes().type(data))) {
            // An embedding: the table makes the channels.
            map = c.constantAxis(data, axis);
            c.markMade(map);
            c.claim(node, 0, axis, map);
        }
        if (!map.tracked())
            continue;
        if (axis != along) {
            c.setAxis(node.output(), out, map);
            continue;
        }
        bool inside = indices.has_value() && indexRank == 1 && !c.isConstant(data) && !indices->empty();
        std::vector<Atom> atoms;
        for (std::size_t i = 0; inside && i < indices->size(); ++i) {
            const std::int64_t index = wrapped((*indices)[i], int(map.size()));
            inside = index >= 0 && index < map.size();
            if (inside)
                atoms.push_back(map.at(index));
        }
        if (!inside) {
            c.lock(map, node.id, "feeds " + nodeText(node) + ", whose choice of channels cannot be followed");
            continue;
        }
        c.fix(ShapeFix::Kind::GatherIndices, node, axis, map);
        c.setAxis(node.output(), axis, AxisMap::of(std::move(atoms)));
    }
}

void coupleTranspose(Coupler& c, const Node& node) {
    const int rank = c.shapes().rank(node.input(0));
    auto perm = node.intsAttribute("perm");
    if (perm.empty())
        for (int axis = rank - 1; axis >= 0; --axis)
            perm.push_back(axis);
    const bool constant = c.isConstant(node.input(0));
    for (std::size_t axis = 0; axis < perm.size() && int(perm.size()) == rank; ++axis) {
        const int from = int(perm[axis]);
        const bool grows =
            constant && c.shapes().extent(node.input(0), from) > 1 && isFloatingPoint(c.shapes().type(node.input(0)));
        const AxisMap map = grows ? c.constantAxis(node.input(0), from) : c.axis(node.input(0), from);
        if (constant && map.tracked())
            c.claim(node, 0, from, map);
        c.setAxis(node.output(), int(axis), map);
    }
}

void coupleExpand(Coupler& c, const Node& node) {
    const int rank = c.shapes().rank(node.input(0)), outRank = c.shapes().rank(node.output());
    const int shift = outRank - rank;
    for (int axis = 0; axis < rank; ++axis) {
        const AxisMap map = c.axis(node.input(0), axis);
        if (!map.tracked())
            continue;
        const auto shape = c.elements().of(node.input(1));
        const int shapeRank = int(c.shapes().extent(node.input(1), 0));
        const int element = axis + shift - (outRank - shapeRank);
        bool follows = shift >= 0 && c.shapes().extent(node.output(), axis + shift) == map.size(), needsFix = false;
        if (follows && element >= 0) {
            const bool one =
                shape && std::size_t(element) < shape->elements.size() && shape->elements[std::size_t(element)].known &&
                !shape->elements[std::size_t(element)].live && shape->elements[std::size_t(element)].value == 1;
            follows = one || shapeFollows(c, node.input(1), element, map, needsFix);
        }
        if (!follows || c.isConstant(node.input(0))) {
            c.lock(map, node.id, "feeds " + nodeText(node) + ", whose shape cannot follow");
            continue;
        }
        if (needsFix)
            c.fix(ShapeFix::Kind::ExpandShape, node, element, map);
        c.setAxis(node.output(), axis + shift, map);
    }
}

void coupleTile(Coupler& c, const Node& node) {
    const auto repeats = c.elements().constants(node.input(1));
    for (int axis = 0; axis < c.shapes().rank(node.input(0)); ++axis) {
        const AxisMap map = c.axis(node.input(0), axis);
        if (!map.tracked())
            continue;
        if (!repeats || std::size_t(axis) >= repeats->size() || (*repeats)[std::size_t(axis)] < 1 ||
            (*repeats)[std::size_t(axis)] > 1024)
            c.lock(map, node.id, "feeds " + nodeText(node) + ", whose repeats are not constant");
        else
            c.setAxis(node.output(), axis, {map.base, map.inner, map.outer * (*repeats)[std::size_t(axis)]});
    }
}

/// A weight that is written as a shape and one number: its axes are those of a constant, and the shape follows. Axes
/// are made when a layer asks for them.
void coupleConstantOfShape(Coupler& c, const Node& node) {
    if (!c.isConstant(node.output()))
        c.lockInputs(node, "feeds " + nodeText(node));
}

} // namespace lapidary
