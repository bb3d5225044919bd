// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/contentcuts.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace lapidary {

namespace {

/// Fixed pseudo-random numbers (splitmix64), one per byte value; part of what is stored, so they never change.
std::array<std::uint64_t, 256> gearTable() {
    std::array<std::uint64_t, 256> table;
    std::uint64_t state = 0;
    for (auto& entry : table) {
        state += 0x9e3779b97f4a7c15ull;
        std::uint64_t z = state;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        entry = z ^ (z >> 31);
    }
    return table;
}

} // namespace

std::size_t nextContentCut(std::span<const std::byte> bytes, const CutSizes& sizes) {
    static const auto gear = gearTable();
    if (bytes.size() <= sizes.smallest)
        return bytes.size();
    const std::uint64_t boundaryMask = ((std::uint64_t(1) << sizes.averageBits) - 1) << 32;
    const std::size_t limit = std::min(bytes.size(), sizes.largest);
    std::uint64_t hash = 0;
    for (std::size_t i = sizes.smallest; i < limit; ++i) {
        hash = (hash << 1) + gear[std::uint8_t(bytes[i])];
        if ((hash & boundaryMask) == 0)
            return i + 1;
    }
    return limit;
}

} // namespace lapidary
