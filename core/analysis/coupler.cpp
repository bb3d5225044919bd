// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/coupler.h"

#include <algorithm>

namespace lapidary {

Coupler::Coupler(const Model& model, const ShapeTable& shapes)
    : m_model(model), m_shapes(shapes), m_elements(*model.graph, shapes), m_opset(model.opset()),
      m_axes(model.graph->valueIdLimit()) {}

AxisMap Coupler::axis(ValueId value, int axis) const {
    if (!value.valid() || axis < 0)
        return {};
    const auto& axes = m_axes[value.number];
    return std::size_t(axis) < axes.size() ? axes[std::size_t(axis)] : AxisMap();
}

void Coupler::setAxis(ValueId value, int axis, AxisMap map) {
    if (!value.valid() || axis < 0 || !map.tracked())
        return;
    auto& axes = m_axes[value.number];
    if (axes.size() <= std::size_t(axis))
        axes.resize(std::size_t(std::max(axis + 1, m_shapes.rank(value))));
    axes[std::size_t(axis)] = std::move(map);
}

bool Coupler::tracked(ValueId value) const {
    return value.valid() && std::ranges::any_of(m_axes[value.number], [](const AxisMap& map) { return map.tracked(); });
}

const std::vector<AxisMap>* Coupler::axes(ValueId value) const {
    return value.valid() ? &m_axes[value.number] : nullptr;
}

bool Coupler::isConstant(ValueId value) const {
    if (!value.valid())
        return false;
    if (graph().constant(value))
        return true;
    const Node* maker = graph().producer(value);
    return maker && maker->is("ConstantOfShape") && graph().constant(maker->input(0));
}

AxisMap Coupler::constantAxis(ValueId value, int axis) {
    if (AxisMap known = this->axis(value, axis); known.tracked())
        return known;
    const std::int64_t extent = m_shapes.extent(value, axis);
    if (!isConstant(value) || axis < 0 || extent <= 0)
        return {};
    setAxis(value, axis, fresh(extent));
    return this->axis(value, axis);
}

AxisMap Coupler::fresh(std::int64_t size) {
    const auto begin = Atom(m_parent.size());
    const auto end = Atom(begin + size);
    std::vector<Atom> atoms;
    atoms.reserve(std::size_t(size));
    for (Atom atom = begin; atom < end; ++atom) {
        atoms.push_back(atom);
        m_parent.push_back(atom);
    }
    m_lockOf.resize(end, -1);
    m_made.resize(end, false);
    m_ranges.push_back({begin, end});
    return AxisMap::of(std::move(atoms));
}

void Coupler::markMade(const AxisMap& map) {
    if (map.tracked())
        for (const Atom atom : *map.base)
            m_made[atom] = true;
}

Atom Coupler::find(Atom atom) const {
    while (m_parent[atom] != atom) {
        m_parent[atom] = m_parent[m_parent[atom]];
        atom = m_parent[atom];
    }
    return atom;
}

void Coupler::unite(Atom a, Atom b) {
    a = find(a);
    b = find(b);
    if (a == b)
        return;
    if (a > b)
        std::swap(a, b); // the oldest atom stands for the channel, so numbering does not depend on the order of unions
    m_parent[b] = a;
    const auto first = std::uint32_t(m_lockOf[a]), second = std::uint32_t(m_lockOf[b]);
    m_lockOf[a] = std::int32_t(std::min(first, second)); // -1 is the largest
}

void Coupler::unite(const AxisMap& a, const AxisMap& b) {
    if (a.same(b))
        return;
    if (a.inner == b.inner && a.outer == b.outer) {
        for (std::size_t i = 0; i < a.base->size(); ++i)
            unite((*a.base)[i], (*b.base)[i]);
        return;
    }
    for (std::int64_t p = 0; p < a.size(); ++p)
        unite(a.at(p), b.at(p));
}

bool Coupler::equal(const AxisMap& a, const AxisMap& b) const {
    if (!a.tracked() || !b.tracked() || a.size() != b.size())
        return a.tracked() == b.tracked() && a.size() == b.size();
    if (a.same(b))
        return true;
    for (std::int64_t p = 0; p < a.size(); ++p)
        if (find(a.at(p)) != find(b.at(p)))
            return false;
    return true;
}

void Coupler::lock(const AxisMap& map, NodeId node, const std::string& reason) {
    if (!map.tracked())
        return;
    if (m_locks.empty() || m_locks.back().node != node || m_locks.back().reason != reason)
        m_locks.push_back({node, reason});
    for (const Atom atom : *map.base) {
        auto& lock = m_lockOf[find(atom)];
        if (lock < 0)
            lock = std::int32_t(m_locks.size()) - 1;
    }
}

void Coupler::lockValue(ValueId value, NodeId node, const std::string& reason) {
    if (value.valid())
        for (const AxisMap& map : m_axes[value.number])
            lock(map, node, reason);
}

void Coupler::lockInputs(const Node& node, const std::string& reason) {
    for (const ValueId input : node.inputs)
        lockValue(input, node.id, reason);
}

void Coupler::claim(const Node& node, int input, int axis, const AxisMap& map, bool couplesOnly) {
    m_claims.push_back({node.id, input, node.input(std::size_t(input)), axis, couplesOnly, map});
}

void Coupler::meet(const Node& node, int input, int axis, const AxisMap& map) {
    const ValueId value = node.input(std::size_t(input));
    if (!value.valid() || !map.tracked())
        return;
    const AxisMap other = isConstant(value) ? constantAxis(value, axis) : this->axis(value, axis);
    if (!other.tracked() || other.size() != map.size()) {
        const Value* known = graph().value(value);
        lock(map, node.id,
             "meets '" + (known ? known->name : std::string()) + "' at " + nodeText(node) +
                 ", whose channels cannot change");
        lock(other, node.id, "meets channels at " + nodeText(node) + " that cannot change");
        return;
    }
    unite(map, other);
    if (isConstant(value))
        claim(node, input, axis, other);
}

std::string nodeText(const Node& node) {
    return "'" + displayName(node) + "' (" + node.opType + ")";
}

} // namespace lapidary
