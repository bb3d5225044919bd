// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/integerfolding.h"

#include <algorithm>
#include <limits>
#include <string_view>

namespace lapidary {

namespace {

using onnx::TensorProto;
using Index = std::vector<std::int64_t>;
using Inputs = std::vector<const IntegerTensor*>;

std::int64_t littleEndian(std::string_view bytes) {
    std::uint64_t bits = 0;
    for (std::size_t i = bytes.size(); i-- > 0;)
        bits = bits << 8 | std::uint8_t(bytes[i]);
    return bytes.size() == 4 ? std::int64_t(std::int32_t(bits)) : std::int64_t(bits);
}

std::int64_t attribute(const onnx::NodeProto& node, std::string_view name, std::int64_t fallback) {
    for (const auto& item : node.attribute())
        if (item.name() == name)
            return item.i();
    return fallback;
}

std::optional<Index> integersAttribute(const onnx::NodeProto& node, std::string_view name) {
    for (const auto& item : node.attribute())
        if (item.name() == name)
            return Index(item.ints().begin(), item.ints().end());
    return std::nullopt;
}

/// Calls `source` with each index of `shape` in row-major order and gathers what it gives.
template <typename Source>
std::optional<IntegerTensor> made(std::int32_t type, const Shape& shape, Source source) {
    IntegerTensor out{type, shape, {}};
    const auto count = std::size_t(elementCount(shape).value_or(0));
    out.values.reserve(count);
    Index index(shape.size(), 0);
    for (std::size_t i = 0; i < count; ++i) {
        const std::optional<std::int64_t> value = source(index);
        if (!value)
            return std::nullopt;
        out.values.push_back(*value);
        for (std::size_t axis = shape.size(); axis-- > 0;) {
            if (++index[axis] < shape[axis])
                break;
            index[axis] = 0;
        }
    }
    return out;
}

/// The element of `tensor` at `index`, broadcast as NumPy does; nullopt outside.
std::optional<std::int64_t> at(const IntegerTensor& tensor, const Index& index) {
    if (tensor.shape.size() > index.size())
        return std::nullopt;
    const auto skip = index.size() - tensor.shape.size();
    std::int64_t place = 0;
    for (std::size_t axis = 0; axis < tensor.shape.size(); ++axis) {
        const auto extent = tensor.shape[axis];
        const auto position = extent == 1 ? 0 : index[axis + skip];
        if (position < 0 || position >= extent)
            return std::nullopt;
        place = place * extent + position;
    }
    return tensor.values[std::size_t(place)];
}

std::optional<std::int64_t> calculate(std::string_view op, std::int64_t a, std::int64_t b) {
    std::int64_t result = 0;
    if (op == "Add")
        return __builtin_add_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    if (op == "Sub")
        return __builtin_sub_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    if (op == "Mul")
        return __builtin_mul_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    if (op == "Div")
        return b == 0 || (b == -1 && a == std::numeric_limits<std::int64_t>::min()) ? std::nullopt
                                                                                    : std::optional(a / b);
    if (op == "Equal")
        return a == b;
    if (op == "Greater")
        return a > b;
    if (op == "Less")
        return a < b;
    if (op == "Min")
        return std::min(a, b);
    if (op == "Max")
        return std::max(a, b);
    return std::nullopt;
}

std::optional<IntegerTensor> foldBinary(const onnx::NodeProto& node, const Inputs& inputs, const Shape& shape) {
    const auto& op = node.op_type();
    const bool compares = op == "Equal" || op == "Greater" || op == "Less";
    return made(compares ? int(TensorProto::BOOL) : inputs[0]->type, shape,
                [&](const Index& index) -> std::optional<std::int64_t> {
                    const auto a = at(*inputs[0], index);
                    const auto b = at(*inputs[1], index);
                    return a && b ? calculate(op, *a, *b) : std::nullopt;
                });
}

std::optional<IntegerTensor> foldConcat(const onnx::NodeProto& node, const Inputs& inputs, const Shape& shape) {
    const auto rank = std::int64_t(shape.size());
    auto axis = attribute(node, "axis", 0);
    axis += axis < 0 ? rank : 0;
    if (axis < 0 || axis >= rank)
        return std::nullopt;
    for (const auto* input : inputs)
        if (std::int64_t(input->shape.size()) != rank)
            return std::nullopt;
    return made(inputs[0]->type, shape, [&](Index index) -> std::optional<std::int64_t> {
        for (const auto* input : inputs) {
            auto& position = index[std::size_t(axis)];
            if (position < input->shape[std::size_t(axis)])
                return at(*input, index);
            position -= input->shape[std::size_t(axis)];
        }
        return std::nullopt;
    });
}

std::optional<IntegerTensor> foldTranspose(const onnx::NodeProto& node, const Inputs& inputs, const Shape& shape) {
    const auto rank = shape.size();
    Index order(rank);
    for (std::size_t axis = 0; axis < rank; ++axis)
        order[axis] = std::int64_t(rank - 1 - axis);
    order = integersAttribute(node, "perm").value_or(order);
    if (order.size() != rank || inputs[0]->shape.size() != rank)
        return std::nullopt;
    for (const auto axis : order)
        if (axis < 0 || axis >= std::int64_t(rank))
            return std::nullopt;
    return made(inputs[0]->type, shape, [&](const Index& index) {
        Index source(rank, 0);
        for (std::size_t axis = 0; axis < rank; ++axis)
            source[std::size_t(order[axis])] = index[axis];
        return at(*inputs[0], source);
    });
}

std::optional<IntegerTensor> foldSlice(const onnx::NodeProto& node, const Inputs& inputs, const Shape& shape) {
    const auto argument = [&](std::size_t input, const char* name) -> std::optional<Index> {
        if (input < inputs.size() && inputs[input])
            return inputs[input]->values;
        return integersAttribute(node, name);
    };
    const auto starts = argument(1, "starts");
    if (!starts || inputs[0]->shape.size() != shape.size())
        return std::nullopt;
    Index axes(starts->size());
    for (std::size_t i = 0; i < axes.size(); ++i)
        axes[i] = std::int64_t(i);
    axes = argument(3, "axes").value_or(axes);
    const auto steps = argument(4, "steps").value_or(Index(starts->size(), 1));
    if (axes.size() != starts->size() || steps.size() != starts->size())
        return std::nullopt;
    const auto rank = std::int64_t(shape.size());
    Index from(shape.size(), 0), step(shape.size(), 1);
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const auto axis = axes[i] + (axes[i] < 0 ? rank : 0);
        if (axis < 0 || axis >= rank)
            return std::nullopt;
        const auto extent = inputs[0]->shape[std::size_t(axis)];
        auto start = std::clamp((*starts)[i], -extent, extent);
        start += start < 0 ? extent : 0;
        step[std::size_t(axis)] = std::clamp<std::int64_t>(steps[i], -extent - 1, extent + 1);
        from[std::size_t(axis)] = steps[i] < 0 ? std::min(start, extent - 1) : start;
    }
    return made(inputs[0]->type, shape, [&](Index index) {
        for (std::size_t axis = 0; axis < index.size(); ++axis)
            index[axis] = from[axis] + index[axis] * step[axis];
        return at(*inputs[0], index);
    });
}

std::optional<IntegerTensor> foldGather(const onnx::NodeProto& node, const Inputs& inputs, const Shape& shape) {
    const auto rank = std::int64_t(inputs[0]->shape.size());
    auto axis = attribute(node, "axis", 0);
    axis += axis < 0 ? rank : 0;
    const auto& indices = *inputs[1];
    const auto indexRank = std::int64_t(indices.shape.size());
    if (axis < 0 || axis >= rank || std::int64_t(shape.size()) != rank - 1 + indexRank)
        return std::nullopt;
    return made(inputs[0]->type, shape, [&](const Index& index) -> std::optional<std::int64_t> {
        const auto first = index.begin() + axis;
        auto chosen = at(indices, Index(first, first + indexRank));
        if (!chosen)
            return std::nullopt;
        Index source(index.begin(), first);
        source.push_back(*chosen + (*chosen < 0 ? inputs[0]->shape[std::size_t(axis)] : 0));
        source.insert(source.end(), first + indexRank, index.end());
        return at(*inputs[0], source);
    });
}

std::optional<IntegerTensor> foldConstantOfShape(const onnx::NodeProto& node, const Shape& shape) {
    for (const auto& item : node.attribute())
        if (item.name() == "value") {
            const auto value = integerTensorOf(item.t());
            if (!value || value->values.size() != 1)
                return std::nullopt;
            return made(value->type, shape, [&](const Index&) { return std::optional(value->values[0]); });
        }
    return std::nullopt; // without a value it makes floats
}

std::optional<IntegerTensor> reshaped(const IntegerTensor& tensor, std::int32_t type, const Shape& shape) {
    if (elementCount(shape) != std::int64_t(tensor.values.size()))
        return std::nullopt;
    return IntegerTensor{type, shape, tensor.values};
}

std::optional<IntegerTensor> foldCast(const onnx::NodeProto& node, const Inputs& inputs, const Shape& shape) {
    const auto type = attribute(node, "to", 0);
    const bool narrows = type == TensorProto::INT32 && inputs[0]->type == TensorProto::INT64;
    const auto fits = [](std::int64_t v) { return v == std::int32_t(v); };
    if ((type != TensorProto::INT64 && type != TensorProto::INT32) ||
        (narrows && !std::all_of(inputs[0]->values.begin(), inputs[0]->values.end(), fits)))
        return std::nullopt;
    return reshaped(*inputs[0], std::int32_t(type), shape);
}

} // namespace

