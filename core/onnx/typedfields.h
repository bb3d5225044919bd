// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "onnx/wirewriter.h"
#include "tensor/tensor.h"

namespace lapidary {

/// The field of TensorProto in which elements of this type stand when they are not raw data (float_data, int32_data …);
/// 0 if there is none. 2- and 4-bit types stand packed in int32_data, one byte to an entry.
std::uint32_t typedFieldOf(DataType type);
/// True if the field's entries are varints, false if they are fixed-width numbers.
bool hasVarintEntries(std::uint32_t field);
/// The packed elements in a typed field's payload of varints. nullopt if the payload is damaged or does not have
/// `expectedBytes` (nothing is allocated then).
std::optional<std::vector<std::byte>> decodeTypedField(DataType type, wire::Bytes payload, std::uint64_t expectedBytes);
/// The payload of the typed field for these packed elements.
Blob encodeTypedField(DataType type, const Blob& elements);

} // namespace lapidary
