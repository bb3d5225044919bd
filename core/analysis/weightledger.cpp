// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/weightledger.h"

#include <zstd.h>

#include <cstring>

namespace lapidary {
namespace {

std::uint64_t varintBytes(std::uint64_t value) {
    std::uint64_t bytes = 1;
    for (; value >= 128; value >>= 7)
        ++bytes;
    return bytes;
}

/// A length-delimited field whose number is below 16.
std::uint64_t fieldBytes(std::uint64_t content) {
    return 1 + varintBytes(content) + content;
}

/// `repeated int64` without packing, as ONNX declares dims.
std::uint64_t dimsBytes(const Shape& shape) {
    std::uint64_t bytes = 0;
    for (const auto extent : shape)
        bytes += 1 + varintBytes(std::uint64_t(extent));
    return bytes;
}

/// TensorProto: dims, data_type, name, and the data as one field.
std::uint64_t tensorBytes(const Shape& shape, DataType type, const std::string& name, std::uint64_t data) {
    return dimsBytes(shape) + 1 + varintBytes(std::uint64_t(type)) + (name.empty() ? 0 : fieldBytes(name.size())) +
           fieldBytes(data);
}

std::uint64_t sparseBytes(const Tensor& tensor, const std::string& name, std::uint64_t nonZeros,
                          std::uint64_t indexBytes) {
    const Shape list = {std::int64_t(nonZeros)};
    const auto values = tensorBytes(list, tensor.type, name, packedBytes(tensor.type, nonZeros));
    const auto indices = tensorBytes(list, DataType::Int64, {}, indexBytes);
    return fieldBytes(fieldBytes(values) + fieldBytes(indices) + dimsBytes(tensor.shape));
}

/// Zero in every bit but, for floating point, the sign.
class ZeroTest {
public:
    explicit ZeroTest(DataType type) : m_bytes(std::size_t(bitsPerElement(type)) / 8), m_float(isFloatingPoint(type)) {}

    bool operator()(const std::byte* element) const {
        std::uint64_t bits = 0;
        std::memcpy(&bits, element, m_bytes);
        const auto sign = std::uint64_t(1) << (8 * m_bytes - 1);
        return (m_float ? bits & ~sign : bits) == 0;
    }

private:
    std::size_t m_bytes;
    bool m_float;
};

} // namespace

WeightLedger& WeightLedger::operator+=(const WeightLedger& other) {
    weights += other.weights;
    zeros += other.zeros;
    denseBytes += other.denseBytes;
    denseFileBytes += other.denseFileBytes;
    sparseFileBytes += other.sparseFileBytes;
    sparsePackedFileBytes += other.sparsePackedFileBytes;
    zstdBytes += other.zstdBytes;
    bitmaskBytes += other.bitmaskBytes;
    return *this;
}

Result<WeightLedger> weightLedger(const std::string& name, const Tensor& tensor) {
    const int bits = bitsPerElement(tensor.type);
    if (bits < 8 || bits > 64)
        return errorDiagnostic("tensor.type", "A tensor of type " + dataTypeName(tensor.type) + " has no sparse form.")
            .atTensor(name);
    if (tensor.missing())
        return errorDiagnostic("tensor.missing", tensor.missingReason).atTensor(name);
    WeightLedger ledger;
    ledger.weights = std::uint64_t(tensor.count());
    ledger.denseBytes = packedBytes(tensor.type, ledger.weights);
    if (tensor.data.size() != ledger.denseBytes)
        return errorDiagnostic("tensor.size", "The tensor's data does not fit its shape.").atTensor(name);
    const ZeroTest isZero(tensor.type);
    const std::byte* data = tensor.data.bytes().data();
    const auto width = std::size_t(bits) / 8;
    std::uint64_t positionBytes = 0;
    for (std::uint64_t i = 0; i < ledger.weights; ++i) {
        if (isZero(data + i * width))
            ++ledger.zeros;
        else
            positionBytes += varintBytes(i);
    }
    const auto nonZeros = ledger.weights - ledger.zeros;
    ledger.denseFileBytes = fieldBytes(tensorBytes(tensor.shape, tensor.type, name, ledger.denseBytes));
    ledger.sparseFileBytes = sparseBytes(tensor, name, nonZeros, 8 * nonZeros);
    ledger.sparsePackedFileBytes = sparseBytes(tensor, name, nonZeros, positionBytes);
    ledger.bitmaskBytes = (ledger.weights + 7) / 8 + packedBytes(tensor.type, nonZeros);
    std::vector<std::byte> packed(ZSTD_compressBound(tensor.data.size()));
    const auto size = ZSTD_compress(packed.data(), packed.size(), data, tensor.data.size(), WeightLedger::zstdLevel);
    if (ZSTD_isError(size))
        return errorDiagnostic("ledger.zstd", std::string("Compression failed: ") + ZSTD_getErrorName(size));
    ledger.zstdBytes = size;
    return ledger;
}

} // namespace lapidary
