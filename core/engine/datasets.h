// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"
#include "pass/calibration.h"

namespace lapidary {

/// openDataset with the cache where it belongs.
Result<DatasetPtr> openCachedDataset(const std::filesystem::path& file);
/// The calibration service over the first `samples` of a dataset.
std::unique_ptr<CalibrationProvider> calibratorFor(DatasetPtr data, std::size_t samples = 0);

} // namespace lapidary
