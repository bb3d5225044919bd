// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "tensor/tensor.h"

#include <string>

namespace lapidary {

/// What a weight with zeros costs, stored in different ways. Bytes, exact.
struct WeightLedger {
    std::uint64_t weights = 0;
    std::uint64_t zeros = 0;          ///< both signs of zero
    std::uint64_t denseBytes = 0;     ///< the elements as they are
    std::uint64_t denseFileBytes = 0; ///< as an entry of the file's `initializer` list
    /// As an entry of `sparse_initializer`: non-zero values and their positions in the flattened tensor as raw INT64,
    /// the only index type ONNX allows.
    std::uint64_t sparseFileBytes = 0;
    /// The same with the positions in the typed field, where a small number takes fewer bytes.
    std::uint64_t sparsePackedFileBytes = 0;
    std::uint64_t zstdBytes = 0; ///< the dense elements after zstd at level `zstdLevel`
    /// What silicon that decompresses weights would hold: one bit per weight and the non-zero values,
    /// ceil(weights / 8) + non-zeros * bytes per element.
    std::uint64_t bitmaskBytes = 0;

    static constexpr int zstdLevel = 3; ///< also the project store's
    double sparsity() const { return weights == 0 ? 0 : double(zeros) / double(weights); }
    WeightLedger& operator+=(const WeightLedger& other);
};

/// The ledger of one initializer called `name`. Fails with "tensor.type" (elements of less than 8 bits, strings),
/// "tensor.missing" or "tensor.size". Reads all elements; any thread.
Result<WeightLedger> weightLedger(const std::string& name, const Tensor& tensor);

} // namespace lapidary
