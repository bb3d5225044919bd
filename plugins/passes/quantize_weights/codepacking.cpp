// SPDX-License-Identifier: GPL-3.0-or-later
#include "codepacking.h"

namespace lapidary {

std::vector<std::uint64_t> CodeWords::topShifts() const {
    std::vector<std::uint64_t> shifts;
    for (std::size_t i = 0; i < perWord; ++i)
        shifts.push_back(std::uint64_t(wordBits) - std::uint64_t(bits) * (i + 1));
    return shifts;
}

TensorPtr wordTensor(DataType type, Shape shape, const std::vector<std::uint64_t>& values) {
    if (type == DataType::UInt8)
        return makeTensor(type, std::move(shape),
                          Blob::ofValues(std::vector<std::uint8_t>(values.begin(), values.end())));
    return makeTensor(type, std::move(shape), Blob::ofValues(values));
}

TensorPtr packWords(const CodeWords& words, std::span<const std::uint8_t> codes) {
    std::vector<std::uint64_t> packed(words.words(codes.size()), 0);
    for (std::size_t i = 0; i < codes.size(); ++i)
        packed[i / words.perWord] |= std::uint64_t(codes[i]) << (i % words.perWord * std::size_t(words.bits));
    return wordTensor(words.type(), {std::int64_t(packed.size()), 1}, packed);
}

TensorPtr packIntegers(DataType type, Shape shape, std::span<const std::int16_t> codes) {
    const bool half = bitsPerElement(type) == 4;
    std::vector<std::uint8_t> bytes(half ? (codes.size() + 1) / 2 : codes.size(), 0);
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const auto bits = std::uint8_t(codes[i]);
        if (half)
            bytes[i / 2] = std::uint8_t(bytes[i / 2] | (bits & 15u) << (i % 2 * 4));
        else
            bytes[i] = bits;
    }
    return makeTensor(type, std::move(shape), Blob::ofValues(std::move(bytes)));
}

} // namespace lapidary
