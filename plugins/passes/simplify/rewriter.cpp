// SPDX-License-Identifier: GPL-3.0-or-later
#include "rewriter.h"

#include "onnx/onnxshapes.h"
#include "rewrites.h"

#include <algorithm>

namespace lapidary {

namespace {

bool inputsAreStatic(const Graph& graph) {
    for (const auto id : graph.requiredInputs()) {
        const auto& type = graph.value(id)->type;
        const auto shape = type ? type->shape() : std::nullopt;
        if (!shape || std::any_of(shape->begin(), shape->end(), [](auto extent) { return extent < 0; }))
            return false;
    }
    return true;
}

} // namespace

Rewriter::Rewriter(const PassInput& input, RewriteOptions options)
    : m_input(input), m_options(options), m_editor(input.model->graph), m_batchOne(input.shapes),
      m_initializersAreInputs(input.model->irVersion < 4) {
    m_queued.resize(input.model->graph->nodeIdLimit());
    for (const auto& node : input.model->graph->nodes())
        touchNode(node->id);
}

Status Rewriter::run(const Work& work) {
    // Every rewrite removes a node, a chain link or an operation; the bound only guards against a mistake in one.
    std::size_t steps = 0;
    const std::size_t bound = 100 * m_queue.size() + 1000;
    do {
        while (!m_queue.empty() && steps < bound) {
            if (++steps % 64 == 0)
                if (const auto status = work.check(); !status)
                    return status;
            const NodeId id = m_queue.front();
            m_queue.pop_front();
            m_queued[id.number] = false;
            if (!node(id) || !m_input.inScope(id))
                continue;
            dropDead(id);
            if (node(id))
                applyRewrites(*this, id);
        }
        if (const auto status = work.check(); !status)
            return status;
    } while (steps < bound && mergeDuplicates(*this));
    return {};
}

Result<GraphPtr> Rewriter::finish() {
    m_editor.removeUnused();
    if (m_initializersAreInputs) {
        // Before IR version 4 every initializer is also listed as an input; the list must not keep dead ones alive.
        const auto inputs = m_editor.inputs();
        for (const auto id : inputs)
            if (m_editor.value(id)->initializer && m_editor.uses(id).empty() && !m_editor.isOutput(id))
                m_editor.removeInput(id);
        m_editor.removeUnused();
    }
    return m_editor.finish();
}

const Node* Rewriter::producer(ValueId id) const {
    const Node* maker = m_editor.producer(id);
    return maker && m_input.inScope(maker->id) ? maker : nullptr;
}

TensorPtr Rewriter::constant(ValueId id) const {
    if (!id.valid() || (!m_initializersAreInputs && m_editor.isInput(id)))
        return nullptr;
    auto tensor = m_editor.constant(id);
    return tensor && !tensor->missing() ? tensor : nullptr;
}

bool Rewriter::soleUse(ValueId id) const {
    const auto uses = m_editor.uses(id);
    return uses.size() == 1 && uses.front().input >= 0 && !m_editor.isOutput(id);
}

bool Rewriter::used(ValueId id) const {
    return id.valid() && (!m_editor.uses(id).empty() || m_editor.isOutput(id));
}

std::optional<Shape> Rewriter::shape(ValueId id) {
    if (!id.valid())
        return std::nullopt;
    if (const auto it = m_newTypes.find(id); it != m_newTypes.end())
        return it->second.shape;
    return exactShapes().shape(id);
}

std::optional<Shape> Rewriter::staticShape(ValueId id) {
    auto found = shape(id);
    if (found && std::any_of(found->begin(), found->end(), [](auto extent) { return extent < 0; }))
        return std::nullopt;
    return found;
}

const ShapeTable& Rewriter::exactShapes() {
    if (m_exact)
        return *m_exact;
    // The shapes a pass is given hold for batch 1. Where the model takes any batch they must not be baked in.
    if (inputsAreStatic(*m_input.model->graph)) {
        m_exact = m_input.shapes;
        return *m_exact;
    }
    auto inferred = inferOnnxShapes(*m_input.model, OnnxShapeOptions{.batch = 0});
    m_exact = inferred ? *std::move(inferred) : ShapeTable(*m_input.model->graph);
    return *m_exact;
}

void Rewriter::setType(ValueId id, const Tensor& tensor) {
    m_newTypes[id] = {tensor.type, tensor.shape};
    m_batchOne.set(id, {tensor.type, tensor.shape});
}

ValueId Rewriter::addConstant(const std::string& name, TensorPtr tensor) {
    const auto type = TypeInfo::tensor(tensor->type, tensor->shape);
    const Tensor& facts = *tensor;
    const auto id = m_editor.addInitializer(name, tensor);
    setType(id, facts);
    if (m_initializersAreInputs) {
        m_editor.setType(id, type);
        m_editor.addInput(id);
    }
    return id;
}

void Rewriter::setConstantInput(NodeId id, std::size_t index, const std::string& name, TensorPtr tensor) {
    const ValueId old = node(id)->input(index);
    const bool sameShape =
        old.valid() && m_editor.value(old)->initializer && m_editor.value(old)->initializer->shape == tensor->shape;
    if (sameShape && soleUse(old))
        m_editor.setInitializer(old, std::move(tensor));
    else
        m_editor.setInput(id, index, addConstant(name, std::move(tensor)));
    m_changed.insert(id);
    touchNode(id);
}

bool Rewriter::replaceByConstants(NodeId id, const std::vector<TensorPtr>& outputs) {
    const Node old = *node(id);
    for (const auto output : old.outputs)
        if (output.valid() && m_editor.isOutput(output))
            return false; // an output must be made by a node to be an output for every runtime
    m_editor.removeNode(id);
    m_changed.insert(id);
    for (std::size_t i = 0; i < old.outputs.size(); ++i) {
        if (!old.outputs[i].valid() || !used(old.outputs[i]))
            continue;
        m_editor.setInitializer(old.outputs[i], outputs[i]);
        setType(old.outputs[i], *outputs[i]);
        if (m_initializersAreInputs) {
            m_editor.setType(old.outputs[i], TypeInfo::tensor(outputs[i]->type, outputs[i]->shape));
            m_editor.addInput(old.outputs[i]);
        }
        touchUsers(old.outputs[i]);
    }
    for (const auto input : old.inputs)
        if (input.valid())
            if (const Node* maker = producer(input))
                dropDead(maker->id);
    return true;
}

bool Rewriter::bypass(NodeId id, ValueId from, ValueId to) {
    const auto captured = [&](ValueId value) {
        const auto uses = m_editor.uses(value);
        return std::any_of(uses.begin(), uses.end(), [](const Use& use) { return use.input < 0; });
    };
    if (captured(from))
        return false;
    if (!m_editor.isOutput(from)) {
        touchUsers(from);
        m_editor.replaceUses(from, to);
        removeNode(id);
        touchUsers(to);
        return true;
    }
    // The output's name stays: the node before takes it over.
    const Node* maker = producer(to);
    if (!maker || m_editor.isOutput(to) || captured(to))
        return false;
    const NodeId makerId = maker->id;
    m_editor.removeNode(id);
    m_changed.insert(id);
    m_editor.replaceUses(to, from);
    Node next = *node(makerId);
    std::replace(next.outputs.begin(), next.outputs.end(), to, from);
    replaceNode(std::move(next));
    return true;
}

void Rewriter::takeOver(NodeId maker, NodeId id) {
    const Node old = *node(id);
    m_editor.removeNode(id);
    m_changed.insert(id);
    Node next = *node(maker);
    next.outputs[0] = old.outputs[0];
    replaceNode(std::move(next));
    for (const auto input : old.inputs)
        if (input.valid())
            if (const Node* other = producer(input); other && other->id != maker)
                dropDead(other->id);
}

void Rewriter::replaceNode(Node next) {
    const auto id = next.id;
    const auto outputs = next.outputs;
    m_editor.replaceNode(std::move(next));
    m_changed.insert(id);
    touchNode(id);
    for (const auto output : outputs)
        if (output.valid())
            touchUsers(output);
}

void Rewriter::removeNode(NodeId id) {
    const auto inputs = node(id)->inputs;
    m_editor.removeNode(id);
    m_changed.insert(id);
    for (const auto input : inputs)
        if (input.valid())
            if (const Node* maker = producer(input)) {
                touchNode(maker->id);
                // A value with one user fewer may now be fused into that user.
                if (soleUse(input))
                    touchUsers(input);
            }
}

void Rewriter::dropDead(NodeId id) {
    std::vector<NodeId> work{id};
    while (!work.empty()) {
        const auto next = work.back();
        work.pop_back();
        const Node* candidate = node(next);
        if (!candidate || !m_input.inScope(next) ||
            std::any_of(candidate->outputs.begin(), candidate->outputs.end(), [&](ValueId out) { return used(out); }))
            continue;
        const auto inputs = candidate->inputs;
        removeNode(next);
        count("remove_dead", next, {});
        for (const auto input : inputs)
            if (input.valid())
                if (const Node* maker = producer(input))
                    work.push_back(maker->id);
    }
}

void Rewriter::touchNode(NodeId id) {
    if (id.number >= m_queued.size())
        m_queued.resize(id.number + 1);
    if (m_queued[id.number])
        return;
    m_queued[id.number] = true;
    m_queue.push_back(id);
}

void Rewriter::touchUsers(ValueId id) {
    for (const auto& use : m_editor.uses(id))
        touchNode(use.node);
}

void Rewriter::count(const std::string& rewrite, NodeId where, const std::string& what) {
    ++m_counts[rewrite];
    if (what.empty())
        return;
    // The node may be gone already; its name is in the graph the run started from.
    const Node* original = m_input.model->graph->node(where);
    if (original)
        m_reports.push_back({displayName(*original), original->opType, what, {}});
}

} // namespace lapidary
