// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/channelgroups.h"
#include "base/progress.h"

#include <vector>

namespace lapidary {

enum class Importance {
    L1,      ///< sum of absolute weights of a filter (Li et al. 2017, "Pruning filters for efficient ConvNets")
    L2,      ///< Euclidean norm of a filter
    BnScale, ///< |gamma| of batch normalization (Liu et al. 2017, "Learning efficient convolutional networks through
             ///< network slimming"); groups without one fall back to L1
    GeometricMedian, ///< sum of the distances to the layer's other filters (He et al. 2019, "Filter pruning via
                     ///< geometric median"): what others can stand in for goes first
    Random,          ///< by the seed: a control
    Activation,      ///< root mean square of the channel where it is read, on calibration data
    Wanda, ///< |weights that read it| times its root mean square (Sun et al. 2023, "A simple and effective pruning
           ///< approach for large language models", for whole channels)
    Obs    ///< least-squares error of the layers that read it (eliminateChannels)
};
inline bool needsData(Importance importance) {
    return importance >= Importance::Activation;
}

struct GroupScores {
    /// By channel; the mean over the group is 1, so that groups compare. Empty for groups that nobody asks about.
    std::vector<double> scores;
    bool fellBack = false; ///< no normalization scale, or nobody known who reads the group's channels
    /// Obs: the order in which channels go (others: by rising score) and the error after each, relative and summed over
    /// the layers that read them. The scores are then the errors' increases, not relative to the mean.
    std::vector<std::uint32_t> order;
    std::vector<double> loss;
};

/// How much each channel of every prunable group matters. Each weight that makes channels is normalized to a mean of 1
/// and a channel's score is the average over all weights that make it, so that one layer with large weights does not
/// drown its coupled partners (after the group importance of Fang et al. 2023, "DepGraph: Towards any structural
/// pruning"). For importances that need no data. Fails with "tensor.*" for missing weights and when cancelled.
Result<std::vector<GroupScores>> groupScores(const Model& model, const ChannelGroups& groups, Importance importance,
                                             std::uint64_t seed = 0, const Work& work = {});

} // namespace lapidary
