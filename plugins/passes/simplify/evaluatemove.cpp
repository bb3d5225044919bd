// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>

namespace lapidary {

namespace {

TensorPtr transposed(const Node& node, const Tensor& input, std::uint64_t maxBytes) {
    const std::size_t rank = input.shape.size();
    auto perm = node.intsAttribute("perm");
    if (perm.empty())
        for (std::size_t i = rank; i > 0; --i)
            perm.push_back(std::int64_t(i - 1));
    if (perm.size() != rank)
        return nullptr;
    const auto source = rowMajorStrides(input.shape);
    Shape shape;
    std::vector<std::int64_t> strides;
    for (const auto axis : perm) {
        if (axis < 0 || axis >= std::int64_t(rank))
            return nullptr;
        shape.push_back(input.shape[std::size_t(axis)]);
        strides.push_back(source[std::size_t(axis)]);
    }
    return stridedCopy(input, shape, strides, 0, maxBytes);
}

std::optional<Shape> reshapeTarget(const Node& node, const Tensor& input, const std::vector<TensorPtr>& inputs) {
    const auto target = integersOf(node, inputs, 1, "shape");
    if (!target)
        return std::nullopt;
    Shape shape = *target;
    std::int64_t known = 1;
    std::int64_t* open = nullptr;
    for (std::size_t i = 0; i < shape.size(); ++i) {
        if (shape[i] == 0 && node.intAttribute("allowzero", 0) == 0) {
            if (i >= input.shape.size())
                return std::nullopt;
            shape[i] = input.shape[i];
        }
        if (shape[i] == -1 && !open)
            open = &shape[i];
        else if (shape[i] < 0)
            return std::nullopt;
        else
            known *= shape[i];
    }
    if (open) {
        if (known <= 0 || input.count() % known != 0)
            return std::nullopt;
        *open = input.count() / known;
    }
    return elementCount(shape) == input.count() ? std::optional(shape) : std::nullopt;
}

std::optional<Shape> squeezedShape(const Node& node, const Tensor& input, const std::vector<TensorPtr>& inputs) {
    const auto axes = integersOf(node, inputs, 1, "axes");
    std::vector<bool> drop(input.shape.size(), false);
    if (!axes)
        for (std::size_t i = 0; i < drop.size(); ++i)
            drop[i] = input.shape[i] == 1;
    else
        for (const auto axis : *axes) {
            const auto at = axisOf(axis, drop.size());
            if (!at || input.shape[*at] != 1)
                return std::nullopt;
            drop[*at] = true;
        }
    Shape shape;
    for (std::size_t i = 0; i < drop.size(); ++i)
        if (!drop[i])
            shape.push_back(input.shape[i]);
    return shape;
}

std::optional<Shape> unsqueezedShape(const Node& node, const Tensor& input, const std::vector<TensorPtr>& inputs) {
    const auto axes = integersOf(node, inputs, 1, "axes");
    if (!axes)
        return std::nullopt;
    const std::size_t rank = input.shape.size() + axes->size();
    Shape shape(rank, 0);
    for (const auto axis : *axes) {
        const auto at = axisOf(axis, rank);
        if (!at || shape[*at] == 1)
            return std::nullopt;
        shape[*at] = 1;
    }
    std::size_t next = 0;
    std::vector<bool> isNew(rank);
    for (std::size_t i = 0; i < rank; ++i)
        isNew[i] = shape[i] == 1;
    for (std::size_t i = 0; i < rank; ++i)
        if (!isNew[i])
            shape[i] = input.shape[next++];
    return shape;
}

TensorPtr gathered(const Node& node, const Tensor& input, const Tensor& indexTensor, std::uint64_t maxBytes) {
    const auto axis = axisOf(node.intAttribute("axis", 0), input.shape.size());
    auto indices = toIntegers(indexTensor);
    if (!axis || !indices)
        return nullptr;
    const std::int64_t extent = input.shape[*axis];
    for (auto& index : *indices) {
        index += index < 0 ? extent : 0;
        if (index < 0 || index >= extent)
            return nullptr;
    }
    Shape shape(input.shape.begin(), input.shape.begin() + std::ptrdiff_t(*axis));
    shape.insert(shape.end(), indexTensor.shape.begin(), indexTensor.shape.end());
    shape.insert(shape.end(), input.shape.begin() + std::ptrdiff_t(*axis) + 1, input.shape.end());
    if (!fits(input.type, shape, maxBytes))
        return nullptr;
    const auto taken = takeSlices(input, int(*axis), *indices);
    return taken ? reshaped(**taken, shape) : nullptr;
}

TensorPtr concatenated(const Node& node, const std::vector<TensorPtr>& inputs, std::uint64_t maxBytes) {
    Shape shape = inputs[0]->shape;
    const auto axis = axisOf(node.intAttribute("axis", 1), shape.size());
    if (!axis)
        return nullptr;
    shape[*axis] = 0;
    for (const auto& input : inputs) {
        if (!input || input->type != inputs[0]->type || input->shape.size() != shape.size())
            return nullptr;
        for (std::size_t i = 0; i < shape.size(); ++i)
            if (i != *axis && input->shape[i] != shape[i])
                return nullptr;
        shape[*axis] += input->shape[*axis];
    }
    if (!fits(inputs[0]->type, shape, maxBytes))
        return nullptr;
    std::vector<std::byte> bytes;
    const std::size_t outer = std::size_t(
        std::accumulate(shape.begin(), shape.begin() + std::ptrdiff_t(*axis), std::int64_t(1), std::multiplies<>()));
    for (std::size_t row = 0; row < outer; ++row)
        for (const auto& input : inputs) {
            const std::size_t run = input->data.size() / outer;
            const auto part = input->data.bytes().subspan(row * run, run);
            bytes.insert(bytes.end(), part.begin(), part.end());
        }
    return makeTensor(inputs[0]->type, shape, Blob(std::move(bytes)));
}

TensorPtr sliced(const Node& node, const std::vector<TensorPtr>& inputs, std::uint64_t maxBytes) {
    const Tensor& input = *inputs[0];
    const auto starts = integersOf(node, inputs, 1, "starts"), ends = integersOf(node, inputs, 2, "ends");
    if (!starts || !ends || starts->size() != ends->size())
        return nullptr;
    auto axes = integersOf(node, inputs, 3, "axes").value_or(std::vector<std::int64_t>());
    if (axes.empty())
        for (std::size_t i = 0; i < starts->size(); ++i)
            axes.push_back(std::int64_t(i));
    const auto steps =
        integersOf(node, inputs, 4, "steps").value_or(std::vector<std::int64_t>(starts->size(), std::int64_t(1)));
    if (axes.size() != starts->size() || steps.size() != starts->size())
        return nullptr;
    Shape shape = input.shape;
    auto strides = rowMajorStrides(input.shape);
    std::int64_t offset = 0;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        const auto axis = axisOf(axes[i], shape.size());
        const std::int64_t step = steps[i];
        if (!axis || step == 0 || step == std::numeric_limits<std::int64_t>::min())
            return nullptr;
        const std::int64_t extent = input.shape[*axis];
        const auto place = [&](std::int64_t at) { return at < 0 ? std::max(at, -extent - 1) + extent : at; };
        const std::int64_t low = step > 0 ? 0 : -1, high = step > 0 ? extent : extent - 1;
        const std::int64_t first =
            std::clamp(place((*starts)[i]), step > 0 ? low : std::int64_t(0), std::max(high, low));
        const std::int64_t last = std::clamp(place((*ends)[i]), low, std::max(high, low));
        const std::int64_t span = step > 0 ? last - first : first - last;
        const std::int64_t stride = step > 0 ? step : -step;
        shape[*axis] = span > 0 ? (span - 1) / stride + 1 : 0;
        if (shape[*axis] > 0) {
            offset += first * strides[*axis];
            strides[*axis] *= shape[*axis] > 1 ? step : 1;
        }
    }
    return stridedCopy(input, shape, strides, offset, maxBytes);
}

} // namespace

