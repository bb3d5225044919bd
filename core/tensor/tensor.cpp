// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor/tensor.h"

#include "base/sha256.h"
#include "tensor/float16.h"

#include <cstring>

namespace lapidary {

namespace {

Status complete(const Tensor& tensor) {
    if (tensor.missing())
        return errorDiagnostic("tensor.missing", tensor.missingReason);
    const auto count = elementCount(tensor.shape);
    if (!count || tensor.data.size() != packedBytes(tensor.type, std::uint64_t(*count)))
        return errorDiagnostic("tensor.size", "The data does not have the size that shape " + shapeText(tensor.shape) +
                                                  " and type " + dataTypeName(tensor.type) + " call for");
    return {};
}

Diagnostic unsupported(DataType type, const char* wanted) {
    return errorDiagnostic("tensor.type", "Elements of type " + dataTypeName(type) + " cannot be read as " + wanted);
}

template <typename Source, typename Target, typename Convert>
std::vector<Target> converted(const Tensor& tensor, Convert convert) {
    std::vector<Target> out(std::size_t(tensor.count()));
    const std::byte* data = tensor.data.bytes().data();
    for (std::size_t i = 0; i < out.size(); ++i) {
        Source element;
        std::memcpy(&element, data + i * sizeof(Source), sizeof(Source));
        out[i] = convert(element);
    }
    return out;
}

template <typename Source, typename Target>
std::vector<Target> cast(const Tensor& tensor) {
    return converted<Source, Target>(tensor, [](Source element) { return Target(element); });
}

template <typename Target, typename Convert>
std::vector<Target> unpacked(const Tensor& tensor, int bits, Convert convert) {
    std::vector<Target> out(std::size_t(tensor.count()));
    const int perByte = 8 / bits;
    const auto bytes = tensor.data.bytes();
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto byte = std::uint8_t(bytes[i / perByte]);
        out[i] = convert(std::uint8_t((byte >> (bits * int(i % perByte))) & ((1 << bits) - 1)));
    }
    return out;
}

template <typename Target>
std::optional<std::vector<Target>> integers(const Tensor& tensor) {
    switch (tensor.type) {
    case DataType::UInt8:
    case DataType::Bool:
        return cast<std::uint8_t, Target>(tensor);
    case DataType::Int8:
        return cast<std::int8_t, Target>(tensor);
    case DataType::UInt16:
        return cast<std::uint16_t, Target>(tensor);
    case DataType::Int16:
        return cast<std::int16_t, Target>(tensor);
    case DataType::UInt32:
        return cast<std::uint32_t, Target>(tensor);
    case DataType::Int32:
        return cast<std::int32_t, Target>(tensor);
    case DataType::UInt64:
        return cast<std::uint64_t, Target>(tensor);
    case DataType::Int64:
        return cast<std::int64_t, Target>(tensor);
    case DataType::UInt4:
        return unpacked<Target>(tensor, 4, [](std::uint8_t n) { return Target(n); });
    case DataType::Int4:
        return unpacked<Target>(tensor, 4, [](std::uint8_t n) { return Target(int(n ^ 8) - 8); });
    case DataType::UInt2:
        return unpacked<Target>(tensor, 2, [](std::uint8_t n) { return Target(n); });
    case DataType::Int2:
        return unpacked<Target>(tensor, 2, [](std::uint8_t n) { return Target(int(n ^ 2) - 2); });
    default:
        return std::nullopt;
    }
}

} // namespace

std::uint64_t Tensor::bytes() const {
    if (type != DataType::String)
        return data.size();
    std::uint64_t total = 0;
    for (const auto& text : strings)
        total += text.size();
    return total;
}

TensorPtr makeTensor(DataType type, Shape shape, Blob data) {
    auto tensor = std::make_shared<Tensor>();
    tensor->type = type;
    tensor->shape = std::move(shape);
    tensor->data = std::move(data);
    return tensor;
}

