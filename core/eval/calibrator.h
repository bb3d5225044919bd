// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"
#include "pass/calibration.h"

namespace lapidary {

struct CalibratorOptions {
    std::size_t samples = 0; ///< 0: all of the dataset
    std::size_t batch = 1;
    int threads = 2;
    std::uint64_t memoryCapBytes = std::uint64_t(400) << 20; ///< for intermediate outputs and statistics together
};

/// The one calibration service. Streams the data through the model with the requested values as extra outputs, in as
/// many groups of values as the memory cap asks for; histograms re-bin as ranges grow, so one pass over the data
/// suffices. Remembers results by model hash, data hash and request. Thread-safe.
std::unique_ptr<CalibrationProvider> makeCalibrator(DatasetPtr data, const CalibratorOptions& options = {});

} // namespace lapidary
