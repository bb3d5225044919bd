// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/removedchannels.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace lapidary {

namespace {

constexpr std::uint32_t wordBits = 32;
constexpr std::uint32_t mostWords = 1 << 20; // what a damaged report may ask for stays bounded
constexpr std::string_view prefix = "removed_bits_";

} // namespace

void addRemovedChannels(const std::vector<std::uint32_t>& removed, std::map<std::string, double>& numbers) {
    std::map<std::uint32_t, std::uint32_t> words;
    for (const std::uint32_t channel : removed)
        words[channel / wordBits] |= std::uint32_t(1) << (channel % wordBits);
    for (const auto& [index, bits] : words)
        numbers[std::string(prefix) + std::to_string(index)] = double(bits);
}

std::optional<std::vector<std::uint32_t>> removedChannels(const Json& numbers) {
    std::vector<std::uint32_t> removed;
    bool any = false;
    for (const auto& [name, number] : numbers.object()) {
        if (!name.starts_with(prefix))
            continue;
        std::uint32_t index = 0;
        const char* end = name.data() + name.size();
        const auto [rest, code] = std::from_chars(name.data() + prefix.size(), end, index);
        const double value = number.toDouble(-1);
        if (code != std::errc() || rest != end || index >= mostWords || value < 0 || value > 4294967295.0 ||
            value != std::floor(value))
            continue;
        any = true;
        const auto bits = std::uint32_t(value);
        for (std::uint32_t bit = 0; bit < wordBits; ++bit)
            if ((bits >> bit) & 1U)
                removed.push_back(index * wordBits + bit);
    }
    if (!any)
        return std::nullopt;
    std::ranges::sort(removed);
    return removed;
}

} // namespace lapidary