TensorPtr reshaped(const Tensor& source, Shape shape) {
    return makeTensor(source.type, std::move(shape), source.data);
}

TensorPtr stridedCopy(const Tensor& source, const Shape& shape, const std::vector<std::int64_t>& strides,
                      std::int64_t offset, std::uint64_t maxBytes) {
    if (!fits(source.type, shape, maxBytes))
        return nullptr;
    const std::size_t size = std::size_t(bitsPerElement(source.type) / 8);
    const std::size_t count = std::size_t(*elementCount(shape));
    std::vector<std::byte> bytes(count * size);
    std::vector<std::int64_t> index(shape.size(), 0);
    const std::byte* data = source.data.bytes().data();
    std::int64_t at = offset;
    for (std::size_t i = 0; i < count; ++i) {
        std::memcpy(bytes.data() + i * size, data + std::size_t(at) * size, size);
        for (std::size_t axis = shape.size(); axis > 0; --axis) {
            at += strides[axis - 1];
            if (++index[axis - 1] < shape[axis - 1])
                break;
            at -= strides[axis - 1] * shape[axis - 1];
            index[axis - 1] = 0;
        }
    }
    return makeTensor(source.type, shape, Blob(std::move(bytes)));
}

TensorPtr broadcastTo(const Tensor& source, const Shape& shape, std::uint64_t maxBytes) {
    if (!fits(source.type, shape, maxBytes) || broadcastShape(source.shape, shape) != shape)
        return nullptr;
    if (source.shape == shape)
        return makeTensor(source.type, shape, source.data);
    const auto own = rowMajorStrides(source.shape);
    std::vector<std::int64_t> strides(shape.size(), 0);
    const std::size_t lead = shape.size() - source.shape.size();
    for (std::size_t i = 0; i < source.shape.size(); ++i)
        strides[lead + i] = source.shape[i] == 1 ? 0 : own[i];
    return stridedCopy(source, shape, strides, 0, maxBytes);
}

