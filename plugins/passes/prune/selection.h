// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pruneanalysis.h"

#include <map>
#include <set>

namespace lapidary {

struct ChannelSelectionOptions {
    double ratio = 0.25;
    bool global = false; ///< one ranking over all groups; false: the same ratio in every group
    /// Channels to remove from single groups, in place of a ratio; everything else in scope then stays whole.
    std::map<GroupIndex, std::uint32_t> counts;
    std::map<std::string, double, std::less<>> layerRatios; ///< node name: ratio of its group
    bool innerOnly = false;                                 ///< leave residual streams whole
    std::set<NodeId> protectedLayers;                       ///< groups that one of these makes stay whole
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

/// Whether the options let the group lose channels.
bool takesPart(const PruneAnalysis& analysis, GroupIndex group, const ChannelSelectionOptions& options);
/// Whether one of the group's layers is named in layerRatios.
bool hasRatioOfItsOwn(const PruneAnalysis& analysis, GroupIndex group, const ChannelSelectionOptions& options);
/// How many channels stay if `wanted` should go: rounded and raised as selectChannels says.
std::uint32_t keepCount(const PruneAnalysis& analysis, GroupIndex group, const ChannelSelectionOptions& options,
                        std::uint32_t wanted);

/// Chooses the channels that go. Within a group the least important go first, equal ones from the highest number down.
/// Uniform: floor(ratio x channels) of every group. Global: the same share of all channels, ranked together by
/// importance relative to the group's mean; a group keeps at least a twentieth. Then the number that stays is rounded
/// to the nearest multiple (halves up) of `multiple` output channels, and raised to `minChannels` and to what every
/// Split or Concat part needs; it never exceeds what is there.
ChannelSelection selectChannels(const PruneAnalysis& analysis, const ChannelSelectionOptions& options,
                                const std::vector<GroupScores>& scores);

} // namespace lapidary
