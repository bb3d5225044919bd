// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/channelgroups.h"
#include "base/progress.h"

#include <vector>

namespace lapidary {

enum class Importance {
    L1,     ///< sum of absolute weights of a filter (Li et al. 2017, "Pruning filters for efficient ConvNets")
    L2,     ///< Euclidean norm of a filter
    BnScale ///< |gamma| of batch normalization (Liu et al. 2017, "Learning efficient convolutional networks through
            ///< network slimming"); groups without one fall back to L1
};

struct GroupScores {
    /// By channel; the mean over the group is 1, so that groups compare. Empty for groups that nobody asks about.
    std::vector<double> scores;
    bool fellBack = false; ///< no normalization scale in this group
};

/// How much each channel of every prunable group matters. Each weight that makes channels is normalized to a mean of 1
/// and a channel's score is the average over all weights that make it, so that one layer with large weights does not
/// drown its coupled partners (after the group importance of Fang et al. 2023, "DepGraph: Towards any structural
/// pruning"). Fails with "tensor.*" for missing weights and when cancelled.
Result<std::vector<GroupScores>> groupScores(const Model& model, const ChannelGroups& groups, Importance importance,
                                             const Work& work = {});

} // namespace lapidary
