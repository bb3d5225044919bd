// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "int8plan.h"
#include "roundingmemo.h"

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
/// (OptimalRounder; with correct_bias the mean does not count, for the bias takes it up). What a layer reads is
/// gathered for all layers that could be rounded, whichever the plan chooses: the runtime's last bits depend on what it
/// is asked for, and a recipe must give the same bytes whatever ran before it.
class DataRounding {
public:
    /// `model`: what is quantized, with `input.shapes` for batch 1. `key`: all that the rounding of its weights depends
    /// on. `samples`: of the calibration data. The memo must outlive this.
    DataRounding(ModelPtr model, const PassInput& input, const Int8Options& options, std::string key,
                 std::uint64_t samples, RoundingMemo& memo);

    struct Watch {
        const ValueWatcher* watcher;
        CalibrationRequest request;
    };
    /// To gather what layers read while the data goes by for the ranges. None where all weights of the plan are known,
    /// or where that does not fit into memory at once; round() then runs the data again, in parts.
    std::optional<Watch> watch(const Int8Plan& plan);
    /// The watcher saw nothing.
    void notWatched() { m_collector.reset(); }

    /// Fills plan.rounded. Layers whose inputs cannot be unfolded are left out and round to nearest. Fails when
    /// cancelled and as the data does.
    Status round(Int8Plan& plan, CalibrationProvider& calibration, const Work& work);

private:
    using Targets = std::vector<RoundingTarget*>;

    Status findTargets();
    /// Weights of the plan that still have to be rounded; the others are taken from the memo.
    std::set<ValueId> openWeights(Int8Plan& plan) const;
    Status roundWalking(const std::set<ValueId>& open, Int8Plan& plan, CalibrationProvider& calibration,
                        const Work& work);
    Status roundThose(const std::set<ValueId>& open, const Targets& targets, MomentsOfLayers& moments, Int8Plan& plan,
                      const Work& work);

    ModelPtr m_model;
    const PassInput& m_input;
    const Int8Options m_options;
    const std::string m_key;
    std::uint64_t m_samples;
    RoundingMemo& m_memo;
    Int8Plan m_all; ///< as if every layer were chosen
    std::vector<RoundingTarget> m_targets;
    std::optional<MomentCollector> m_collector;
    ValueWatcher m_watcher;
};

} // namespace lapidary
