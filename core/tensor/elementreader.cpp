// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor/elementreader.h"

#include "tensor/float16.h"

#include <cstring>

namespace lapidary {

namespace {

template <typename T>
double plain(T value) {
    return double(value);
}

/// Elements of whole bytes; they may stand unaligned in a mapped file.
template <typename T, auto convert>
void decode(const std::byte* data, std::uint64_t begin, std::span<double> out) {
    const std::byte* at = data + begin * sizeof(T);
    for (std::size_t i = 0; i < out.size(); ++i, at += sizeof(T)) {
        T element;
        std::memcpy(&element, at, sizeof(T));
        out[i] = double(convert(element));
    }
}

template <int bits, auto convert>
void unpack(const std::byte* data, std::uint64_t begin, std::span<double> out) {
    constexpr std::uint64_t perByte = 8 / bits;
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto index = begin + i;
        const auto byte = std::uint8_t(data[index / perByte]);
        out[i] = double(convert(std::uint8_t(byte >> (bits * int(index % perByte)) & ((1 << bits) - 1))));
    }
}

double truth(std::uint8_t byte) {
    return byte != 0;
}
double signed4(std::uint8_t nibble) {
    return int(nibble ^ 8) - 8;
}
double signed2(std::uint8_t pair) {
    return int(pair ^ 2) - 2;
}

using Decode = void (*)(const std::byte*, std::uint64_t, std::span<double>);

Decode floatingDecoder(DataType type) {
    switch (type) {
    case DataType::Float:
        return decode<float, plain<float>>;
    case DataType::Double:
        return decode<double, plain<double>>;
    case DataType::Float16:
        return decode<std::uint16_t, halfToFloat>;
    case DataType::BFloat16:
        return decode<std::uint16_t, bfloat16ToFloat>;
    case DataType::Float8E4M3FN:
        return decode<std::uint8_t, float8e4m3fnToFloat>;
    case DataType::Float8E4M3FNUZ:
        return decode<std::uint8_t, float8e4m3fnuzToFloat>;
    case DataType::Float8E5M2:
        return decode<std::uint8_t, float8e5m2ToFloat>;
    case DataType::Float8E5M2FNUZ:
        return decode<std::uint8_t, float8e5m2fnuzToFloat>;
    case DataType::Float8E8M0:
        return decode<std::uint8_t, float8e8m0ToFloat>;
    case DataType::Float4E2M1:
        return unpack<4, float4e2m1ToFloat>;
    default:
        return nullptr;
    }
}

Decode decoderFor(DataType type) {
    switch (type) {
    case DataType::Bool:
        return decode<std::uint8_t, truth>;
    case DataType::UInt8:
        return decode<std::uint8_t, plain<std::uint8_t>>;
    case DataType::Int8:
        return decode<std::int8_t, plain<std::int8_t>>;
    case DataType::UInt16:
        return decode<std::uint16_t, plain<std::uint16_t>>;
    case DataType::Int16:
        return decode<std::int16_t, plain<std::int16_t>>;
    case DataType::UInt32:
        return decode<std::uint32_t, plain<std::uint32_t>>;
    case DataType::Int32:
        return decode<std::int32_t, plain<std::int32_t>>;
    case DataType::UInt64:
        return decode<std::uint64_t, plain<std::uint64_t>>;
    case DataType::Int64:
        return decode<std::int64_t, plain<std::int64_t>>;
    case DataType::UInt4:
        return unpack<4, plain<std::uint8_t>>;
    case DataType::Int4:
        return unpack<4, signed4>;
    case DataType::UInt2:
        return unpack<2, plain<std::uint8_t>>;
    case DataType::Int2:
        return unpack<2, signed2>;
    default:
        return floatingDecoder(type);
    }
}

Result<std::vector<double>> allOf(const TensorPtr& tensor) {
    auto reader = ElementReader::of(tensor);
    if (!reader)
        return reader.status();
    std::vector<double> values(reader->count());
    reader->read(0, values);
    return values;
}

} // namespace

