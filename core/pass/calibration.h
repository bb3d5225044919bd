// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "graph/model.h"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace lapidary {

/// What a pass wants to know about a value over the calibration data; combine with |.
enum class Statistic : unsigned {
    Range = 1,            ///< min and max
    Histogram = 2,        ///< for percentiles, entropy, MSE
    ChannelRange = 4,     ///< min and max per channel (axis 1)
    ChannelMean = 8,      ///< mean and mean square per channel (axis 1)
};

struct CalibrationRequest {
    /// Value name → ORed Statistic bits. Empty: the pass needs no data.
    std::map<std::string, unsigned> values;
    bool empty() const { return values.empty(); }
};

/// Statistics of one value, gathered while streaming: memory does not grow with the number of samples.
struct ValueStatistics {
    std::uint64_t count = 0; ///< elements seen (NaN excluded)
    std::uint64_t notFinite = 0;
    float minimum = 0;
    float maximum = 0;
    /// Histogram with equal bins over [histogramLow, histogramHigh], which always covers everything seen.
    std::vector<std::uint64_t> histogram;
    float histogramLow = 0;
    float histogramHigh = 0;
    std::vector<float> channelMinimum, channelMaximum;
    std::vector<double> channelMean, channelMeanSquare;
};

struct CalibrationData {
    std::map<std::string, ValueStatistics> values; ///< by value name
    std::uint64_t samples = 0;
    std::uint64_t peakBytes = 0; ///< what the gathering held at most

    const ValueStatistics* find(const std::string& name) const;
    /// Value below which the share `fraction` (0..1) of the elements lies, from the histogram.
    static float percentile(const ValueStatistics& statistics, double fraction);
};

/// Runs calibration data through a model. Implemented in `eval`, injected into the pass runner, so that passes need
/// neither data nor a runtime. Results are cached by model, data and request.
class CalibrationProvider {
public:
    virtual ~CalibrationProvider();
    virtual Result<std::shared_ptr<const CalibrationData>> calibrate(const Model& model, const CalibrationRequest& request,
                                                                     const Work& work) = 0;
    /// Identifies the data (for recipes and caches); empty if there is none.
    virtual std::string dataHash() const = 0;
};

} // namespace lapidary
