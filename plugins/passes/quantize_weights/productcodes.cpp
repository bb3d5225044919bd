// SPDX-License-Identifier: GPL-3.0-or-later
#include "storagewriter.h"

namespace lapidary {
namespace {

/// Unsigned codes of rows x columns numbers, each row's groups padded to whole bytes.
TensorPtr packRows(const Shape& shape, std::size_t rows, std::size_t rowBytes, int bits,
                   const std::vector<std::uint8_t>& codes) {
    std::vector<std::uint8_t> bytes(rows * rowBytes, 0);
    const std::size_t columns = rows == 0 ? 0 : codes.size() / rows;
    for (std::size_t row = 0; row < rows; ++row)
        for (std::size_t c = 0; c < columns; ++c) {
            const std::size_t bit = c * std::size_t(bits);
            std::uint8_t& byte = bytes[row * rowBytes + bit / 8];
            byte = std::uint8_t(byte | unsigned(codes[row * columns + c]) << (bit % 8));
        }
    return makeTensor(DataType::UInt8, shape, Blob::ofValues(std::move(bytes)));
}

std::size_t bytesOf(std::size_t count, int bits) {
    return (count * std::size_t(bits) + 7) / 8;
}

} // namespace

TensorPtr productCodes(const WeightStorage& storage, std::size_t rows, const LayerCodes* codes) {
    const std::size_t rowBytes = storage.groups * bytesOf(storage.groupSize, storage.bits);
    const Shape shape = {std::int64_t(rows), std::int64_t(storage.groups),
                         std::int64_t(bytesOf(storage.groupSize, storage.bits))};
    if (!codes)
        return makeTensor(DataType::UInt8, shape, Blob());
    const int middle = storage.zeros ? 0 : 1 << (storage.bits - 1); // what the operator takes for zero by itself
    std::vector<std::uint8_t> shifted;
    shifted.reserve(codes->codes.size());
    for (const std::int16_t code : codes->codes)
        shifted.push_back(std::uint8_t(code + middle));
    return packRows(shape, rows, rowBytes, storage.bits, shifted);
}

TensorPtr productZeros(const WeightStorage& storage, std::size_t rows, const LayerCodes* codes) {
    const std::size_t rowBytes = bytesOf(storage.groups, storage.bits);
    const Shape shape = {std::int64_t(rows * rowBytes)};
    if (!codes)
        return makeTensor(DataType::UInt8, shape, Blob());
    const std::vector<std::uint8_t> zeros(codes->grid.zeros.begin(), codes->grid.zeros.end());
    return packRows(shape, rows, rowBytes, storage.bits, zeros);
}

} // namespace lapidary
