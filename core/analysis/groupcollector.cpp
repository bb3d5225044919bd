// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/groupcollector.h"

#include <algorithm>
#include <numeric>

namespace lapidary {
namespace {

constexpr std::uint32_t none = 0xffffffffu;

} // namespace

Atom GroupCollector::findSet(Atom atom) const {
    while (m_set[atom] != atom) {
        m_set[atom] = m_set[m_set[atom]];
        atom = m_set[atom];
    }
    return atom;
}

void GroupCollector::joinAtoms(Atom a, Atom b) {
    a = findSet(a);
    b = findSet(b);
    if (a != b)
        m_set[std::max(a, b)] = std::min(a, b);
}

/// Channels that may go and channels that must stay never share a group: a layer half of which is free gets cut by
/// half.
template <typename Range>
void GroupCollector::joinAll(const Range& atoms) {
    Atom freeOne = none, lockedOne = none;
    for (const Atom atom : atoms) {
        const Atom channel = m_c.find(atom);
        Atom& first = m_c.lockOf(channel) < 0 ? freeOne : lockedOne;
        if (first == none)
            first = channel;
        else
            joinAtoms(first, channel);
    }
}

void GroupCollector::joinProducers() {
    for (const Coupler::Claim& claim : m_c.claims()) {
        if (claim.map.base->empty() || !m_c.made(claim.map.base->front()))
            continue;
        for (const Atom atom : *claim.map.base)
            m_made[m_c.find(atom)] = true;
        if (!claim.couplesOnly)
            joinAll(*claim.map.base);
    }
}

void GroupCollector::joinTheRest() {
    for (const Coupler::Range& range : m_c.ranges()) {
        std::vector<Atom> orphans;
        for (Atom atom = range.begin; atom < range.end; ++atom)
            if (!m_made[m_c.find(atom)])
                orphans.push_back(atom);
        joinAll(orphans);
    }
}

void GroupCollector::number() {
    m_group.assign(m_c.atomCount(), none);
    m_number.assign(m_c.atomCount(), none);
    std::vector<std::uint32_t> groupOfSet(m_c.atomCount(), none);
    for (Atom atom = 0; atom < m_c.atomCount(); ++atom) {
        if (m_c.find(atom) != atom)
            continue;
        std::uint32_t& group = groupOfSet[findSet(atom)];
        if (group == none) {
            group = std::uint32_t(m_result.groups.size());
            m_result.groups.emplace_back();
            m_lock.push_back(-1);
        }
        m_group[atom] = group;
        m_number[atom] = m_result.groups[group].channels++;
        m_result.groups[group].prunable = m_result.groups[group].prunable || m_made[atom];
        const int lock = m_c.lockOf(atom);
        if (lock >= 0)
            m_lock[group] = m_lock[group] < 0 ? lock : std::min(m_lock[group], lock);
    }
}

const GroupCollector::Refs& GroupCollector::refsOf(const AxisMap& map) {
    Refs& refs = m_refs[{map.base.get(), map.inner, map.outer}];
    if (refs.refs)
        return refs;
    refs.map = map;
    std::vector<ChannelRef> written;
    written.reserve(std::size_t(map.size()));
    std::uint32_t last = none;
    for (const Atom atom : *map.base) {
        const Atom channel = m_c.find(atom);
        written.push_back({m_group[channel], m_number[channel]});
        if (m_group[channel] != last)
            refs.groups.push_back(last = m_group[channel]);
    }
    if (map.inner != 1 || map.outer != 1) {
        std::vector<ChannelRef> all(static_cast<std::size_t>(map.size()));
        for (std::size_t p = 0; p < all.size(); ++p)
            all[p] = written[(p / std::size_t(map.inner)) % written.size()];
        written = std::move(all);
    }
    std::ranges::sort(refs.groups);
    refs.groups.erase(std::unique(refs.groups.begin(), refs.groups.end()), refs.groups.end());
    refs.refs = std::make_shared<const std::vector<ChannelRef>>(std::move(written));
    return refs;
}

void GroupCollector::addSlices() {
    for (const Coupler::Claim& claim : m_c.claims()) {
        const Refs& refs = refsOf(claim.map);
        const bool produces = !claim.map.base->empty() && m_c.made(claim.map.base->front());
        const WeightSlice slice{claim.node, claim.weight, claim.axis, produces, refs.refs};
        for (const GroupIndex group : refs.groups) {
            auto& list = produces ? m_result.groups[group].producers : m_result.groups[group].consumers;
            list.push_back(slice);
        }
    }
}

void GroupCollector::addFixes() {
    for (const Coupler::Fix& fix : m_c.fixes()) {
        const Refs& refs = refsOf(fix.map);
        for (const GroupIndex group : refs.groups)
            m_result.groups[group].fixes.push_back({fix.kind, fix.node, fix.axis, refs.refs});
    }
}

void GroupCollector::addNodes() {
    m_result.groupOfNode.assign(m_c.graph().nodeIdLimit(), -1);
    for (const NodePtr& node : m_c.graph().nodes()) {
        if (node->is("Constant") || node->is("ConstantOfShape"))
            continue;
        for (const ValueId output : node->outputs) {
            const auto* axes = m_c.axes(output);
            for (std::size_t axis = 0; axes && axis < axes->size(); ++axis) {
                const AxisMap& map = (*axes)[axis];
                if (!map.tracked() || map.base->empty())
                    continue;
                const Refs& refs = refsOf(map);
                m_result.values.push_back({output, int(axis), refs.refs});
                for (const GroupIndex group : refs.groups)
                    if (auto& nodes = m_result.groups[group].nodes; nodes.empty() || nodes.back() != node->id)
                        nodes.push_back(node->id);
                std::int32_t& shown = m_result.groupOfNode[node->id.number];
                if (output != node->output() || (shown >= 0 && axis != 1))
                    continue;
                const auto prunable = std::ranges::find_if(refs.groups, [&](GroupIndex g) { return m_lock[g] < 0; });
                shown = std::int32_t(prunable == refs.groups.end() ? refs.groups.front() : *prunable);
            }
        }
    }
}

void GroupCollector::explain() {
    for (std::size_t g = 0; g < m_result.groups.size(); ++g) {
        ChannelGroup& group = m_result.groups[g];
        const bool made = group.prunable;
        group.prunable = false;
        if (m_lock[g] >= 0) {
            const Coupler::Lock& lock = m_c.locks()[std::size_t(m_lock[g])];
            group.reason = lock.reason;
            group.fence = lock.node;
        } else if (!made || group.producers.empty()) {
            group.reason = "no weight makes these channels";
        } else if (group.channels == 1) {
            group.reason = "has one channel, or channels that can only go all at once";
        } else {
            group.prunable = true;
        }
    }
    std::vector<bool> seen(m_c.graph().nodeIdLimit(), false);
    for (const Coupler::Lock& lock : m_c.locks()) {
        if (!lock.node.valid() || seen[lock.node.number])
            continue;
        seen[lock.node.number] = true;
        m_result.fences.push_back({lock.node, lock.reason});
    }
    std::ranges::stable_sort(m_result.fences, {}, [&](const Fence& f) { return m_c.graph().position(f.node); });
}

ChannelGroups GroupCollector::collect() {
    m_set.resize(m_c.atomCount());
    std::iota(m_set.begin(), m_set.end(), Atom(0));
    m_made.assign(m_c.atomCount(), false);
    joinProducers();
    joinTheRest();
    number();
    addSlices();
    addFixes();
    addNodes();
    explain();
    return std::move(m_result);
}

} // namespace lapidary
