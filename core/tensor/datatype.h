// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lapidary {

/// Element types with ONNX's TensorProto.DataType numbers. Numbers outside the list are kept as they are and treated
/// as opaque: such tensors survive a load and a save, nothing computes with them.
enum class DataType : std::int32_t {
    Undefined = 0,
    Float = 1,
    UInt8 = 2,
    Int8 = 3,
    UInt16 = 4,
    Int16 = 5,
    Int32 = 6,
    Int64 = 7,
    String = 8,
    Bool = 9,
    Float16 = 10,
    Double = 11,
    UInt32 = 12,
    UInt64 = 13,
    Complex64 = 14,
    Complex128 = 15,
    BFloat16 = 16,
    Float8E4M3FN = 17,
    Float8E4M3FNUZ = 18,
    Float8E5M2 = 19,
    Float8E5M2FNUZ = 20,
    UInt4 = 21,
    Int4 = 22,
    Float4E2M1 = 23,
    Float8E8M0 = 24,
    UInt2 = 25,
    Int2 = 26,
};

/// Bits an element takes in raw data (4-bit types pack two to a byte, 2-bit types four); 0 for String and unknown.
int bitsPerElement(DataType type);
/// Bytes of `count` packed elements, rounded up; 0 for String and unknown types.
std::uint64_t packedBytes(DataType type, std::uint64_t count);
bool isFloatingPoint(DataType type);
bool isInteger(DataType type); ///< includes the 2- and 4-bit integers, not Bool
bool isKnown(DataType type);
/// "float32", "int4", …; "type 99" for numbers nobody knows.
std::string dataTypeName(DataType type);
DataType dataTypeFromName(std::string_view name); ///< Undefined if unknown

} // namespace lapidary
