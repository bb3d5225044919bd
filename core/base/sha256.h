// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace lapidary {

/// SHA-256 (FIPS 180-4) for the rooms without Qt. Not thread-safe; one object per stream.
class Sha256 {
public:
    Sha256();
    void add(std::span<const std::byte> bytes);
    void add(std::string_view text);
    /// Little-endian bytes of the number, so that hashes of structures are unambiguous.
    void add(std::uint64_t number);
    /// 64 lower-case hex digits. The object must not be used afterwards.
    std::string finish();

private:
    void block(const std::uint8_t* data);

    std::array<std::uint32_t, 8> m_state;
    std::array<std::uint8_t, 64> m_buffer{};
    std::uint64_t m_length = 0;
};

std::string sha256(std::span<const std::byte> bytes);
std::string sha256(std::string_view text);

} // namespace lapidary
