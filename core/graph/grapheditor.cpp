// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/grapheditor.h"

#include "graph/constantnode.h"
#include "graph/grapheditor_p.h"

#include <algorithm>
#include <cassert>

namespace lapidary {

GraphEditor::GraphEditor() : m_state(std::make_unique<State>()) {}

GraphEditor::GraphEditor(GraphPtr base) : m_state(std::make_unique<State>()) {
    auto& s = *m_state;
    s.name = base->name();
    s.doc = base->doc();
    s.metadata = base->metadata();
    s.unknownFields = base->unknownFields();
    s.inputs = base->inputs();
    s.outputs = base->outputs();
    s.initializers = base->initializers();
    s.valueInfo = base->valueInfo();
    s.baseNodes = base->nodeIdLimit();
    s.nodes.resize(s.baseNodes);
    s.values.resize(base->valueIdLimit());
    s.users.resize(s.values.size());
    s.producers.resize(s.values.size());
    for (const auto id : base->valueIds()) {
        s.values[id.number] = base->m_values[id.number];
        s.valueByName.emplace(s.values[id.number]->name, id);
    }
    for (const auto& node : base->nodes()) {
        s.order.push_back(node->id);
        s.nodes[node->id.number] = node;
        s.link(*node);
    }
}

GraphEditor::~GraphEditor() = default;
GraphEditor::GraphEditor(GraphEditor&&) noexcept = default;
GraphEditor& GraphEditor::operator=(GraphEditor&&) noexcept = default;

void GraphEditor::State::link(const Node& node) {
    for (std::size_t i = 0; i < node.inputs.size(); ++i)
        if (node.inputs[i].valid())
            users[node.inputs[i].number].push_back({node.id, int(i)});
    for (const auto output : node.outputs)
        if (output.valid()) {
            if (producers[output.number].valid() && producers[output.number] != node.id)
                doublyProduced.push_back(output);
            producers[output.number] = node.id;
        }
    if (!node.hasSubgraphs())
        return;
    for (const auto& captured : capturedNames(node))
        if (const auto it = valueByName.find(captured); it != valueByName.end())
            users[it->second.number].push_back({node.id, -1});
        else
            openCaptures[captured].push_back(node.id);
}

void GraphEditor::State::nameValue(const std::string& valueName, ValueId id) {
    valueByName.emplace(valueName, id);
    const auto open = openCaptures.find(valueName);
    if (open == openCaptures.end())
        return;
    for (const auto node : open->second)
        users[id.number].push_back({node, -1});
    openCaptures.erase(open);
}

void GraphEditor::State::unlink(const Node& node) {
    const auto drop = [&](ValueId id) {
        auto& list = users[id.number];
        std::erase_if(list, [&](const Use& use) { return use.node == node.id; });
    };
    for (const auto input : node.inputs)
        if (input.valid())
            drop(input);
    for (const auto output : node.outputs)
        if (output.valid() && producers[output.number] == node.id)
            producers[output.number] = NodeId();
    if (!node.hasSubgraphs())
        return;
    for (const auto& captured : capturedNames(node))
        if (const auto it = valueByName.find(captured); it != valueByName.end())
            drop(it->second);
        else if (const auto open = openCaptures.find(captured); open != openCaptures.end())
            std::erase(open->second, node.id);
}

std::vector<std::string> capturedNames(const Node& node) {
    std::vector<std::string> names;
    for (const auto& [attribute, graph] : node.subgraphs())
        if (graph)
            for (auto& name : outerNames(*graph))
                names.push_back(std::move(name));
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

const Node* GraphEditor::node(NodeId id) const {
    return id.number < m_state->nodes.size() ? m_state->nodes[id.number].get() : nullptr;
}

const Value* GraphEditor::value(ValueId id) const {
    return id.number < m_state->values.size() ? m_state->values[id.number].get() : nullptr;
}

ValueId GraphEditor::findValue(std::string_view name) const {
    const auto it = m_state->valueByName.find(name);
    return it == m_state->valueByName.end() ? ValueId() : it->second;
}

std::vector<NodeId> GraphEditor::nodeIds() const {
    std::vector<NodeId> ids;
    for (const auto id : m_state->order)
        if (m_state->nodes[id.number])
            ids.push_back(id);
    return ids;
}

const Node* GraphEditor::producer(ValueId id) const {
    return id.number < m_state->producers.size() ? node(m_state->producers[id.number]) : nullptr;
}

std::vector<Use> GraphEditor::uses(ValueId id) const {
    return id.number < m_state->users.size() ? m_state->users[id.number] : std::vector<Use>();
}

bool GraphEditor::isInput(ValueId id) const {
    return std::find(m_state->inputs.begin(), m_state->inputs.end(), id) != m_state->inputs.end();
}

bool GraphEditor::isOutput(ValueId id) const {
    return std::find(m_state->outputs.begin(), m_state->outputs.end(), id) != m_state->outputs.end();
}

const std::vector<ValueId>& GraphEditor::inputs() const { return m_state->inputs; }
const std::vector<ValueId>& GraphEditor::outputs() const { return m_state->outputs; }

TensorPtr GraphEditor::constant(ValueId id) const {
    const auto* found = value(id);
    if (!found)
        return nullptr;
    if (found->initializer)
        return found->initializer;
    const auto* maker = producer(id);
    return maker ? constantOfNode(*maker) : nullptr;
}

void GraphEditor::setName(std::string name) { m_state->name = std::move(name); }
void GraphEditor::setDoc(std::string doc) { m_state->doc = std::move(doc); }
void GraphEditor::setMetadata(MetadataProps metadata) { m_state->metadata = std::move(metadata); }
void GraphEditor::setUnknownFields(std::string bytes) { m_state->unknownFields = std::move(bytes); }

ValueId GraphEditor::addValue(std::string name) {
    auto& s = *m_state;
    std::string unique = name;
    for (int k = 1; s.valueByName.count(unique) > 0; ++k)
        unique = name + "_" + std::to_string(k);
    auto value = std::make_shared<Value>();
    value->id = {std::uint32_t(s.values.size())};
    value->name = std::move(unique);
    const auto id = value->id;
    s.values.push_back(std::move(value));
    s.users.emplace_back();
    s.producers.emplace_back();
    s.nameValue(s.values.back()->name, id);
    return id;
}

ValueId GraphEditor::addInitializer(std::string name, TensorPtr tensor) {
    const auto id = addValue(std::move(name));
    setInitializer(id, std::move(tensor));
    return id;
}

void GraphEditor::setInitializer(ValueId id, TensorPtr tensor) {
    auto& s = *m_state;
    const bool had = s.values[id.number]->initializer != nullptr;
    auto next = s.copyValue(id);
    next->initializer = std::move(tensor);
    if (next->initializer && !had)
        s.initializers.push_back(id);
    else if (!next->initializer && had)
        std::erase(s.initializers, id);
    s.values[id.number] = std::move(next);
}

void GraphEditor::setType(ValueId id, std::optional<TypeInfo> type) {
    auto next = m_state->copyValue(id);
    next->type = std::move(type);
    m_state->values[id.number] = std::move(next);
}

void GraphEditor::setValue(Value value) {
    auto& s = *m_state;
    const auto id = value.id;
    value.name = s.values[id.number]->name;
    auto tensor = std::move(value.initializer);
    value.initializer = s.values[id.number]->initializer;
    s.values[id.number] = std::make_shared<Value>(std::move(value));
    if (s.values[id.number]->initializer != tensor)
        setInitializer(id, std::move(tensor));
}

void GraphEditor::renameValue(ValueId id, std::string name) {
    auto& s = *m_state;
    assert(s.valueByName.count(name) == 0);
    s.valueByName.erase(s.values[id.number]->name);
    auto next = s.copyValue(id);
    next->name = std::move(name);
    s.nameValue(next->name, id);
    s.values[id.number] = std::move(next);
}

void GraphEditor::addInput(ValueId id) { m_state->inputs.push_back(id); }
void GraphEditor::removeInput(ValueId id) { std::erase(m_state->inputs, id); }
void GraphEditor::addOutput(ValueId id) { m_state->outputs.push_back(id); }
void GraphEditor::setOutputs(std::vector<ValueId> ids) { m_state->outputs = std::move(ids); }
void GraphEditor::addValueInfo(ValueId id) { m_state->valueInfo.push_back(id); }

NodeId GraphEditor::addNode(Node spec) {
    auto& s = *m_state;
    spec.id = {std::uint32_t(s.nodes.size())};
    const auto id = spec.id;
    s.nodes.push_back(std::make_shared<Node>(std::move(spec)));
    s.order.push_back(id);
    s.link(*s.nodes[id.number]);
    return id;
}

NodeId GraphEditor::addNode(std::string opType, std::string name, std::vector<ValueId> inputs,
                            std::vector<std::string> outputNames, std::vector<Attribute> attributes,
                            std::string domain) {
    Node spec;
    spec.opType = std::move(opType);
    spec.name = std::move(name);
    spec.domain = std::move(domain);
    spec.inputs = std::move(inputs);
    spec.attributes = std::move(attributes);
    for (auto& output : outputNames)
        spec.outputs.push_back(output.empty() ? ValueId() : addValue(std::move(output)));
    return addNode(std::move(spec));
}

void GraphEditor::removeNode(NodeId id) {
    auto& s = *m_state;
    assert(node(id));
    s.unlink(*s.nodes[id.number]);
    s.nodes[id.number] = nullptr;
}

void GraphEditor::replaceNode(Node next) {
    auto& s = *m_state;
    assert(node(next.id));
    const auto id = next.id;
    s.unlink(*s.nodes[id.number]);
    s.nodes[id.number] = std::make_shared<Node>(std::move(next));
    s.link(*s.nodes[id.number]);
}

void GraphEditor::setInput(NodeId id, std::size_t index, ValueId value) {
    Node next = *node(id);
    if (next.inputs.size() <= index)
        next.inputs.resize(index + 1);
    next.inputs[index] = value;
    replaceNode(std::move(next));
}

void GraphEditor::setAttribute(NodeId id, Attribute attribute) {
    Node next = *node(id);
    const auto it = std::find_if(next.attributes.begin(), next.attributes.end(),
                                 [&](const Attribute& a) { return a.name == attribute.name; });
    if (it == next.attributes.end())
        next.attributes.push_back(std::move(attribute));
    else
        *it = std::move(attribute);
    replaceNode(std::move(next));
}

void GraphEditor::removeAttribute(NodeId id, std::string_view name) {
    Node next = *node(id);
    std::erase_if(next.attributes, [&](const Attribute& a) { return a.name == name; });
    replaceNode(std::move(next));
}

bool GraphEditor::replaceUses(ValueId from, ValueId to, bool graphOutputsToo) {
    const auto list = uses(from);
    if (std::any_of(list.begin(), list.end(), [](const Use& use) { return use.input < 0; }))
        return false;
    for (const auto& use : list)
        if (m_state->nodes[use.node.number]->inputs[std::size_t(use.input)] == from)
            setInput(use.node, std::size_t(use.input), to);
    if (graphOutputsToo)
        std::replace(m_state->outputs.begin(), m_state->outputs.end(), from, to);
    return true;
}

std::size_t GraphEditor::removeUnused() {
    auto& s = *m_state;
    std::vector<bool> isOutput(s.values.size()), isInput(s.values.size());
    for (const auto id : s.outputs)
        isOutput[id.number] = true;
    for (const auto id : s.inputs)
        isInput[id.number] = true;
    const auto dead = [&](const Node& candidate) {
        return std::all_of(candidate.outputs.begin(), candidate.outputs.end(), [&](ValueId id) {
            return !id.valid() || (s.users[id.number].empty() && !isOutput[id.number]);
        });
    };
    std::size_t removed = 0;
    std::vector<NodeId> work = nodeIds();
    while (!work.empty()) {
        const auto id = work.back();
        work.pop_back();
        const auto current = s.nodes[id.number];
        if (!current || !dead(*current))
            continue;
        for (const auto input : current->inputs)
            if (input.valid() && s.producers[input.number].valid())
                work.push_back(s.producers[input.number]);
        for (const auto& name : capturedNames(*current))
            if (const auto it = s.valueByName.find(name); it != s.valueByName.end())
                if (s.producers[it->second.number].valid())
                    work.push_back(s.producers[it->second.number]);
        removeNode(id);
        ++removed;
    }
    for (auto& value : s.values)
        if (value && s.users[value->id.number].empty() && !s.producers[value->id.number].valid() &&
            !isOutput[value->id.number] && !isInput[value->id.number])
            s.dropValue(value->id);
    std::erase_if(s.initializers, [&](ValueId id) { return !s.values[id.number]; });
    std::erase_if(s.valueInfo, [&](ValueId id) { return !s.values[id.number]; });
    return removed;
}

void GraphEditor::State::dropValue(ValueId id) {
    valueByName.erase(values[id.number]->name);
    values[id.number] = nullptr;
}

std::shared_ptr<Value> GraphEditor::State::copyValue(ValueId id) const {
    assert(id.number < values.size() && values[id.number]);
    return std::make_shared<Value>(*values[id.number]);
}

Attribute makeAttribute(std::string name, AttributeValue value) {
    Attribute attribute;
    attribute.name = std::move(name);
    attribute.value = std::move(value);
    return attribute;
}

} // namespace lapidary
