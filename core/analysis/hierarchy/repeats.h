// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace lapidary {

/// One element of a sequence that is searched for repetitions.
struct RepeatItem {
    std::uint64_t token = 0;  ///< equal for equal things
    std::uint32_t weight = 1; ///< how much it counts
    bool canLead = true;      ///< a block may well begin here
    bool big = false;         ///< a block in itself
};

/// `count` equal stretches of `period` items each, one after another.
struct Repeat {
    std::uint32_t begin = 0;
    std::uint32_t period = 0;
    std::uint32_t count = 0;
    std::uint32_t end() const { return begin + period * count; }
};

/// How often a period must occur that holds several big items: twice happens by chance where stages of a network meet.
inline constexpr std::uint32_t leastCompound = 3;

/// The repetitions that together cover most weight, found greedily, none over another, ascending. A stretch weighs at
/// least `leastWeight` and has at most 64 items. Of the ways to cut a repetition the one that begins with a leading and
/// heavy item is taken. O(64 n).
std::vector<Repeat> findRepeats(const std::vector<RepeatItem>& items, std::uint32_t leastWeight);

} // namespace lapidary
