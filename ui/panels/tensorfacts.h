// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tensor/tensorstatistics.h"
#include "ui/panels/inspectedtensor.h"

namespace lapidary {

/// What the tensor panel shows of one tensor; everything that has to be read for it.
struct TensorFacts {
    std::optional<TensorStatistics> statistics; ///< none: `problem` says why
    std::string problem;
    std::string firstValues;      ///< lines of text, a line per row of the last axis
    std::vector<double> elements; ///< of a vector, for its bars; empty for other ranks
    bool elementsThinned = false; ///< every so-manieth of them only
};

struct TensorRequest {
    InspectedTensor tensor;
    bool dequantized = false;
    int channelAxis = 0;
};

/// Reads what is wanted, for a job: memory stays bounded, and it stops within milliseconds. nullptr when cancelled.
std::shared_ptr<const TensorFacts> readTensorFacts(const TensorRequest& request, const Work& work);
/// The elements as they are shown: as stored, or as the real numbers they stand for.
Result<ElementReader> readerOf(const TensorRequest& request);
/// The first elements as text, at most `limit`; `bounds`: an open end of a Slice is named beside the number.
std::string firstValuesText(const Tensor& tensor, const ElementReader* reader, std::uint64_t limit,
                            bool bounds = false);

} // namespace lapidary
