// SPDX-License-Identifier: GPL-3.0-or-later
#include "rewrites.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

std::optional<std::vector<std::int64_t>> integersAt(const Rewriter& rewriter, const Node& node, std::size_t input,
                                                    std::string_view attribute) {
    if (const auto* given = node.attribute(attribute))
        if (const auto* values = std::get_if<std::vector<std::int64_t>>(&given->value))
            return *values;
    const auto tensor = rewriter.constant(node.input(input));
    if (!tensor)
        return std::nullopt;
    auto values = toIntegers(*tensor);
    return values ? std::optional(*std::move(values)) : std::nullopt;
}

bool all(const std::vector<std::int64_t>& values, std::int64_t wanted) {
    return std::all_of(values.begin(), values.end(), [wanted](auto value) { return value == wanted; });
}

/// Equal extents. One unknown extent at the same place on both sides is equal too when the number of elements is kept.
bool sameShape(Rewriter& rewriter, ValueId a, ValueId b, bool keepsCount) {
    const auto first = rewriter.shape(a);
    const auto second = rewriter.shape(b);
    if (!first || !second || *first != *second)
        return false;
    const auto unknown = std::count(first->begin(), first->end(), -1);
    return unknown == 0 ||
           (keepsCount && unknown == 1 && std::none_of(first->begin(), first->end(), [](auto e) { return e == 0; }));
}

bool dropoutIsInference(const Rewriter& rewriter, const Node& node) {
    if (rewriter.used(node.output(1)))
        return false;
    if (rewriter.model().opset() < 7)
        return node.intAttribute("is_test", 0) == 1;
    if (!node.input(2).valid())
        return true;
    const auto training = rewriter.constant(node.input(2));
    const auto values = training ? toIntegers(*training) : Result<std::vector<std::int64_t>>(Diagnostic());
    return values && all(*values, 0);
}

bool sliceTakesAll(Rewriter& rewriter, const Node& node) {
    if (!sameShape(rewriter, node.input(0), node.output(), false))
        return false;
    if (!node.input(4).valid())
        return true;
    const auto steps = integersAt(rewriter, node, 4, "steps");
    return steps && all(*steps, 1);
}

bool padsNothing(const Rewriter& rewriter, const Node& node) {
    const auto pads = integersAt(rewriter, node, 1, rewriter.model().opset() < 2 ? "paddings" : "pads");
    return pads && all(*pads, 0);
}

bool keepsOrder(const Node& node) {
    const auto perm = node.intsAttribute("perm");
    for (std::size_t i = 0; i < perm.size(); ++i)
        if (perm[i] != std::int64_t(i))
            return false;
    return !perm.empty();
}

bool poolsNothing(const Rewriter& rewriter, const Node& node) {
    const auto kernel = node.intsAttribute("kernel_shape");
    return !kernel.empty() && all(kernel, 1) && all(node.intsAttribute("strides"), 1) &&
           all(node.intsAttribute("pads"), 0) && !rewriter.used(node.output(1));
}

bool clipsNothing(const Node& node) {
    return !node.input(1).valid() && !node.input(2).valid() && !node.attribute("min") && !node.attribute("max");
}

/// Adding 0, multiplying by 1 …, where the constant does not widen the data by broadcasting.
bool isNeutral(Rewriter& rewriter, const Node& node, std::size_t data) {
    const auto tensor = rewriter.constant(node.input(1 - data));
    if (!tensor || tensor->count() == 0 || tensor->count() > 65536 || tensor->type != rewriter.type(node.input(data)))
        return false;
    const bool sum = node.is("Add") || node.is("Sub");
    const auto values = toFloats(*tensor);
    if (!values || std::any_of(values->begin(), values->end(), [&](float v) { return v != (sum ? 0.0f : 1.0f); }))
        return false;
    const auto shape = rewriter.shape(node.input(data));
    if (!shape || tensor->shape.size() > shape->size())
        return false;
    const std::size_t lead = shape->size() - tensor->shape.size();
    for (std::size_t i = 0; i < tensor->shape.size(); ++i)
        if (tensor->shape[i] != 1 && tensor->shape[i] != (*shape)[lead + i])
            return false;
    return true;
}

bool repeatsItself(const Rewriter& rewriter, const Node& node) {
    const Node* maker = rewriter.edit().producer(node.input(0));
    return maker && maker->opType == node.opType && maker->isOnnx();
}

/// Index of the input the first output always equals; -1: there is none.
int equalInput(Rewriter& rewriter, const Node& node) {
    const std::string& op = node.opType;
    const auto when = [](bool yes) { return yes ? 0 : -1; };
    const ValueId in = node.input(0), out = node.output();
    if (op == "Identity")
        return 0;
    if (op == "Dropout")
        return when(dropoutIsInference(rewriter, node));
    if (op == "Cast")
        return when(std::int64_t(rewriter.type(in)) == node.intAttribute("to", 0) &&
                    rewriter.type(in) != DataType::Undefined);
    if (op == "Transpose")
        return when(keepsOrder(node));
    if (op == "Reshape" || op == "Flatten" || op == "Squeeze" || op == "Unsqueeze")
        return when(sameShape(rewriter, in, out, true));
    if (op == "Expand")
        return when(sameShape(rewriter, in, out, false));
    if (op == "Slice")
        return when(sliceTakesAll(rewriter, node));
    if (op == "Pad")
        return when(padsNothing(rewriter, node));
    if (op == "Tile") {
        const auto repeats = integersAt(rewriter, node, 1, "repeats");
        return when(repeats && all(*repeats, 1));
    }
    if (op == "Concat" || op == "Sum" || op == "Max" || op == "Min" || op == "Mean")
        return when(node.inputs.size() == 1);
    if (op == "MaxPool" || op == "AveragePool")
        return when(poolsNothing(rewriter, node));
    if (op == "Clip")
        return when(clipsNothing(node));
    if (op == "Relu" || op == "Abs" || op == "Ceil" || op == "Floor" || op == "Round" || op == "Sign")
        return when(repeatsItself(rewriter, node));
    if (op == "Add" || op == "Mul")
        for (const std::size_t data : {0, 1})
            if (isNeutral(rewriter, node, data))
                return int(data);
    if (op == "Sub" || op == "Div")
        return when(isNeutral(rewriter, node, 0));
    return -1;
}

} // namespace

bool removeNoops(Rewriter& rewriter, NodeId id) {
    const Node node = *rewriter.node(id);
    if (node.inputs.empty() || node.outputs.empty() || !node.output().valid())
        return false;
    for (std::size_t i = 1; i < node.outputs.size(); ++i)
        if (rewriter.used(node.outputs[i]))
            return false;
    const int input = equalInput(rewriter, node);
    if (input < 0 || !node.input(std::size_t(input)).valid() ||
        !rewriter.bypass(id, node.output(), node.input(std::size_t(input))))
        return false;
    rewriter.count("remove_noop", id, node.opType + " did nothing");
    return true;
}

} // namespace lapidary
