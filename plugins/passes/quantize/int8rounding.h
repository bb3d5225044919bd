// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "roundingmemo.h"
#include "roundingtarget.h"

#include "eval/momentcollector.h"

#include <functional>

namespace lapidary {

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
    struct Job {
        const RoundingTarget* target;
        std::function<std::optional<LayerMoments>()> moments; ///< called once, on the thread that rounds
    };
    using Jobs = std::vector<Job>;

    Status findTargets();
    /// Weights of the plan that still have to be rounded; the others are taken from the memo.
    std::set<ValueId> openWeights(Int8Plan& plan) const;
    Status roundWatched(const std::set<ValueId>& open, Int8Plan& plan, const Work& work);
    Status roundWalking(const std::set<ValueId>& open, Int8Plan& plan, CalibrationProvider& calibration,
                        const Work& work);
    Status roundAll(const Jobs& jobs, Int8Plan& plan, const Work& work);
    Status keep(ValueId weight, Result<Int8Rounding> rounded, Int8Plan& plan);

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