TensorPtr evaluateMove(const Node& node, const std::vector<TensorPtr>& inputs, std::int64_t opset,
                       std::uint64_t maxBytes) {
    const std::string& op = node.opType;
    const Tensor& input = *inputs[0];
    const auto as = [&](const std::optional<Shape>& shape) {
        return shape && fits(input.type, *shape, maxBytes) ? reshaped(input, *shape) : nullptr;
    };
    if (op == "Transpose")
        return transposed(node, input, maxBytes);
    if (op == "Reshape")
        return as(reshapeTarget(node, input, inputs));
    if (op == "Squeeze")
        return as(squeezedShape(node, input, inputs));
    if (op == "Unsqueeze")
        return as(unsqueezedShape(node, input, inputs));
    if (op == "Identity")
        return as(input.shape);
    if (op == "Flatten") {
        const std::int64_t axis =
            node.intAttribute("axis", 1) + (node.intAttribute("axis", 1) < 0 ? std::int64_t(input.shape.size()) : 0);
        if (axis < 0 || axis > std::int64_t(input.shape.size()) || input.count() == 0)
            return nullptr;
        const std::int64_t rows =
            std::accumulate(input.shape.begin(), input.shape.begin() + axis, std::int64_t(1), std::multiplies<>());
        return as(Shape{rows, input.count() / rows});
    }
    if (op == "Gather" && inputs.size() == 2 && inputs[1])
        return gathered(node, input, *inputs[1], maxBytes);
    if (op == "Concat" && (opset >= 4 || node.attribute("axis")))
        return concatenated(node, inputs, maxBytes);
    if (op == "Slice")
        return sliced(node, inputs, maxBytes);
    if (op == "Expand" && inputs.size() == 2 && inputs[1]) {
        const auto wanted = toIntegers(*inputs[1]);
        const auto shape = wanted ? broadcastShape(input.shape, *wanted) : std::nullopt;
        return shape ? broadcastTo(input, *shape, maxBytes) : nullptr;
    }
    return nullptr;
}

} // namespace lapidary
