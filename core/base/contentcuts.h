// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>

namespace lapidary {

/// Sizes of pieces that content-defined chunking makes.
struct CutSizes {
    std::size_t smallest = 0;
    std::size_t largest = 0;
    int averageBits = 0; ///< a cut falls at one byte in 2^averageBits, after the smallest size
};

/// Length of the first piece of `bytes`, cut where the content says so (a gear hash, Xia et al. 2016): bytes inserted
/// or changed move only the cuts near them. The same bytes and sizes always give the same cuts.
std::size_t nextContentCut(std::span<const std::byte> bytes, const CutSizes& sizes);

} // namespace lapidary
