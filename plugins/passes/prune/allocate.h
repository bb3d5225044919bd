// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "budget.h"
#include "selection.h"

namespace lapidary {

struct TargetOptions {
    bool wanted = false; ///< false: the ratio of the selection counts
    Measure measure = Measure::Macs;
    double share = 0.5;                                 ///< of the whole that may stay, 0..1
    std::map<std::string, double, std::less<>> layerMs; ///< for Measure::Latency, by node name
    std::map<std::string, double, std::less<>> layerFixedMs; ///< of these, what stays whatever is cut
};

enum class Distribution {
    Uniform,    ///< the same ratio everywhere
    Global,     ///< one ranking over all groups
    Sensitivity ///< least total loss for the budget, by dynamic programming over every group's loss curve
};

/// Chooses channels so that what is left keeps to the target, as near as whole channels, multiples and floors allow.
/// With Sensitivity and no target, the budget is what the uniform ratio would leave of the MACs. Notes "prune.target"
/// when the target cannot be reached.
Result<ChannelSelection> selectForTarget(const PruneAnalysis& analysis, const ShapeTable& shapes,
                                         ChannelSelectionOptions options, Distribution distribution,
                                         const TargetOptions& target, const std::vector<GroupScores>& scores,
                                         const Work& work = {});

} // namespace lapidary
