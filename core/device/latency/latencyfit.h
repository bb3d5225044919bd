// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/latency/layerfeatures.h"

#include <memory>
#include <span>

namespace lapidary {

/// One measured layer.
struct LatencySample {
    std::array<double, LayerFeatures::count> logs{}; ///< LayerFeatures::logs()
    double logMsPerWork = 0;                         ///< ln(milliseconds / LayerFeatures::work())
};

/// Interpolates the time per operation over the logarithms of a layer's sizes by a Gaussian process: a linear trend
/// with a ridge plus a smooth local part (squared exponential) plus noise (Rasmussen & Williams 2006, 2.2 and 2.7).
/// Length scale, local share and noise are those of a fixed grid with the highest leave-one-out predictive probability
/// (ibid., 5.4.2). Same samples, same answers. Immutable; any thread.
class LatencyFit {
public:
    struct Prediction {
        double logMsPerWork = 0;
        double deviation = 0; ///< of the logarithm, one standard deviation: 0.1 is about 10 %
    };

    /// Uses the last `mostSamples` at most. Precondition: at least one sample.
    explicit LatencyFit(std::span<const LatencySample> samples);
    ~LatencyFit();
    Prediction predict(const std::array<double, LayerFeatures::count>& logs) const;

    static constexpr std::size_t mostSamples = 200;

private:
    struct State;
    std::unique_ptr<const State> m_state;
};

} // namespace lapidary