Result<std::vector<float>> toFloats(const Tensor& tensor) {
    if (const auto status = complete(tensor); !status)
        return status;
    switch (tensor.type) {
    case DataType::Float: {
        std::vector<float> out(std::size_t(tensor.count()));
        if (!out.empty())
            std::memcpy(out.data(), tensor.data.bytes().data(), out.size() * sizeof(float));
        return out;
    }
    case DataType::Double:
        return cast<double, float>(tensor);
    case DataType::Float16:
        return converted<std::uint16_t, float>(tensor, halfToFloat);
    case DataType::BFloat16:
        return converted<std::uint16_t, float>(tensor, bfloat16ToFloat);
    case DataType::Float8E4M3FN:
        return converted<std::uint8_t, float>(tensor, float8e4m3fnToFloat);
    case DataType::Float8E4M3FNUZ:
        return converted<std::uint8_t, float>(tensor, float8e4m3fnuzToFloat);
    case DataType::Float8E5M2:
        return converted<std::uint8_t, float>(tensor, float8e5m2ToFloat);
    case DataType::Float8E5M2FNUZ:
        return converted<std::uint8_t, float>(tensor, float8e5m2fnuzToFloat);
    case DataType::Float8E8M0:
        return converted<std::uint8_t, float>(tensor, float8e8m0ToFloat);
    case DataType::Float4E2M1:
        return unpacked<float>(tensor, 4, float4e2m1ToFloat);
    default:
        if (auto values = integers<float>(tensor))
            return *std::move(values);
        return unsupported(tensor.type, "real numbers");
    }
}

Result<std::vector<std::int64_t>> toIntegers(const Tensor& tensor) {
    if (const auto status = complete(tensor); !status)
        return status;
    if (auto values = integers<std::int64_t>(tensor))
        return *std::move(values);
    return unsupported(tensor.type, "integers");
}

Result<TensorPtr> fromFloats(DataType type, Shape shape, std::span<const float> values) {
    if (elementCount(shape) != std::int64_t(values.size()))
        return errorDiagnostic("tensor.size", "Shape " + shapeText(shape) + " does not hold " +
                                                  std::to_string(values.size()) + " values");
    const auto encoded = [&](auto convert) {
        std::vector<decltype(convert(0.0f))> out(values.size());
        for (std::size_t i = 0; i < values.size(); ++i)
            out[i] = convert(values[i]);
        return makeTensor(type, std::move(shape), Blob::ofValues(std::move(out)));
    };
    switch (type) {
    case DataType::Float:
        return encoded([](float value) { return value; });
    case DataType::Double:
        return encoded([](float value) { return double(value); });
    case DataType::Float16:
        return encoded(floatToHalf);
    case DataType::BFloat16:
        return encoded(floatToBfloat16);
    default:
        return unsupported(type, "a floating point target");
    }
}

Result<TensorPtr> takeSlices(const Tensor& tensor, int axis, std::span<const std::int64_t> keep) {
    auto out = std::make_shared<Tensor>(tensor);
    out->shape[std::size_t(axis)] = std::int64_t(keep.size());
    std::int64_t outer = 1;
    for (int i = 0; i < axis; ++i)
        outer *= tensor.shape[std::size_t(i)];
    std::int64_t inner = 1;
    for (std::size_t i = std::size_t(axis) + 1; i < tensor.shape.size(); ++i)
        inner *= tensor.shape[i];
    const std::int64_t extent = tensor.shape[std::size_t(axis)];
    if (tensor.type == DataType::String) {
        out->strings.clear();
        for (std::int64_t o = 0; o < outer; ++o)
            for (const auto index : keep)
                for (std::int64_t i = 0; i < inner; ++i)
                    out->strings.push_back(tensor.strings[std::size_t((o * extent + index) * inner + i)]);
        return TensorPtr(std::move(out));
    }
    if (bitsPerElement(tensor.type) < 8)
        return unsupported(tensor.type, "slices");
    if (const auto status = complete(tensor); !status)
        return status;
    const std::size_t run = std::size_t(inner) * std::size_t(bitsPerElement(tensor.type) / 8);
    std::vector<std::byte> bytes(std::size_t(outer) * keep.size() * run);
    const std::byte* source = tensor.data.bytes().data();
    std::byte* target = bytes.data();
    for (std::int64_t o = 0; o < outer; ++o)
        for (const auto index : keep) {
            if (run > 0)
                std::memcpy(target, source + std::size_t(o * extent + index) * run, run);
            target += run;
        }
    out->data = Blob(std::move(bytes));
    return TensorPtr(std::move(out));
}

std::string contentHash(const Tensor& tensor) {
    Sha256 hash;
    hash.add(std::uint64_t(tensor.type));
    hash.add(std::uint64_t(tensor.shape.size()));
    for (const auto extent : tensor.shape)
        hash.add(std::uint64_t(extent));
    hash.add(std::uint64_t(tensor.data.size()));
    hash.add(tensor.data.bytes());
    for (const auto& text : tensor.strings) {
        hash.add(std::uint64_t(text.size()));
        hash.add(text);
    }
    return hash.finish();
}

} // namespace lapidary