std::optional<IntegerTensor> integerTensorOf(const TensorProto& tensor) {
    const auto type = tensor.data_type();
    if (type != TensorProto::INT64 && type != TensorProto::INT32 && type != TensorProto::BOOL)
        return std::nullopt;
    IntegerTensor out{type, Shape(tensor.dims().begin(), tensor.dims().end()), {}};
    const auto count = elementCount(out.shape);
    if (!count || *count > std::int64_t(foldLimit))
        return std::nullopt;
    const std::string_view raw = tensor.raw_data();
    const std::size_t width = type == TensorProto::INT64 ? 8 : type == TensorProto::INT32 ? 4 : 1;
    for (std::size_t place = 0; place + width <= raw.size(); place += width)
        out.values.push_back(littleEndian(raw.substr(place, width)));
    if (raw.empty() && type == TensorProto::INT64)
        out.values.assign(tensor.int64_data().begin(), tensor.int64_data().end());
    else if (raw.empty())
        out.values.assign(tensor.int32_data().begin(), tensor.int32_data().end());
    return std::int64_t(out.values.size()) == *count ? std::optional(std::move(out)) : std::nullopt;
}

TensorProto toProto(const IntegerTensor& tensor) {
    TensorProto out;
    out.set_data_type(tensor.type);
    for (const auto extent : tensor.shape)
        out.add_dims(extent);
    for (const auto value : tensor.values)
        if (tensor.type == TensorProto::INT64)
            out.add_int64_data(value);
        else
            out.add_int32_data(std::int32_t(value));
    return out;
}

