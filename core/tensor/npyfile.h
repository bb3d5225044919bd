// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "tensor/tensor.h"

#include <filesystem>

namespace lapidary {

/// How a tensor is written as a NumPy array file (NEP 1, "A Simple File Format for NumPy Arrays").
struct NpyForm {
    std::string descr;                   ///< NumPy's element type: "<f4"
    DataType type = DataType::Undefined; ///< what the elements become; the tensor's own type if nothing is converted
    std::string conversion;              ///< for people: what is converted and why; empty if nothing is
};

/// Fails with "npy.type" for types NumPy and Lapidary have no way to write. Types NumPy lacks become the smallest that
/// holds every value: bfloat16 and 8-bit floats float32, 2- and 4-bit integers int8 or uint8, texts UTF-32 of the
/// longest.
Result<NpyForm> npyFormOf(const Tensor& tensor);

/// Writes the whole file or nothing (a neighbour that is renamed in the end). Streams: memory does not grow with the
/// tensor. Fails with "npy.type", "npy.write", "tensor.missing", "tensor.size", or cancelled.
Status writeNpy(const Tensor& tensor, const std::filesystem::path& path, const Work& work = {});

/// The array in a file's bytes, shared, not copied. Versions 1 to 3, C order, little endian or single bytes: booleans,
/// integers, floating point and complex numbers. Fails with "npy.format" or "npy.size".
Result<TensorPtr> parseNpy(const Blob& file);
/// Maps the file. Fails as above and with "file.*".
Result<TensorPtr> readNpy(const std::filesystem::path& path);

} // namespace lapidary
