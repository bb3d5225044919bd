// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/neweropsets.h"

#include "onnx/integerfolding.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace lapidary {

namespace {

using onnx::AttributeProto;
using onnx::NodeProto;
using onnx::TensorProto;

template <std::size_t N>
bool isOneOf(const std::string& name, const std::array<std::string_view, N>& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

constexpr std::array<std::string_view, 9> reductions = {"ReduceL1",        "ReduceL2",   "ReduceLogSum",
                                                        "ReduceLogSumExp", "ReduceMax",  "ReduceMean",
                                                        "ReduceMin",       "ReduceProd", "ReduceSumSquare"};
/// Operators after opset 17 whose first output is like their first input.
constexpr std::array<std::string_view, 7> likeFirstInput = {
    "Gelu", "Mish", "Swish", "GroupNormalization", "RMSNormalization", "RotaryEmbedding", "BitwiseNot"};
constexpr std::array<std::string_view, 3> broadcasting = {"BitwiseAnd", "BitwiseOr", "BitwiseXor"};

const AttributeProto* find(const NodeProto& node, std::string_view name) {
    for (const auto& attribute : node.attribute())
        if (attribute.name() == name)
            return &attribute;
    return nullptr;
}

void drop(NodeProto& node, std::string_view name) {
    auto& list = *node.mutable_attribute();
    for (int i = list.size(); i-- > 0;)
        if (list[i].name() == name)
            list.DeleteSubrange(i, 1);
}

void keepInputs(NodeProto& node, int count) {
    auto& list = *node.mutable_input();
    if (list.size() > count)
        list.DeleteSubrange(count, list.size() - count);
}

void becomeIdentity(NodeProto& node) {
    node.set_op_type("Identity");
    node.clear_attribute();
    keepInputs(node, 1);
    auto& outputs = *node.mutable_output();
    if (outputs.size() > 1)
        outputs.DeleteSubrange(1, outputs.size() - 1);
}

bool hasInput(const NodeProto& node, int index) {
    return node.input_size() > index && !node.input(index).empty();
}

bool constantInput(const NodeProto& node, int index, const KnownInputs& known, std::vector<std::int64_t>& out) {
    const auto it = known.data.find(node.input(index));
    const auto tensor = it == known.data.end() ? std::nullopt : integerTensorOf(*it->second);
    if (!tensor)
        return false;
    out = tensor->values;
    return true;
}

const onnx::TensorShapeProto* shapeOf(const std::string& name, const KnownInputs& known) {
    const auto it = known.types.find(name);
    if (it == known.types.end() || !it->second->has_tensor_type() || !it->second->tensor_type().has_shape())
        return nullptr;
    return &it->second->tensor_type().shape();
}

std::string addMade(const NodeProto& node, const KnownInputs& known, const std::vector<std::int64_t>& values) {
    // A name no model can have clashes with nothing.
    const std::string name = std::string("\x01") + (node.output_size() > 0 ? node.output(0) : std::string());
    auto& tensor = known.made[name] = toProto({TensorProto::INT64, {std::int64_t(values.size())}, values});
    known.data[name] = &tensor;
    auto& type = known.typeStore.emplace_back();
    type.mutable_tensor_type()->set_elem_type(TensorProto::INT64);
    type.mutable_tensor_type()->mutable_shape()->add_dim()->set_dim_value(std::int64_t(values.size()));
    known.types[name] = &type;
    return name;
}

/// Opset 18 made the axes of reductions an input; before they were an attribute.
bool adaptReduction(NodeProto& node, const KnownInputs& known) {
    const auto* noop = find(node, "noop_with_empty_axes");
    const bool keepsAll = noop && noop->i() != 0;
    std::vector<std::int64_t> axes;
    if (hasInput(node, 1) && !constantInput(node, 1, known, axes))
        return false;
    drop(node, "noop_with_empty_axes");
    keepInputs(node, 1);
    if (axes.empty()) {
        if (keepsAll)
            becomeIdentity(node);
        return true;
    }
    drop(node, "axes");
    auto* attribute = node.add_attribute();
    attribute->set_name("axes");
    attribute->set_type(AttributeProto::INTS);
    for (const auto axis : axes)
        attribute->add_ints(axis);
    return true;
}

/// Opset 18 may name a number of parts instead of their sizes; the last part is then the smaller one.
bool adaptSplit(NodeProto& node, const KnownInputs& known) {
    const auto* parts = find(node, "num_outputs");
    if (!parts || hasInput(node, 1))
        return true;
    const std::int64_t count = parts->i();
    const auto* axisAttribute = find(node, "axis");
    std::int64_t axis = axisAttribute ? axisAttribute->i() : 0;
    const auto* shape = shapeOf(node.input(0), known);
    drop(node, "num_outputs");
    if (!shape || count <= 0 || count != node.output_size())
        return false;
    axis += axis < 0 ? shape->dim_size() : 0;
    if (axis < 0 || axis >= shape->dim_size() || !shape->dim(int(axis)).has_dim_value())
        return false;
    const std::int64_t extent = shape->dim(int(axis)).dim_value();
    const std::int64_t size = (extent + count - 1) / count;
    std::vector<std::int64_t> sizes(std::size_t(count), size);
    sizes.back() = extent - size * (count - 1);
    if (sizes.back() < 0)
        return false;
    keepInputs(node, 1);
    *node.add_input() = addMade(node, known, sizes);
    return true;
}

/// Opset 18 may pad named axes only.
bool adaptPad(NodeProto& node, const KnownInputs& known) {
    if (!hasInput(node, 3))
        return true;
    std::vector<std::int64_t> pads, axes;
    const auto* shape = shapeOf(node.input(0), known);
    if (!shape || !constantInput(node, 1, known, pads) || !constantInput(node, 3, known, axes) ||
        pads.size() != 2 * axes.size())
        return false;
    const auto rank = std::int64_t(shape->dim_size());
    std::vector<std::int64_t> all(std::size_t(2 * rank), 0);
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const auto axis = axes[i] < 0 ? axes[i] + rank : axes[i];
        if (axis < 0 || axis >= rank)
            return false;
        all[std::size_t(axis)] = pads[i];
        all[std::size_t(axis + rank)] = pads[axes.size() + i];
    }
    keepInputs(node, 3);
    node.set_input(1, addMade(node, known, all));
    return true;
}

/// Opset 19 gave average pooling dilations; maximum pooling has had them, with the same output shape.
bool adaptPooling(NodeProto& node) {
    const auto* dilations = find(node, "dilations");
    if (!dilations || std::all_of(dilations->ints().begin(), dilations->ints().end(), [](auto d) { return d == 1; }))
        return true;
    node.set_op_type("MaxPool");
    for (const auto* name : {"count_include_pad", "p"})
        drop(node, name);
    return true;
}

} // namespace

bool adaptToKnownOpset(NodeProto& node, const KnownInputs& known) {
    const auto& op = node.op_type();
    if (node.input_size() == 0)
        return true;
    if (isOneOf(op, reductions))
        return adaptReduction(node, known);
    if (op == "Split")
        return adaptSplit(node, known);
    if (op == "Pad")
        return adaptPad(node, known);
    if (op == "AveragePool" || op == "LpPool")
        return adaptPooling(node);
    if (isOneOf(op, likeFirstInput)) {
        becomeIdentity(node);
        return true;
    }
    if (isOneOf(op, broadcasting)) {
        node.set_op_type("Add");
        return true;
    }
    if (op == "DFT" || (op == "Resize" && find(node, "axes")))
        return false;
    return true;
}

} // namespace lapidary
