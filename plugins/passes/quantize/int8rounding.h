// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "int8plan.h"

#include "eval/layerwalk.h"
#include "eval/momentcollector.h"

namespace lapidary {

/// A weight that is rounded by what its layers read.
struct RoundingTarget {
    WeightMatrix matrix;
    int axis = -1;        ///< of the weight, that has scales
    bool centred = false; ///< the bias takes up the mean
};

/// Rounds the weights of a plan's layers so that the output of each in float changes least over the calibration data
/// (OptimalRounder; with correct_bias the mean does not count, for the bias takes it up).
class DataRounding {
public:
    /// `model` has batch 1 in `input.shapes`. `samples`: of the calibration data.
    DataRounding(ModelPtr model, const PassInput& input, const Int8Options& options, std::uint64_t samples);

    /// Gathers what the layers of the plan read while the data goes by for the ranges. Null where that does not fit
    /// into memory at once; round() then runs the data again, in parts.
    const ValueWatcher* watcher(const Int8Plan& plan);
    /// The watcher saw nothing.
    void notWatched() { m_collector.reset(); }

    /// Fills plan.rounded; the plan may have lost layers since it was watched. Layers whose inputs cannot be unfolded
    /// are left out and round to nearest. Fails when cancelled and as the data does.
    Status round(Int8Plan& plan, CalibrationProvider& calibration, const Work& work);

private:
    Status roundAll(const std::vector<RoundingTarget*>& targets, MomentsOfLayers& moments, Int8Plan& plan,
                    const Work& work);
    Status roundWatched(Int8Plan& plan, const Work& work);
    Status roundWalking(Int8Plan& plan, CalibrationProvider& calibration, const Work& work);

    ModelPtr m_model;
    const PassInput& m_input;
    const Int8Options m_options;
    std::uint64_t m_samples;
    std::vector<RoundingTarget> m_watched;
    std::optional<MomentCollector> m_collector;
    ValueWatcher m_watcher;
    std::size_t m_unknown = 0; ///< weights of which nothing is known
};

} // namespace lapidary
