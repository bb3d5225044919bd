// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/coupler.h"

#include <map>
#include <tuple>

namespace lapidary {

/// Turns a filled-in Coupler into groups: which channels form one set, in what order, and where they are cut.
class GroupCollector {
public:
    explicit GroupCollector(Coupler& coupler) : m_c(coupler) {}

    ChannelGroups collect();

private:
    struct Refs {
        AxisMap map; // keeps the key's pointer alive
        ChannelRefs refs;
        std::vector<GroupIndex> groups; // sorted
    };

    void joinProducers();
    void joinTheRest();
    void number();
    const Refs& refsOf(const AxisMap& map);
    void addSlices();
    void addFixes();
    void addNodes();
    void explain();

    Atom findSet(Atom atom) const;
    void joinAtoms(Atom a, Atom b);
    template <typename Range>
    void joinAll(const Range& atoms);

    Coupler& m_c;
    ChannelGroups m_result;
    mutable std::vector<Atom> m_set;     // union-find over channels: which live in one group
    std::vector<bool> m_made;            // by channel: some weight makes it
    std::vector<std::uint32_t> m_group;  // by channel
    std::vector<std::uint32_t> m_number; // by channel: its number in the group
    std::vector<int> m_lock;             // by group
    std::map<std::tuple<const void*, std::int64_t, std::int64_t>, Refs> m_refs;
};

} // namespace lapidary
