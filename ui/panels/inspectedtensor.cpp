// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/panels/inspectedtensor.h"

#include "graph/operatortraits.h"
#include "onnx/operatordoc.h"
#include "ui/models/constanttext.h"

#include <algorithm>

namespace lapidary {

namespace {

std::optional<OperatorDoc> docOf(const InspectedGraph& place, const Node& node) {
    return operatorDoc(node.opType, node.domain, place.model().model->opset(node.isOnnx() ? "" : node.domain));
}

/// Input whose name in the operator's definition is `name`; -1 if there is none.
int inputNamed(const OperatorDoc& doc, const std::string& name) {
    for (std::size_t i = 0; i < doc.inputs.size(); ++i)
        if (doc.inputs[i].name == name)
            return int(i);
    return -1;
}

/// ONNX names the parameters of a quantized input "w" "w_scale" and "w_zero_point": no list of operators is needed.
Dequantization quantizationOf(const InspectedGraph& place, const Node& node, const OperatorDoc* doc, std::size_t input,
                              int outputAxis) {
    Dequantization found;
    if (!doc || input >= doc->inputs.size())
        return found;
    const auto& name = doc->inputs[input].name;
    const auto constantAt = [&](int index) {
        return index < 0 ? TensorPtr() : place.constant(node.input(std::size_t(index)));
    };
    found.scale = constantAt(inputNamed(*doc, name + "_scale"));
    if (!found.scale)
        return {};
    found.zeroPoint = constantAt(inputNamed(*doc, name + "_zero_point"));
    found.axis = int(node.intAttribute("axis", outputAxis >= 0 ? outputAxis : 1));
    found.blockSize = node.intAttribute("block_size", 0);
    return found;
}

bool integersUpTo16(DataType type) {
    return isInteger(type) && bitsPerElement(type) <= 16;
}

void addAttributes(const Node& node, std::vector<InspectedTensor>& into) {
    for (const auto& attribute : node.attributes) {
        if (const auto* tensor = std::get_if<TensorPtr>(&attribute.value); tensor && *tensor)
            into.push_back({attribute.name, attribute.name, *tensor});
        if (const auto* list = std::get_if<std::vector<TensorPtr>>(&attribute.value))
            for (std::size_t i = 0; i < list->size(); ++i)
                if ((*list)[i])
                    into.push_back({attribute.name + "[" + std::to_string(i) + "]", attribute.name, (*list)[i]});
    }
}

/// What a constant is to the operator that reads it as input `index`.
InspectedTensor asInput(const InspectedGraph& place, const Node& node, const OperatorDoc* doc, std::size_t index,
                        TensorPtr tensor) {
    InspectedTensor found;
    found.value = node.inputs[index];
    found.name = place.graph().value(found.value)->name;
    const auto* port = doc ? doc->input(index) : nullptr;
    found.role = port ? port->name : std::to_string(index);
    found.tensor = std::move(tensor);
    found.bounds = areSliceBounds(node, found.role);
    if (const auto* traits = traitsOf(node); traits && traits->weightInput == int(index)) {
        found.outputAxis = traits->weightOutputAxis;
        found.inputAxis = traits->weightInputAxis;
    }
    if (integersUpTo16(found.tensor->type))
        found.quantization = quantizationOf(place, node, doc, index, found.outputAxis);
    return found;
}

} // namespace

std::vector<InspectedTensor> InspectedTensors::ofNode(const InspectedGraph& place, const Node& node) {
    std::vector<InspectedTensor> found;
    const auto doc = docOf(place, node);
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        if (!place.graph().value(node.inputs[i]))
            continue;
        if (auto tensor = place.constant(node.inputs[i])) {
            found.push_back(asInput(place, node, doc ? &*doc : nullptr, i, std::move(tensor)));
            continue;
        }
        // A weight that is turned into real numbers on the way: what is stored, as this node reads it.
        const auto* maker = place.graph().producer(node.inputs[i]);
        if (!maker || categoryOf(*maker) != OperatorCategory::Quantization || maker->inputs.empty())
            continue;
        if (auto stored = place.constant(maker->inputs[0])) {
            const auto makerDoc = docOf(place, *maker);
            auto entry = asInput(place, *maker, makerDoc ? &*makerDoc : nullptr, 0, std::move(stored));
            const auto mine = asInput(place, node, doc ? &*doc : nullptr, i, entry.tensor);
            entry.role = mine.role;
            entry.outputAxis = mine.outputAxis;
            entry.inputAxis = mine.inputAxis;
            found.push_back(std::move(entry));
        }
    }
    addAttributes(node, found);
    if (const auto* traits = traitsOf(node); traits && traits->weightInput >= 0)
        std::stable_partition(found.begin(), found.end(), [](const auto& one) { return one.outputAxis >= 0; });
    return found;
}

std::vector<InspectedTensor> InspectedTensors::ofValue(const InspectedGraph& place, ValueId id) {
    auto tensor = place.constant(id);
    if (!tensor)
        return {};
    for (const auto& use : place.graph().uses(id))
        if (use.input >= 0)
            for (auto& one : ofNode(place, *place.graph().node(use.node)))
                if (one.value == id)
                    return {std::move(one)};
    return {{place.graph().value(id)->name, {}, std::move(tensor), id}};
}

QString InspectedTensors::axisText(const InspectedTensor& tensor, int axis) {
    if (axis == tensor.outputAxis)
        return tr("Output channels");
    if (axis == tensor.inputAxis)
        return tr("Input channels");
    return tr("Axis %1").arg(axis);
}

} // namespace lapidary
