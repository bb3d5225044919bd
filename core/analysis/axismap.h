// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace lapidary {

/// A number that stands for one channel before coupling is known; a union-find over atoms gives the channels.
using Atom = std::uint32_t;

/// What stands at each position of an axis: position p carries atom base[(p / inner) % base.size()]. Flatten repeats
/// each channel `inner` times, merging with leading axes repeats the whole `outer` times; nothing is written out for
/// that.
struct AxisMap {
    std::shared_ptr<const std::vector<Atom>> base;
    std::int64_t inner = 1;
    std::int64_t outer = 1;

    bool tracked() const { return base != nullptr; }
    std::int64_t size() const { return base ? std::int64_t(base->size()) * inner * outer : 0; }
    Atom at(std::int64_t position) const { return (*base)[std::size_t(position / inner) % base->size()]; }
    bool same(const AxisMap& other) const { return base == other.base && inner == other.inner && outer == other.outer; }
    std::vector<Atom> written() const {
        std::vector<Atom> atoms(static_cast<std::size_t>(size()));
        for (std::size_t p = 0; p < atoms.size(); ++p)
            atoms[p] = at(std::int64_t(p));
        return atoms;
    }

    static AxisMap of(std::vector<Atom> atoms) {
        return {std::make_shared<const std::vector<Atom>>(std::move(atoms)), 1, 1};
    }
};

} // namespace lapidary
