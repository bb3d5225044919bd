// SPDX-License-Identifier: GPL-3.0-or-later
#include "tensor/elementtext.h"

#include <charconv>
#include <cmath>
#include <cstring>

namespace lapidary {

namespace {

template <typename T>
T elementAt(const Tensor& tensor, std::uint64_t index) {
    T value;
    std::memcpy(&value, tensor.data.bytes().data() + index * sizeof(T), sizeof(T));
    return value;
}

template <typename T>
std::string numberText(T value) {
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    return {buffer, end};
}

template <typename T>
std::string complexText(const Tensor& tensor, std::uint64_t index) {
    const auto imaginary = numberText(elementAt<T>(tensor, 2 * index + 1));
    return numberText(elementAt<T>(tensor, 2 * index)) + (imaginary.starts_with('-') ? "" : "+") + imaginary + "i";
}

} // namespace

std::string realText(double value, bool single) {
    if (std::isnan(value))
        return "nan";
    return single ? numberText(float(value)) : numberText(value);
}

std::string elementText(const Tensor& tensor, std::uint64_t index) {
    switch (tensor.type) {
    case DataType::String:
        return tensor.strings[index];
    case DataType::Bool:
        return elementAt<std::uint8_t>(tensor, index) != 0 ? "true" : "false";
    case DataType::Int64:
        return numberText(elementAt<std::int64_t>(tensor, index));
    case DataType::UInt64:
        return numberText(elementAt<std::uint64_t>(tensor, index));
    case DataType::Complex64:
        return complexText<float>(tensor, index);
    case DataType::Complex128:
        return complexText<double>(tensor, index);
    default:
        break;
    }
    const auto reader = ElementReader::of(TensorPtr(TensorPtr(), &tensor));
    if (!reader)
        return "?";
    // Whole numbers of 32 bits have more digits than a float32.
    return isInteger(tensor.type) ? numberText(std::int64_t(reader->at(index)))
                                  : realText(reader->at(index), tensor.type != DataType::Double);
}

std::string indexText(const Shape& shape, std::uint64_t index) {
    std::string text;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        const auto extent = std::uint64_t(shape[axis]);
        text = std::to_string(index % extent) + (text.empty() ? "" : ", ") + text;
        index /= extent;
    }
    return "[" + text + "]";
}

} // namespace lapidary
