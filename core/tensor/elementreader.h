// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tensor/tensor.h"

#include <span>

namespace lapidary {

/// How whole numbers stand for real ones: real = (stored - zero point) * scale.
struct Dequantization {
    TensorPtr scale;     ///< one number, one per position of `axis`, or one per block of `blockSize` positions of it
    TensorPtr zeroPoint; ///< as many as scales; null: zero
    int axis = 0;        ///< counts from the end when negative
    std::int64_t blockSize = 0; ///< 0: no blocks
    bool operator==(const Dequantization&) const = default;
};

/// Whether all elements are there, texts too. Fails with "tensor.missing" or "tensor.size".
Status checkElements(const Tensor& tensor);

/// Reads a tensor's elements as real numbers, piece by piece and where they stand: nothing is copied, and memory of a
/// mapped file is touched only for the elements asked for. Every numeric type; Bool as 0 and 1; optionally through a
/// Dequantization. Cheap to copy; safe from any thread.
class ElementReader {
public:
    /// Fails with "tensor.type" (strings, complex and unknown types), "tensor.missing", "tensor.size".
    static Result<ElementReader> of(TensorPtr tensor);
    /// As above, and "tensor.quantization" if scale and zero point do not fit the shape. Reads them, but not `tensor`.
    static Result<ElementReader> of(TensorPtr tensor, const Dequantization& quantization);

    const Tensor& tensor() const { return *m_tensor; }
    const Shape& shape() const { return m_tensor->shape; }
    std::uint64_t count() const { return m_count; }
    bool dequantizes() const { return m_parameters != nullptr; }

    /// Elements begin, begin + 1, … in row-major order. Precondition: they exist. 64-bit integers beyond 2^53 are
    /// rounded.
    void read(std::uint64_t begin, std::span<double> out) const;
    double at(std::uint64_t index) const;

private:
    struct Parameters {
        std::vector<double> scales, zeroPoints;
        std::uint64_t inner = 1, extent = 1, block = 1, blocks = 1;
    };
    using Decode = void (*)(const std::byte* data, std::uint64_t begin, std::span<double> out);

    void dequantize(std::uint64_t begin, std::span<double> values) const;

    TensorPtr m_tensor;
    std::uint64_t m_count = 0;
    Decode m_decode = nullptr;
    std::shared_ptr<const Parameters> m_parameters;
};

} // namespace lapidary