Status checkElements(const Tensor& tensor) {
    if (tensor.missing())
        return errorDiagnostic("tensor.missing", tensor.missingReason);
    const auto count = elementCount(tensor.shape);
    const bool texts = tensor.type == DataType::String;
    const auto have = texts ? tensor.strings.size() : tensor.data.size();
    if (!count || have != (texts ? std::uint64_t(*count) : packedBytes(tensor.type, std::uint64_t(*count))))
        return errorDiagnostic("tensor.size", "The data does not have the size that shape " + shapeText(tensor.shape) +
                                                  " and type " + dataTypeName(tensor.type) + " call for");
    return {};
}

Result<ElementReader> ElementReader::of(TensorPtr tensor) {
    if (tensor->missing())
        return errorDiagnostic("tensor.missing", tensor->missingReason);
    ElementReader reader;
    reader.m_decode = decoderFor(tensor->type);
    if (!reader.m_decode)
        return errorDiagnostic("tensor.type",
                               "Elements of type " + dataTypeName(tensor->type) + " cannot be read as real numbers");
    if (auto status = checkElements(*tensor); !status)
        return status;
    reader.m_count = std::uint64_t(tensor->count());
    reader.m_tensor = std::move(tensor);
    return reader;
}

Result<ElementReader> ElementReader::of(TensorPtr tensor, const Dequantization& quantization) {
    auto reader = of(std::move(tensor));
    if (!reader || !quantization.scale)
        return reader;
    auto scales = allOf(quantization.scale);
    if (!scales)
        return scales.status();
    Parameters made;
    made.scales = std::move(*scales);
    made.zeroPoints.assign(made.scales.size(), 0.0);
    if (quantization.zeroPoint) {
        auto zeros = allOf(quantization.zeroPoint);
        if (!zeros)
            return zeros.status();
        made.zeroPoints = std::move(*zeros);
    }
    if (made.scales.size() != 1) {
        const auto& shape = reader->shape();
        const int rank = int(shape.size());
        const int axis = quantization.axis < 0 ? quantization.axis + rank : quantization.axis;
        if (axis >= 0 && axis < rank) {
            made.extent = std::uint64_t(shape[std::size_t(axis)]);
            for (int i = axis + 1; i < rank; ++i)
                made.inner *= std::uint64_t(shape[std::size_t(i)]);
        }
        made.block = quantization.blockSize > 0 ? std::uint64_t(quantization.blockSize) : 1;
        made.blocks = made.extent == 0 ? 0 : (made.extent - 1) / made.block + 1;
    }
    const auto perOuter = made.blocks * (quantization.blockSize > 0 ? made.inner : 1);
    const auto outer = made.extent * made.inner == 0 ? 0 : reader->count() / (made.extent * made.inner);
    const auto wanted = made.scales.size() == 1 ? 1 : perOuter * (quantization.blockSize > 0 ? outer : 1);
    if (made.scales.size() != wanted || made.zeroPoints.size() != wanted)
        return errorDiagnostic("tensor.quantization", "There are " + std::to_string(made.scales.size()) +
                                                          " scales and " + std::to_string(made.zeroPoints.size()) +
                                                          " zero points where shape " + shapeText(reader->shape()) +
                                                          " needs " + std::to_string(wanted));
    if (quantization.blockSize <= 0 && made.scales.size() != 1)
        made.block = 0; // one scale per position of the axis
    reader->m_parameters = std::make_shared<const Parameters>(std::move(made));
    return reader;
}

void ElementReader::dequantize(std::uint64_t begin, std::span<double> values) const {
    const auto& p = *m_parameters;
    if (p.scales.size() == 1) {
        for (auto& value : values)
            value = (value - p.zeroPoints[0]) * p.scales[0];
        return;
    }
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto index = begin + i;
        const auto position = index / p.inner % p.extent;
        // Blocked scales have the tensor's shape with the axis divided by the block.
        const auto scale =
            p.block == 0 ? position
                         : (index / (p.inner * p.extent) * p.blocks + position / p.block) * p.inner + index % p.inner;
        values[i] = (values[i] - p.zeroPoints[scale]) * p.scales[scale];
    }
}

void ElementReader::read(std::uint64_t begin, std::span<double> out) const {
    if (out.empty())
        return;
    m_decode(m_tensor->data.bytes().data(), begin, out);
    if (m_parameters)
        dequantize(begin, out);
}

double ElementReader::at(std::uint64_t index) const {
    double value = 0;
    read(index, {&value, 1});
    return value;
}

} // namespace lapidary
