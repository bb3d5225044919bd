// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace lapidary {

namespace {

TensorPtr constantOfShape(const Node& node, const Tensor& shapeTensor, std::uint64_t maxBytes) {
    const auto shape = toIntegers(shapeTensor);
    if (!shape || std::any_of(shape->begin(), shape->end(), [](auto extent) { return extent < 0; }))
        return nullptr;
    auto value = node.tensorAttribute("value");
    if (!value)
        value = makeTensor<float>({1}, {0.0f});
    if (!isUsable(*value) || value->count() != 1)
        return nullptr;
    return stridedCopy(*value, *shape, std::vector<std::int64_t>(shape->size(), 0), 0, maxBytes);
}

template <typename T>
TensorPtr rangeOf(const Tensor& start, const Tensor& limit, const Tensor& delta, std::uint64_t maxBytes) {
    const auto scalar = [](const Tensor& tensor) {
        T value;
        std::memcpy(&value, tensor.data.bytes().data(), sizeof(T));
        return value;
    };
    const T first = scalar(start), last = scalar(limit), step = scalar(delta);
    if (step == T(0))
        return nullptr;
    const double count = std::max(0.0, std::ceil((double(last) - double(first)) / double(step)));
    if (!(count * sizeof(T) <= double(maxBytes)))
        return nullptr;
    std::vector<T> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = T(first + T(i) * step);
    const Shape shape{std::int64_t(values.size())};
    return makeTensor<T>(shape, std::move(values));
}

TensorPtr evaluateRange(const std::vector<TensorPtr>& inputs, std::uint64_t maxBytes) {
    if (inputs.size() != 3 || inputs[0]->type != inputs[1]->type || inputs[0]->type != inputs[2]->type ||
        inputs[0]->count() != 1 || inputs[1]->count() != 1 || inputs[2]->count() != 1)
        return nullptr;
    if (inputs[0]->type == DataType::Int64)
        return rangeOf<std::int64_t>(*inputs[0], *inputs[1], *inputs[2], maxBytes);
    if (inputs[0]->type == DataType::Int32)
        return rangeOf<std::int32_t>(*inputs[0], *inputs[1], *inputs[2], maxBytes);
    if (inputs[0]->type == DataType::Float)
        return rangeOf<float>(*inputs[0], *inputs[1], *inputs[2], maxBytes);
    return nullptr;
}

TensorPtr evaluateWhere(const std::vector<TensorPtr>& inputs, std::uint64_t maxBytes) {
    if (inputs.size() != 3 || inputs[0]->type != DataType::Bool || inputs[1]->type != inputs[2]->type)
        return nullptr;
    auto shape = broadcastShape(inputs[0]->shape, inputs[1]->shape);
    shape = shape ? broadcastShape(*shape, inputs[2]->shape) : std::nullopt;
    if (!shape)
        return nullptr;
    const auto condition = broadcastTo(*inputs[0], *shape, maxBytes);
    const auto yes = broadcastTo(*inputs[1], *shape, maxBytes), no = broadcastTo(*inputs[2], *shape, maxBytes);
    if (!condition || !yes || !no)
        return nullptr;
    const std::size_t size = std::size_t(bitsPerElement(yes->type) / 8);
    std::vector<std::byte> bytes(yes->data.size());
    for (std::size_t i = 0; i < condition->data.size(); ++i) {
        const auto& source = condition->data.bytes()[i] != std::byte(0) ? yes : no;
        std::memcpy(bytes.data() + i * size, source->data.bytes().data() + i * size, size);
    }
    return makeTensor(yes->type, *shape, Blob(std::move(bytes)));
}

/// Products, sums and extremes of integer lists: what exporters leave of shape computations.
TensorPtr reduceIntegers(const Node& node, const std::vector<TensorPtr>& inputs) {
    const auto values =
        inputs[0]->type == DataType::Int64 ? toIntegers(*inputs[0]) : Result<std::vector<std::int64_t>>(Diagnostic());
    const auto axes = integersOf(node, inputs, 1, "axes");
    const bool all = inputs[0]->shape.size() == 1 && (!axes || *axes == std::vector<std::int64_t>{0});
    if (!values || values->empty() || !all)
        return nullptr;
    std::int64_t result = values->front();
    for (std::size_t i = 1; i < values->size(); ++i) {
        const std::int64_t value = (*values)[i];
        if (node.is("ReduceProd"))
            result = std::int64_t(std::uint64_t(result) * std::uint64_t(value));
        else if (node.is("ReduceSum"))
            result = std::int64_t(std::uint64_t(result) + std::uint64_t(value));
        else
            result = node.is("ReduceMax") ? std::max(result, value) : std::min(result, value);
    }
    return makeTensor<std::int64_t>(node.intAttribute("keepdims", 1) != 0 ? Shape{1} : Shape{}, {result});
}

} // namespace

