// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pruneanalysis.h"

#include <map>
#include <set>

namespace lapidary {

struct ChannelSelectionOptions {
    double ratio = 0.25;
    bool global = false; ///< one ranking over all groups; false: the same ratio in every group
    Importance importance = Importance::L1;
    std::map<std::string, double, std::less<>> layerRatios; ///< node name: ratio of its group
    bool innerOnly = false; ///< leave residual streams whole
    std::uint32_t multiple = 1;
    std::uint32_t minChannels = 1;
    std::set<NodeId> scope; ///< empty: everything
};

struct ChannelSelection {
    ChannelCut cut;
    std::vector<double> importanceKept; ///< by group, 0..1
    Diagnostics notes;
};

/// Whether a node that makes the group's channels was chosen.
bool inScope(const PruneAnalysis& analysis, GroupIndex group, const std::set<NodeId>& scope);

/// Chooses the channels that go. Within a group the least important go first, equal ones from the highest number down.
/// Uniform: floor(ratio x channels) of every group. Global: the same share of all channels, ranked together by
/// importance relative to the group's mean; a group keeps at least a twentieth. Then the number that stays is rounded
/// to the nearest multiple (halves up) of `multiple` output channels, and raised to `minChannels` and to what every
/// Split or Concat part needs; it never exceeds what is there.
Result<ChannelSelection> selectChannels(const PruneAnalysis& analysis, const ChannelSelectionOptions& options,
                                        const Work& work = {});

} // namespace lapidary
