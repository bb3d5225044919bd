// SPDX-License-Identifier: GPL-3.0-or-later
#include "evaluate.h"

#include <cmath>
#include <cstring>

namespace lapidary {

namespace {

template <typename T>
TensorPtr fromIntegers(const Shape& shape, const std::vector<std::int64_t>& values) {
    return makeTensor<T>(shape, std::vector<T>(values.begin(), values.end()));
}

TensorPtr integersTo(DataType to, const Shape& shape, const std::vector<std::int64_t>& values) {
    switch (to) {
    case DataType::Int64:
        return makeTensor<std::int64_t>(shape, values);
    case DataType::Int32:
        return fromIntegers<std::int32_t>(shape, values);
    case DataType::Int8:
        return fromIntegers<std::int8_t>(shape, values);
    case DataType::UInt8:
        return fromIntegers<std::uint8_t>(shape, values);
    case DataType::Float:
        return fromIntegers<float>(shape, values);
    case DataType::Double:
        return fromIntegers<double>(shape, values);
    case DataType::Bool: {
        std::vector<std::byte> out;
        for (const auto value : values)
            out.push_back(std::byte(value != 0));
        return makeTensor(DataType::Bool, shape, Blob(std::move(out)));
    }
    default:
        return nullptr;
    }
}

/// Only where every number has one answer: truncation of finite numbers that fit.
TensorPtr floatsTo(DataType to, const Shape& shape, const std::vector<float>& values) {
    if (isFloatingPoint(to)) {
        auto result = fromFloats(to, shape, values);
        return result ? *std::move(result) : nullptr;
    }
    std::vector<std::int64_t> integers;
    for (const float value : values) {
        if (to == DataType::Bool) {
            integers.push_back(value != 0);
            continue;
        }
        if (!(std::abs(value) < 2e9f) || (to != DataType::Int32 && to != DataType::Int64))
            return nullptr;
        integers.push_back(std::int64_t(value));
    }
    return integersTo(to, shape, integers);
}

} // namespace

TensorPtr evaluateCast(const Node& node, const Tensor& input, std::uint64_t maxBytes) {
    const auto to = DataType(node.intAttribute("to", 0));
    if (!isKnown(to) || !fits(to, input.shape, maxBytes))
        return nullptr;
    // Weights kept in a narrow type and widened when used are kept that way for their size.
    if (bitsPerElement(to) > bitsPerElement(input.type) && input.data.size() > 1024)
        return nullptr;
    if (input.type == DataType::Double)
        return nullptr;
    if (isInteger(input.type) || input.type == DataType::Bool) {
        const auto values = toIntegers(input);
        return values ? integersTo(to, input.shape, *values) : nullptr;
    }
    const auto values = toFloats(input);
    return values ? floatsTo(to, input.shape, *values) : nullptr;
}

} // namespace lapidary
