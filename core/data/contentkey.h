// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace lapidary {

/// A quick 128-bit content hash for caches of one's own files (several GB/s). It tells contents apart and finds damage;
/// it does not withstand an adversary: use Sha256 where that matters. Same on every machine.
struct ContentKey {
    std::uint64_t low = 0;
    std::uint64_t high = 0;

    bool operator==(const ContentKey&) const = default;
    std::string hex() const; ///< 32 digits
};

ContentKey contentKey(std::span<const std::byte> bytes, std::uint64_t seed = 0);

} // namespace lapidary
