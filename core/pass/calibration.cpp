// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/calibration.h"

#include <algorithm>

namespace lapidary {

CalibrationProvider::~CalibrationProvider() = default;
RecordedValues::~RecordedValues() = default;

bool CalibrationRequest::covers(const CalibrationRequest& other) const {
    return std::ranges::all_of(other.values, [&](const auto& entry) {
        const auto at = values.find(entry.first);
        return at != values.end() && (entry.second & ~at->second) == 0;
    });
}

Result<std::shared_ptr<const CalibrationData>>
CalibrationProvider::calibrateWatched(const Model&, const CalibrationRequest&, const ValueWatcher&, const Work&) {
    return errorDiagnostic("calibration.watch", "This source of calibration data gives statistics only, no values.");
}

Result<StreamResult> CalibrationProvider::stream(const std::vector<StreamedModel>&, const StreamConsumer&,
                                                 const Work&) {
    return errorDiagnostic("calibration.stream", "This source of calibration data gives statistics only, no values.");
}

Result<std::map<NodeId, UsedKernel>> CalibrationProvider::usedKernels(const Model&, const Work&) {
    return errorDiagnostic("calibration.kernels", "This source of calibration data has no runtime to ask.");
}

const ValueStatistics* CalibrationData::find(const std::string& name) const {
    const auto it = values.find(name);
    return it == values.end() ? nullptr : &it->second;
}

float CalibrationData::percentile(const ValueStatistics& statistics, double fraction) {
    if (!(fraction > 0))
        return statistics.minimum;
    if (fraction >= 1 || statistics.histogram.empty())
        return statistics.maximum;
    std::uint64_t total = 0;
    for (const auto count : statistics.histogram)
        total += count;
    if (total == 0)
        return statistics.maximum;
    const double wanted = fraction * double(total);
    const double width =
        (double(statistics.histogramHigh) - double(statistics.histogramLow)) / double(statistics.histogram.size());
    double below = 0;
    double found = statistics.maximum;
    for (std::size_t bin = 0; bin < statistics.histogram.size(); ++bin) {
        const auto count = double(statistics.histogram[bin]);
        if (count > 0 && below + count >= wanted) {
            // Elements are taken to lie evenly inside their bin.
            found = double(statistics.histogramLow) + width * (double(bin) + (wanted - below) / count);
            break;
        }
        below += count;
    }
    return std::clamp(float(found), statistics.minimum, std::max(statistics.minimum, statistics.maximum));
}

} // namespace lapidary
