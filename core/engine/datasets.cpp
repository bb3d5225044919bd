// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/datasets.h"

#include "device/hostenvironment.h"
#include "engine/engine.h"
#include "eval/calibrator.h"

namespace lapidary {

Result<DatasetPtr> openCachedDataset(const std::filesystem::path& file) {
    DatasetOptions options;
    options.cacheFolder = cacheFolder() / "samples";
    options.threads = hostCores();
    return openDataset(file, options);
}

std::unique_ptr<CalibrationProvider> calibratorFor(DatasetPtr data, std::size_t samples) {
    CalibratorOptions options;
    options.samples = samples;
    options.threads = hostCores();
    return makeCalibrator(std::move(data), options);
}

} // namespace lapidary
