// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/shapetable.h"

namespace lapidary {

ShapeTable::ShapeTable(const Graph& graph) : m_types(graph.valueIdLimit()) {
    for (const auto id : graph.valueIds()) {
        const auto* value = graph.value(id);
        if (value->initializer)
            set(id, {value->initializer->type, value->initializer->shape});
        else if (value->type && value->type->isTensor())
            set(id, {value->type->elementType, value->type->shape()});
        else if (const auto constant = graph.constant(id))
            set(id, {constant->type, constant->shape});
    }
}

const TensorType* ShapeTable::find(ValueId id) const {
    return id.number < m_types.size() && m_types[id.number] ? &*m_types[id.number] : nullptr;
}

std::optional<Shape> ShapeTable::shape(ValueId id) const {
    const auto* found = find(id);
    return found ? found->shape : std::nullopt;
}

DataType ShapeTable::type(ValueId id) const {
    const auto* found = find(id);
    return found ? found->type : DataType::Undefined;
}

std::int64_t ShapeTable::extent(ValueId id, int axis) const {
    const auto* found = find(id);
    if (!found || !found->shape)
        return -1;
    const int size = int(found->shape->size());
    if (axis < 0)
        axis += size;
    return axis >= 0 && axis < size ? (*found->shape)[std::size_t(axis)] : -1;
}

int ShapeTable::rank(ValueId id) const {
    const auto* found = find(id);
    return found && found->shape ? int(found->shape->size()) : -1;
}

void ShapeTable::set(ValueId id, TensorType type) {
    if (!id.valid())
        return;
    if (id.number >= m_types.size())
        m_types.resize(std::size_t(id.number) + 1);
    m_types[id.number] = std::move(type);
}

const ShapeTable* ShapeTable::body(const Graph& body) const {
    const auto it = m_bodies.find(&body);
    return it == m_bodies.end() ? nullptr : it->second.table.get();
}

void ShapeTable::setBody(GraphPtr body, ShapeTable table) {
    const auto* key = body.get();
    m_bodies[key] = {std::move(body), std::make_shared<const ShapeTable>(std::move(table))};
}

} // namespace lapidary
