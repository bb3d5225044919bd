// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/graph.h"

#include "graph/constantnode.h"

#include <algorithm>
#include <set>

namespace lapidary {

const Node* Graph::node(NodeId id) const {
    if (id.number >= m_nodePosition.size() || m_nodePosition[id.number] >= m_nodes.size())
        return nullptr;
    return m_nodes[m_nodePosition[id.number]].get();
}

const Node* Graph::findNode(std::string_view name) const {
    const auto it = std::find_if(m_nodes.begin(), m_nodes.end(), [name](const NodePtr& n) { return n->name == name; });
    return it == m_nodes.end() ? nullptr : it->get();
}

const Value* Graph::value(ValueId id) const {
    return id.number < m_values.size() ? m_values[id.number].get() : nullptr;
}

const Value* Graph::findValue(std::string_view name) const {
    const auto it = m_valueByName.find(name);
    return it == m_valueByName.end() ? nullptr : value(it->second);
}

std::vector<ValueId> Graph::valueIds() const {
    std::vector<ValueId> ids;
    for (const auto& one : m_values)
        if (one)
            ids.push_back(one->id);
    return ids;
}

bool Graph::isInput(ValueId id) const { return id.number < m_isInput.size() && m_isInput[id.number]; }

bool Graph::isOutput(ValueId id) const { return id.number < m_isOutput.size() && m_isOutput[id.number]; }

std::vector<ValueId> Graph::requiredInputs() const {
    std::vector<ValueId> required;
    for (const auto id : m_inputs)
        if (!value(id)->isConstant())
            required.push_back(id);
    return required;
}

const Node* Graph::producer(ValueId id) const {
    return id.number < m_producer.size() ? node(m_producer[id.number]) : nullptr;
}

std::span<const Use> Graph::uses(ValueId id) const {
    if (id.number + 1 >= m_useBegin.size())
        return {};
    return std::span(m_uses).subspan(m_useBegin[id.number], m_useBegin[id.number + 1] - m_useBegin[id.number]);
}

TensorPtr constantOfNode(const Node& node) {
    if (!node.is("Constant"))
        return nullptr;
    if (auto tensor = node.tensorAttribute("value"))
        return tensor;
    for (const auto& attribute : node.attributes) {
        if (attribute.name == "value_float" && std::holds_alternative<float>(attribute.value))
            return makeScalar(std::get<float>(attribute.value));
        if (attribute.name == "value_int" && std::holds_alternative<std::int64_t>(attribute.value))
            return makeScalar(std::get<std::int64_t>(attribute.value));
        if (attribute.name == "value_floats")
            if (const auto* values = std::get_if<std::vector<float>>(&attribute.value))
                return makeTensor<float>({std::int64_t(values->size())}, *values);
        if (attribute.name == "value_ints")
            if (const auto* values = std::get_if<std::vector<std::int64_t>>(&attribute.value))
                return makeTensor<std::int64_t>({std::int64_t(values->size())}, *values);
    }
    return nullptr;
}

TensorPtr Graph::constant(ValueId id) const {
    const auto* found = value(id);
    if (!found)
        return nullptr;
    if (found->initializer)
        return found->initializer;
    const auto* maker = producer(id);
    return maker ? constantOfNode(*maker) : nullptr;
}

namespace {

void collectOuterNames(const Graph& graph, std::set<std::string>& names) {
    for (const auto id : graph.valueIds())
        if (const auto* value = graph.value(id); value->outer)
            names.insert(value->name);
}

} // namespace

std::vector<std::string> outerNames(const Graph& graph) {
    std::set<std::string> names;
    collectOuterNames(graph, names);
    return {names.begin(), names.end()};
}

} // namespace lapidary
