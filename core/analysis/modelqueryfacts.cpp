// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/modelqueryfacts.h"

#include "graph/model.h"

#include <algorithm>
#include <cstring>

namespace lapidary {

std::optional<double> zeroShare(const Tensor& tensor) {
    if (tensor.missing() || tensor.count() < 16)
        return std::nullopt;
    const auto bytes = tensor.data.bytes();
    std::uint64_t zeros = 0;
    if (tensor.type == DataType::Float && bytes.size() == std::size_t(tensor.count()) * sizeof(float)) {
        for (std::size_t at = 0; at < bytes.size(); at += sizeof(float)) {
            std::uint32_t bits;
            std::memcpy(&bits, bytes.data() + at, sizeof bits);
            zeros += (bits & 0x7fffffffu) == 0;
        }
    } else if (tensor.type == DataType::Int8 || tensor.type == DataType::UInt8) {
        zeros = std::uint64_t(std::count(bytes.begin(), bytes.end(), std::byte(0)));
    } else {
        const auto values = toFloats(tensor);
        if (!values)
            return std::nullopt;
        zeros = std::uint64_t(std::count(values->begin(), values->end(), 0.0f));
    }
    return double(zeros) / double(tensor.count());
}

std::optional<double> nodeSparsity(const Node& node, const Graph& graph) {
    TensorPtr largest;
    for (const auto input : node.inputs)
        if (auto tensor = graph.constant(input); tensor && (!largest || tensor->count() > largest->count()))
            largest = std::move(tensor);
    return largest && largest->shape.size() >= 2 ? zeroShare(*largest) : std::nullopt;
}

ModelQueryFacts::ModelQueryFacts(const Model& model, const ShapeTable& shapes, const CostReport* cost)
    : m_model(model), m_shapes(shapes), m_cost(cost) {}

ModelQueryFacts::~ModelQueryFacts() = default;

const CostReport& ModelQueryFacts::cost() const {
    if (!m_cost) {
        m_ownCost = analyseCost(*m_model.graph, m_shapes);
        m_cost = &*m_ownCost;
    }
    return *m_cost;
}

bool ModelQueryFacts::knows(QueryField field) const {
    return field != QueryField::TimeMs || m_times.has_value();
}

std::optional<double> ModelQueryFacts::number(const Node& node, QueryField field) const {
    const auto at = [&node](const std::vector<std::optional<double>>& list) {
        return node.id.number < list.size() ? list[node.id.number] : std::nullopt;
    };
    switch (field) {
    case QueryField::Macs:
        return double(cost().of(node.id).macs);
    case QueryField::Parameters:
        return double(cost().of(node.id).parameters);
    case QueryField::Bytes:
        return double(cost().of(node.id).parameterBytes);
    case QueryField::Sparsity:
        return m_sparsity ? at(*m_sparsity) : nodeSparsity(node, *m_model.graph);
    case QueryField::TimeMs:
        return m_times ? at(*m_times) : std::nullopt;
    default:
        return std::nullopt;
    }
}

bool ModelQueryFacts::knows(QueryIs what) const {
    return what != QueryIs::Selected || m_selection.has_value();
}

/// Coupled: the channels a layer makes are made by another layer too, as on both sides of an Add.
void ModelQueryFacts::findCoupling() const {
    m_couplingKnown = true;
    const std::size_t limit = m_model.graph->nodeIdLimit();
    m_coupled.assign(limit, false);
    m_prunable.assign(limit, false);
    m_fenced.assign(limit, false);
    const auto groups = findChannelGroups(m_model, m_shapes);
    for (const auto& group : groups.groups) {
        std::set<NodeId> makers;
        for (const auto& slice : group.producers)
            makers.insert(slice.node);
        for (const auto id : makers) {
            m_coupled[id.number] = m_coupled[id.number] || makers.size() > 1;
            m_prunable[id.number] = m_prunable[id.number] || group.prunable;
        }
    }
    for (const auto& fence : groups.fences)
        m_fenced[fence.node.number] = true;
}

bool ModelQueryFacts::is(const Node& node, QueryIs what) const {
    if (what == QueryIs::Selected)
        return m_selection && m_selection->count(node.id) > 0;
    if (!m_couplingKnown)
        findCoupling();
    const auto& members = what == QueryIs::Coupled ? m_coupled : what == QueryIs::Prunable ? m_prunable : m_fenced;
    return members[node.id.number];
}

} // namespace lapidary
