// SPDX-License-Identifier: GPL-3.0-or-later
#include "halfconverter.h"

#include <algorithm>

namespace lapidary {

HalfConverter::HalfConverter(const PassInput& input, const HalfOptions& options)
    : m_input(input), m_options(options), m_editor(input.model->graph) {
    m_result.shapes = input.shapes;
}

bool HalfConverter::isGraphConstant(ValueId id) const {
    const Value* value = m_editor.value(id);
    return value && value->initializer && (m_input.model->irVersion < 4 || !m_editor.isInput(id));
}

bool HalfConverter::needsName(ValueId id) const {
    if (m_options.keepIoTypes && m_editor.isOutput(id))
        return true;
    const auto uses = m_input.model->graph->uses(id);
    return std::any_of(uses.begin(), uses.end(), [](const Use& use) { return use.input < 0; });
}

PortPrecision HalfConverter::port(const Node& node, std::size_t input) const {
    const auto wanted = portPrecision(node, input, m_input.model->opset());
    if (wanted != PortPrecision::Follows)
        return wanted;
    return m_converted.count(node.id) > 0 ? PortPrecision::Follows : PortPrecision::Float32;
}

void HalfConverter::chooseNodes() {
    const Graph& graph = *m_input.model->graph;
    for (const auto& node : graph.nodes()) {
        bool floats = false, unknown = false;
        const auto look = [&](ValueId id) {
            floats = floats || isFloat(id);
            unknown = unknown || (id.valid() && m_result.shapes.type(id) == DataType::Undefined);
        };
        std::for_each(node->inputs.begin(), node->inputs.end(), look);
        std::for_each(node->outputs.begin(), node->outputs.end(), look);
        if (!m_input.inScope(node->id) || (!floats && !unknown))
            continue;
        auto reason = whyFloat32(*m_input.model, *node, m_options.blocked);
        if (const auto kept = m_options.keptFloat.find(node->id); reason.empty() && kept != m_options.keptFloat.end())
            reason = kept->second;
        if (reason.empty() && unknown)
            reason = "works on values whose type is not known";
        // A Cast out of float16 ends a region somebody converted before.
        const bool widens = node->is("Cast") && m_result.shapes.type(node->input(0)) == DataType::Float16;
        if (!reason.empty())
            m_result.fenced.push_back({node->id, std::move(reason)});
        else if (!widens)
            m_converted.insert(node->id);
    }
}

/// A Constant node that some float32 node reads too keeps its full precision.
void HalfConverter::keepSharedConstants() {
    const Graph& graph = *m_input.model->graph;
    for (const auto& node : graph.nodes()) {
        if (!node->is("Constant") || m_converted.count(node->id) == 0)
            continue;
        for (const auto& use : graph.uses(node->output()))
            if (use.input < 0 || port(*graph.node(use.node), std::size_t(use.input)) == PortPrecision::Float32)
                m_converted.erase(node->id);
    }
}

void HalfConverter::setType(ValueId id, DataType type, ValueId like) {
    TensorType known;
    if (const auto* found = m_result.shapes.find(like))
        known = *found;
    known.type = type;
    m_result.shapes.set(id, known);
    if (const auto& declared = m_editor.value(id)->type; declared && declared->isTensor()) {
        auto next = *declared;
        next.elementType = type;
        m_editor.setType(id, std::move(next));
    }
}

ValueId HalfConverter::addCast(ValueId from, DataType to, const std::string& name) {
    const auto node =
        m_editor.addNode("Cast", name + "_cast", {from}, {name}, {makeAttribute("to", std::int64_t(std::int32_t(to)))});
    const auto id = m_editor.node(node)->output();
    setType(id, to, from);
    return id;
}

ValueId HalfConverter::half(ValueId id) {
    if (const auto it = m_half.find(id); it != m_half.end())
        return it->second;
    const Value value = *m_editor.value(id);
    ValueId made;
    const Node* maker = m_editor.producer(id);
    if (isGraphConstant(id) && isConvertible(*value.initializer)) {
        HalfError error;
        auto tensor = toHalf(*value.initializer, DataType::Float16, m_options.dry, error);
        m_constantErrors[id] = error;
        m_result.error.add(error);
        if (m_halfConstants.count(id) > 0) {
            m_editor.setInitializer(id, std::move(tensor));
            setType(id, DataType::Float16, id);
            made = id;
        } else {
            const auto type = TypeInfo::tensor(DataType::Float16, tensor->shape);
            made = m_editor.addInitializer(value.name + "_float16", std::move(tensor));
            setType(made, DataType::Float16, id);
            if (m_input.model->irVersion < 4) {
                m_editor.setType(made, type);
                m_editor.addInput(made);
            }
        }
    } else if (maker && maker->is("Cast") && m_result.shapes.type(maker->input(0)) == DataType::Float16) {
        made = maker->input(0); // instead of widening and narrowing again
    } else {
        made = addCast(id, DataType::Float16, value.name + "_float16");
    }
    m_half[id] = made;
    return made;
}

ValueId HalfConverter::full(ValueId id) {
    const auto it = m_half.find(id);
    // The home of a value is float16 only if its own type changed or its name was given to a Cast.
    if (it == m_half.end() || it->second != id)
        return id;
    const auto [known, isNew] = m_full.emplace(id, ValueId());
    if (isNew)
        known->second = addCast(id, DataType::Float, m_editor.value(id)->name + "_float32");
    return m_full[id];
}

void HalfConverter::convertInputs() {
    if (m_options.keepIoTypes)
        return;
    for (const auto id : m_input.model->graph->inputs()) {
        if (!isFloat(id) || isGraphConstant(id) || needsName(id) || m_options.tooLarge.count(id) > 0)
            continue;
        const auto& initializer = m_editor.value(id)->initializer;
        if (initializer && !isConvertible(*initializer))
            continue;
        if (initializer)
            m_editor.setInitializer(id, toHalf(*initializer, DataType::Float16, m_options.dry, m_result.error));
        setType(id, DataType::Float16, id);
        m_half[id] = id;
    }
}

void HalfConverter::chooseConstants() {
    const Graph& graph = *m_input.model->graph;
    for (const auto id : graph.valueIds()) {
        if (!isFloat(id) || !isGraphConstant(id) || graph.isOutput(id))
            continue;
        bool onlyHalf = true;
        for (const auto& use : graph.uses(id))
            onlyHalf = onlyHalf && use.input >= 0 &&
                       port(*graph.node(use.node), std::size_t(use.input)) != PortPrecision::Float32;
        if (onlyHalf)
            m_halfConstants.insert(id);
    }
}

void HalfConverter::fixAttributes(Node& node) {
    if (node.is("Cast") && node.intAttribute("to", 0) == std::int64_t(DataType::Float)) {
        for (auto& attribute : node.attributes)
            if (attribute.name == "to")
                attribute.value = std::int64_t(std::int32_t(DataType::Float16));
        return;
    }
    if (!node.is("Constant") && !node.is("ConstantOfShape"))
        return;
    TensorPtr tensor = m_input.model->graph->constant(node.output());
    if (node.is("ConstantOfShape")) {
        tensor = node.tensorAttribute("value");
        if (!tensor)
            tensor = makeTensor<float>({1}, {0.0f});
    }
    if (!tensor || !isConvertible(*tensor))
        return;
    HalfError error;
    auto rounded = toHalf(*tensor, DataType::Float16, m_options.dry, error);
    m_errors[node.id].add(error);
    m_result.error.add(error);
    std::erase_if(node.attributes, [](const Attribute& attribute) { return attribute.name.starts_with("value"); });
    node.attributes.push_back(makeAttribute("value", std::move(rounded)));
}

void HalfConverter::convertOutputs(Node& node) {
    for (auto& output : node.outputs) {
        if (!isFloat(output))
            continue;
        const ValueId original = output;
        if (!needsName(original)) {
            setType(original, DataType::Float16, original);
            m_half[original] = original;
            continue;
        }
        // The name stays what it was for the outside; a Cast makes it from the float16 value.
        const std::string name = m_editor.value(original)->name;
        output = m_editor.addValue(name + "_float16");
        setType(output, DataType::Float16, original);
        m_half[original] = output;
        m_full[original] = original;
    }
}

void HalfConverter::convertNode(NodeId id) {
    const Node* current = m_editor.node(id);
    const bool converted = m_converted.count(id) > 0;
    Node next = *current;
    const auto originalOutputs = next.outputs;
    for (std::size_t i = 0; i < next.inputs.size(); ++i) {
        const ValueId input = next.inputs[i];
        if (!input.valid() || m_input.shapes.type(input) != DataType::Float)
            continue;
        switch (port(next, i)) {
        case PortPrecision::Follows:
            next.inputs[i] = half(input);
            break;
        case PortPrecision::Float32:
            next.inputs[i] = full(input);
            break;
        case PortPrecision::Either:
            if (const auto it = m_half.find(input); it != m_half.end() && !isGraphConstant(input))
                next.inputs[i] = it->second;
            break;
        }
        if (const auto it = m_constantErrors.find(input); it != m_constantErrors.end() && converted)
            m_errors[id].add(it->second);
    }
    if (converted) {
        fixAttributes(next);
        convertOutputs(next);
        m_result.changed.insert(id);
    } else if (next.inputs != current->inputs) {
        m_result.changed.insert(id);
    }
    if (m_result.changed.count(id) == 0)
        return;
    const auto outputs = next.outputs;
    m_editor.replaceNode(std::move(next));
    for (std::size_t i = 0; i < outputs.size(); ++i)
        if (outputs[i] != originalOutputs[i]) {
            Node cast;
            cast.opType = "Cast";
            cast.name = m_editor.value(originalOutputs[i])->name + "_float32_cast";
            cast.inputs = {outputs[i]};
            cast.outputs = {originalOutputs[i]};
            cast.attributes = {makeAttribute("to", std::int64_t(std::int32_t(DataType::Float)))};
            m_editor.addNode(std::move(cast));
        }
}

/// A Cast whose input has become the type it casts to does nothing.
void HalfConverter::dropNeutralCasts() {
    for (const auto id : m_editor.nodeIds()) {
        const Node* node = m_editor.node(id);
        if (!node->is("Cast") || !node->input(0).valid() ||
            std::int64_t(m_result.shapes.type(node->input(0))) != node->intAttribute("to", 0) ||
            m_editor.isOutput(node->output()) || m_result.changed.count(id) == 0)
            continue;
        if (m_editor.replaceUses(node->output(), node->input(0)))
            m_editor.removeNode(id);
    }
}

Result<HalfResult> HalfConverter::convert(const Work& work) {
    if (m_input.model->opset() < 6)
        return errorDiagnostic("float16.opset",
                               "The model uses opset " + std::to_string(m_input.model->opset()) +
                                   "; float16 needs opset 6 or newer",
                               "Choose the mode that stores weights only after converting the model to a newer opset");
    chooseNodes();
    keepSharedConstants();
    chooseConstants();
    convertInputs();
    std::size_t done = 0;
    const auto nodes = m_input.model->graph->nodes();
    for (const auto& node : nodes) {
        if (const auto status = work.check(); !status)
            return status;
        convertNode(node->id);
        work.progress.set(double(++done) / double(nodes.size()));
    }
    for (const auto id : m_result.changed)
        if (m_converted.count(id) > 0)
            m_result.layers.push_back(halfReport(*m_input.model->graph->node(id), "float16", m_errors[id]));
    dropNeutralCasts();
    m_editor.removeUnused();
    auto graph = m_editor.finish();
    if (!graph)
        return graph.error();
    m_result.graph = *std::move(graph);
    return std::move(m_result);
}

Result<HalfResult> convertToHalf(const PassInput& input, const HalfOptions& options, const Work& work) {
    return HalfConverter(input, options).convert(work);
}

} // namespace lapidary
