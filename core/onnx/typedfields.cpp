// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/typedfields.h"

#include "onnx/fields.h"

#include <algorithm>
#include <optional>

namespace lapidary {

std::uint32_t typedFieldOf(DataType type) {
    switch (type) {
    case DataType::Float:
    case DataType::Complex64:
        return field::tensor::floatData;
    case DataType::Double:
    case DataType::Complex128:
        return field::tensor::doubleData;
    case DataType::Int64:
        return field::tensor::int64Data;
    case DataType::UInt32:
    case DataType::UInt64:
        return field::tensor::uint64Data;
    case DataType::String:
        return field::tensor::stringData;
    default:
        return isKnown(type) ? field::tensor::int32Data : 0;
    }
}

bool hasVarintEntries(std::uint32_t number) {
    return number == field::tensor::int32Data || number == field::tensor::int64Data ||
           number == field::tensor::uint64Data;
}

namespace {

std::size_t entryBytes(DataType type) {
    return std::size_t(std::max(8, bitsPerElement(type)) / 8);
}

bool isSigned(DataType type) {
    return type == DataType::Int8 || type == DataType::Int16 || type == DataType::Int32 || type == DataType::Int64;
}

} // namespace

std::optional<std::vector<std::byte>> decodeTypedField(DataType type, wire::Bytes payload,
                                                       std::uint64_t expectedBytes) {
    const auto width = entryBytes(type);
    const auto count = wire::countVarints(payload);
    if (count < 0 || std::uint64_t(count) * width != expectedBytes)
        return std::nullopt;
    std::vector<std::byte> out(expectedBytes);
    std::byte* target = out.data();
    for (std::uint64_t value = 0; !payload.empty() && wire::takeVarint(payload, value);)
        for (std::size_t i = 0; i < width; ++i)
            *target++ = std::byte(value >> (8 * i));
    return out;
}

Blob encodeTypedField(DataType type, const Blob& elements) {
    if (!hasVarintEntries(typedFieldOf(type)))
        return elements;
    const auto width = entryBytes(type);
    const auto bytes = elements.bytes();
    std::string out;
    out.reserve(bytes.size());
    for (std::size_t at = 0; at + width <= bytes.size(); at += width) {
        std::uint64_t value = 0;
        for (std::size_t i = width; i-- > 0;)
            value = value << 8 | std::uint64_t(bytes[at + i]);
        if (isSigned(type) && width < 8 && (value >> (8 * width - 1)) != 0)
            value |= ~std::uint64_t(0) << (8 * width);
        wire::appendVarint(out, value);
    }
    return Blob(std::move(out));
}

} // namespace lapidary