std::optional<IntegerTensor> foldIntegers(const onnx::NodeProto& node, const Inputs& inputs, const Shape& shape) {
    const auto count = elementCount(shape);
    const auto& op = node.op_type();
    if (!count || *count > std::int64_t(foldLimit) || inputs.empty() || !inputs[0])
        return std::nullopt;
    if (op == "Identity" || op == "Reshape" || op == "Squeeze" || op == "Unsqueeze" || op == "Flatten")
        return reshaped(*inputs[0], inputs[0]->type, shape);
    if (op == "Cast")
        return foldCast(node, inputs, shape);
    if (op == "ConstantOfShape")
        return foldConstantOfShape(node, shape);
    if (op == "Transpose")
        return foldTranspose(node, inputs, shape);
    if (op == "Slice")
        return foldSlice(node, inputs, shape);
    if (op == "Expand")
        return made(inputs[0]->type, shape, [&](const Index& index) { return at(*inputs[0], index); });
    if (std::find(inputs.begin(), inputs.end(), nullptr) != inputs.end())
        return std::nullopt;
    if (op == "Concat")
        return foldConcat(node, inputs, shape);
    if (op == "Gather" && inputs.size() == 2)
        return foldGather(node, inputs, shape);
    if (op == "Where" && inputs.size() == 3)
        return made(inputs[1]->type, shape, [&](const Index& index) -> std::optional<std::int64_t> {
            const auto condition = at(*inputs[0], index);
            return condition ? at(*inputs[*condition ? 1 : 2], index) : std::nullopt;
        });
    return inputs.size() == 2 ? foldBinary(node, inputs, shape) : std::nullopt;
}

} // namespace lapidary
