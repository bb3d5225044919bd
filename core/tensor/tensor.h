// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "tensor/blob.h"
#include "tensor/datatype.h"
#include "tensor/shape.h"

#include <memory>
#include <string>
#include <vector>

namespace lapidary {

/// Where the numbers stood in the file that a tensor came from; the writer puts them back there.
enum class TensorStorage { Raw, TypedField, External };

/// An immutable tensor. `data` holds the elements row-major and packed as ONNX raw data does (little endian; 4-bit types
/// two to a byte, low nibble first). String tensors use `strings` instead. Shared between threads and variants.
struct Tensor {
    DataType type = DataType::Undefined;
    Shape shape;
    Blob data;
    std::vector<std::string> strings;
    TensorStorage storage = TensorStorage::Raw;
    std::string doc;
    /// Serialized fields of the file that Lapidary does not know; written back untouched.
    std::string unknownFields;
    /// Not empty: the data is missing (external file not found …) and this says why. `data` is then empty.
    std::string missingReason;

    std::int64_t count() const { return elementCount(shape).value_or(0); }
    std::uint64_t bytes() const; ///< bytes of the elements, strings included
    bool missing() const { return !missingReason.empty(); }

    /// The elements in place. Precondition: sizeof(T) fits the type and the data is complete. The data may be unaligned
    /// in a mapped file: then a copy is needed, see toFloats().
    template <typename T>
    std::span<const T> view() const {
        return {reinterpret_cast<const T*>(data.bytes().data()), data.size() / sizeof(T)};
    }
    template <typename T>
    bool aligned() const {
        return reinterpret_cast<std::uintptr_t>(data.bytes().data()) % alignof(T) == 0;
    }
};

using TensorPtr = std::shared_ptr<const Tensor>;

template <typename T>
constexpr DataType dataTypeOf();
template <>
constexpr DataType dataTypeOf<float>() {
    return DataType::Float;
}
template <>
constexpr DataType dataTypeOf<double>() {
    return DataType::Double;
}
template <>
constexpr DataType dataTypeOf<std::int64_t>() {
    return DataType::Int64;
}
template <>
constexpr DataType dataTypeOf<std::int32_t>() {
    return DataType::Int32;
}
template <>
constexpr DataType dataTypeOf<std::int8_t>() {
    return DataType::Int8;
}
template <>
constexpr DataType dataTypeOf<std::uint8_t>() {
    return DataType::UInt8;
}

/// A tensor of the matching type. Precondition: values.size() is the shape's element count.
template <typename T>
TensorPtr makeTensor(Shape shape, std::vector<T> values) {
    auto tensor = std::make_shared<Tensor>();
    tensor->type = dataTypeOf<T>();
    tensor->shape = std::move(shape);
    tensor->data = Blob::ofValues(std::move(values));
    return tensor;
}
template <typename T>
TensorPtr makeScalar(T value) {
    return makeTensor<T>({}, std::vector<T>{value});
}
TensorPtr makeTensor(DataType type, Shape shape, Blob data);

/// Every element as float (any numeric type, all float8/16 and 2/4-bit types included; Bool as 0/1). Fails with
/// "tensor.type" for strings, complex and unknown types, "tensor.missing", "tensor.size".
Result<std::vector<float>> toFloats(const Tensor& tensor);
/// Every element as int64 (integer types and Bool only). Same failures.
Result<std::vector<std::int64_t>> toIntegers(const Tensor& tensor);
/// `values` as a tensor of a floating point type (Float, Double, Float16, BFloat16), rounded to nearest even.
Result<TensorPtr> fromFloats(DataType type, Shape shape, std::span<const float> values);
/// The slices `keep` along `axis`, in that order, for any element type of at least 8 bits, and strings.
/// Precondition: indices inside. Fails with "tensor.type", "tensor.missing" or "tensor.size".
Result<TensorPtr> takeSlices(const Tensor& tensor, int axis, std::span<const std::int64_t> keep);

/// SHA-256 over type, shape and data: equal tensors have equal hashes.
std::string contentHash(const Tensor& tensor);

} // namespace lapidary
