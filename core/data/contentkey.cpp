// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/contentkey.h"

#include <array>
#include <bit>
#include <cstring>

namespace lapidary {

namespace {

constexpr std::uint64_t multiplierA = 0x9e3779b97f4a7c15u;
constexpr std::uint64_t multiplierB = 0xd6e8feb86659fd93u;

std::uint64_t load(const std::byte* at) {
    std::uint64_t word;
    std::memcpy(&word, at, sizeof word);
    if constexpr (std::endian::native == std::endian::big)
        word = __builtin_bswap64(word);
    return word;
}

std::uint64_t finalMix(std::uint64_t x) {
    x = (x ^ (x >> 32)) * multiplierB;
    x = (x ^ (x >> 29)) * multiplierA;
    return x ^ (x >> 32);
}

} // namespace

std::string ContentKey::hex() const {
    static constexpr char digits[] = "0123456789abcdef";
    std::string text(32, '0');
    for (int i = 0; i < 16; ++i) {
        text[std::size_t(i)] = digits[(high >> (60 - 4 * i)) & 15];
        text[std::size_t(16 + i)] = digits[(low >> (60 - 4 * i)) & 15];
    }
    return text;
}

ContentKey contentKey(std::span<const std::byte> bytes, std::uint64_t seed) {
    // Four independent lanes of rotate, xor and multiply: the multiplications overlap in the pipeline.
    std::array<std::uint64_t, 4> lane = {seed ^ multiplierA, seed + multiplierB, ~seed, seed * multiplierB + 1};
    std::size_t at = 0;
    for (; at + 32 <= bytes.size(); at += 32)
        for (std::size_t i = 0; i < 4; ++i)
            lane[i] = (std::rotl(lane[i], 29) ^ load(bytes.data() + at + 8 * i)) * (i % 2 ? multiplierB : multiplierA);
    std::array<std::byte, 32> tail{};
    if (at < bytes.size())
        std::memcpy(tail.data(), bytes.data() + at, bytes.size() - at);
    for (std::size_t i = 0; i < 4; ++i)
        lane[i] = (std::rotl(lane[i], 29) ^ load(tail.data() + 8 * i)) * (i % 2 ? multiplierA : multiplierB);
    const std::uint64_t size = bytes.size();
    ContentKey key;
    key.low = finalMix(lane[0] + std::rotl(finalMix(lane[1]), 17) + finalMix(lane[2] ^ size) + lane[3]);
    key.high = finalMix(lane[2] + std::rotl(finalMix(lane[3]), 23) + finalMix(lane[0] ^ ~size) + std::rotl(lane[1], 7));
    return key;
}

} // namespace lapidary
