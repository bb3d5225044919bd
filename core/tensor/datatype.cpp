// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor/datatype.h"

#include <array>

namespace lapidary {

namespace {

enum class Family { Other, Integer, Floating };

struct TypeRow {
    DataType type;
    int bits;
    Family family;
    std::string_view name;
};

constexpr std::array<TypeRow, 26> table = {{
    {DataType::Float, 32, Family::Floating, "float32"},
    {DataType::UInt8, 8, Family::Integer, "uint8"},
    {DataType::Int8, 8, Family::Integer, "int8"},
    {DataType::UInt16, 16, Family::Integer, "uint16"},
    {DataType::Int16, 16, Family::Integer, "int16"},
    {DataType::Int32, 32, Family::Integer, "int32"},
    {DataType::Int64, 64, Family::Integer, "int64"},
    {DataType::String, 0, Family::Other, "string"},
    {DataType::Bool, 8, Family::Other, "bool"},
    {DataType::Float16, 16, Family::Floating, "float16"},
    {DataType::Double, 64, Family::Floating, "float64"},
    {DataType::UInt32, 32, Family::Integer, "uint32"},
    {DataType::UInt64, 64, Family::Integer, "uint64"},
    {DataType::Complex64, 64, Family::Other, "complex64"},
    {DataType::Complex128, 128, Family::Other, "complex128"},
    {DataType::BFloat16, 16, Family::Floating, "bfloat16"},
    {DataType::Float8E4M3FN, 8, Family::Floating, "float8e4m3fn"},
    {DataType::Float8E4M3FNUZ, 8, Family::Floating, "float8e4m3fnuz"},
    {DataType::Float8E5M2, 8, Family::Floating, "float8e5m2"},
    {DataType::Float8E5M2FNUZ, 8, Family::Floating, "float8e5m2fnuz"},
    {DataType::UInt4, 4, Family::Integer, "uint4"},
    {DataType::Int4, 4, Family::Integer, "int4"},
    {DataType::Float4E2M1, 4, Family::Floating, "float4e2m1"},
    {DataType::Float8E8M0, 8, Family::Floating, "float8e8m0"},
    {DataType::UInt2, 2, Family::Integer, "uint2"},
    {DataType::Int2, 2, Family::Integer, "int2"},
}};

const TypeRow* find(DataType type) {
    for (const auto& row : table)
        if (row.type == type)
            return &row;
    return nullptr;
}

} // namespace

int bitsPerElement(DataType type) {
    const auto* row = find(type);
    return row ? row->bits : 0;
}

std::uint64_t packedBytes(DataType type, std::uint64_t count) {
    const auto bits = std::uint64_t(bitsPerElement(type));
    return bits < 8 ? (count * bits + 7) / 8 : count * (bits / 8);
}

bool isFloatingPoint(DataType type) {
    const auto* row = find(type);
    return row && row->family == Family::Floating;
}

bool isInteger(DataType type) {
    const auto* row = find(type);
    return row && row->family == Family::Integer;
}

bool isKnown(DataType type) { return find(type) != nullptr; }

std::string dataTypeName(DataType type) {
    if (type == DataType::Undefined)
        return "undefined";
    const auto* row = find(type);
    return row ? std::string(row->name) : "type " + std::to_string(std::int32_t(type));
}

DataType dataTypeFromName(std::string_view name) {
    for (const auto& row : table)
        if (row.name == name)
            return row.type;
    return DataType::Undefined;
}

} // namespace lapidary
