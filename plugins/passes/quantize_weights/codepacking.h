// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tensor/tensor.h"

namespace lapidary {

/// Codes of fewer than 8 bits side by side in unsigned words that BitShift can take apart: 2 and 4 bits fill bytes,
/// other widths 64-bit words with a few bits to spare. Code i of a word stands at bit i * bits.
struct CodeWords {
    explicit CodeWords(int codeBits)
        : bits(codeBits), wordBits(8 % codeBits == 0 ? 8 : 64), perWord(std::size_t(wordBits / codeBits)) {}

    int bits;
    int wordBits; ///< 8 or 64
    std::size_t perWord;

    DataType type() const { return wordBits == 8 ? DataType::UInt8 : DataType::UInt64; }
    std::size_t words(std::size_t codes) const { return (codes + perWord - 1) / perWord; }
    /// Left shifts that bring each code of a word to its top; a right shift by wordBits - bits brings it down.
    std::vector<std::uint64_t> topShifts() const;
};

/// The words of codes 0 .. 2^bits - 1, words x 1.
TensorPtr packWords(const CodeWords& words, std::span<const std::uint8_t> codes);

/// Codes as the elements of an integer type of 4 or 8 bits; signed types take the code's lowest bits.
TensorPtr packIntegers(DataType type, Shape shape, std::span<const std::int16_t> codes);

/// `values` as a tensor of unsigned words of 8 or 64 bits.
TensorPtr wordTensor(DataType type, Shape shape, const std::vector<std::uint64_t>& values);

} // namespace lapidary
