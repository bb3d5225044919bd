// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "tensor/tensor.h"

#include <filesystem>
#include <memory>
#include <optional>

namespace lapidary {

/// A sample as it is before preprocessing.
struct RawSample {
    /// Pictures: rows x columns x channels (1: grey, 3: red, green, blue), bytes. Others: the numbers, float, without
    /// the batch axis.
    TensorPtr data;
    bool picture = false;
    std::optional<std::int64_t> label; ///< as the data says it, without offset
    std::string name;                  ///< path or index, as people see it
};

/// The samples of a dataset file without their preprocessing: what other programs are given to show that theirs is the
/// same. Decodes at each call and keeps nothing. Immutable; any thread.
class RawSamples {
public:
    virtual ~RawSamples();
    virtual std::size_t size() const = 0; ///< "limit" applied
    /// Precondition: index < size(). Fails with what the sample's file fails with.
    virtual Result<RawSample> sample(std::size_t index) const = 0;
};

/// Fails as openDataset does.
Result<std::unique_ptr<RawSamples>> openRawSamples(const std::filesystem::path& jsonFile);

} // namespace lapidary