std::optional<Shape> broadcastShape(const Shape& a, const Shape& b) {
    Shape out(std::max(a.size(), b.size()));
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::int64_t x = i < a.size() ? a[a.size() - 1 - i] : 1;
        const std::int64_t y = i < b.size() ? b[b.size() - 1 - i] : 1;
        if (x != y && x != 1 && y != 1)
            return std::nullopt;
        out[out.size() - 1 - i] = x == 1 ? y : x;
    }
    return out;
}

bool fits(DataType type, const Shape& shape, std::uint64_t maxBytes) {
    const auto count = elementCount(shape);
    return count && packedBytes(type, std::uint64_t(*count)) <= maxBytes;
}

bool isUsable(const Tensor& tensor) {
    const auto count = elementCount(tensor.shape);
    return !tensor.missing() && bitsPerElement(tensor.type) >= 8 && count &&
           tensor.data.size() == packedBytes(tensor.type, std::uint64_t(*count));
}

std::optional<std::size_t> axisOf(std::int64_t axis, std::size_t rank) {
    const std::int64_t positive = axis < 0 ? axis + std::int64_t(rank) : axis;
    return positive >= 0 && positive < std::int64_t(rank) ? std::optional(std::size_t(positive)) : std::nullopt;
}

std::optional<std::vector<std::int64_t>> integersOf(const Node& node, const std::vector<TensorPtr>& inputs,
                                                    std::size_t index, std::string_view attribute) {
    if (const auto* given = node.attribute(attribute)) {
        const auto* values = std::get_if<std::vector<std::int64_t>>(&given->value);
        return values ? std::optional(*values) : std::nullopt;
    }
    if (index >= inputs.size() || !inputs[index])
        return std::nullopt;
    auto values = toIntegers(*inputs[index]);
    return values ? std::optional(*std::move(values)) : std::nullopt;
}

TensorPtr evaluate(const Node& node, const std::vector<TensorPtr>& inputs, std::int64_t opset, std::uint64_t maxBytes) {
    if (inputs.empty() || !inputs[0])
        return nullptr;
    for (const auto& input : inputs)
        if (input && !isUsable(*input))
            return nullptr;
    const std::string& op = node.opType;
    const bool complete = std::none_of(inputs.begin(), inputs.end(), [](const auto& input) { return !input; });
    if (op == "Cast")
        return evaluateCast(node, *inputs[0], maxBytes);
    if (op == "ConstantOfShape")
        return constantOfShape(node, *inputs[0], maxBytes);
    if (op == "Range" && complete)
        return evaluateRange(inputs, maxBytes);
    if (op == "Where" && complete)
        return evaluateWhere(inputs, maxBytes);
    if (op == "ReduceProd" || op == "ReduceSum" || op == "ReduceMax" || op == "ReduceMin")
        return reduceIntegers(node, inputs);
    if (op == "Shape" || op == "Size") {
        if (op == "Size")
            return makeScalar<std::int64_t>(inputs[0]->count());
        const Shape& shape = inputs[0]->shape;
        if (node.attribute("start") || node.attribute("end"))
            return nullptr;
        return makeTensor<std::int64_t>({std::int64_t(shape.size())}, shape);
    }
    if (auto moved = evaluateMove(node, inputs, opset, maxBytes))
        return moved;
    if (complete && inputs.size() == 2)
        return evaluateArithmetic(node, inputs, maxBytes);
    return inputs.size() == 1 ? evaluateUnary(node, *inputs[0], maxBytes) : nullptr;
}

} // namespace lapidary
