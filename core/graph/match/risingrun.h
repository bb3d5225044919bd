// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

namespace lapidary::match {

/// A candidate pair: ranks on both sides, and the positions they belong to.
struct Run {
    std::uint32_t left = 0, right = 0;
    std::uint32_t a = 0, b = 0;
};

/// The longest run that rises on the right, of candidates sorted by the left. O(n log n).
std::vector<Run> risingRun(const std::vector<Run>& sorted);

} // namespace lapidary::match
