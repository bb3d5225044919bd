// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/channelgroups.h"

#include <unordered_map>

namespace lapidary {

/// Which positions of an axis a cut leaves.
class CutCounter {
public:
    CutCounter(const ChannelGroups& groups, const ChannelCut& cut);

    bool removed(const ChannelRef& ref) const {
        return ref.group < m_removed.size() && ref.channel < m_removed[ref.group].size() &&
               m_removed[ref.group][ref.channel];
    }
    /// Whether the cut touches the group at all.
    bool touches(GroupIndex group) const { return group < m_touched.size() && m_touched[group]; }
    std::int64_t kept(const ChannelRefs& refs); ///< remembers the answer per vector
    std::int64_t kept(const ChannelRefs& refs, std::size_t begin, std::size_t end) const;
    std::vector<std::int64_t> keptPositions(const ChannelRefs& refs) const;

private:
    std::vector<std::vector<char>> m_removed; // by group, by channel
    std::vector<bool> m_touched;
    std::unordered_map<const void*, std::int64_t> m_kept;
};

} // namespace lapidary
