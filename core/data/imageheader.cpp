// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/imageheader.h"

#include <cctype>

namespace lapidary {

namespace {

using Extent = std::optional<std::pair<std::uint64_t, std::uint64_t>>;

class ByteReader {
public:
    explicit ByteReader(std::span<const std::byte> bytes) : m_bytes(bytes) {}
    bool has(std::size_t at, std::size_t count) const { return at <= m_bytes.size() && count <= m_bytes.size() - at; }
    unsigned at(std::size_t index) const { return std::to_integer<unsigned>(m_bytes[index]); }
    std::uint64_t big(std::size_t from, int count) const {
        std::uint64_t value = 0;
        for (int i = 0; i < count; ++i)
            value = value << 8 | at(from + std::size_t(i));
        return value;
    }
    std::uint64_t little32(std::size_t from) const {
        return at(from) | at(from + 1) << 8 | at(from + 2) << 16 | std::uint64_t(at(from + 3)) << 24;
    }
    std::size_t size() const { return m_bytes.size(); }

private:
    std::span<const std::byte> m_bytes;
};

Extent jpegExtent(const ByteReader& in) {
    std::size_t at = 2;
    while (in.has(at, 9)) {
        if (in.at(at) != 0xff)
            return std::nullopt;
        const unsigned marker = in.at(at + 1);
        if (marker == 0xff) {
            ++at;
            continue;
        }
        // Start of frame: C0 to CF without the tables C4, C8 and CC.
        if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc)
            return std::pair(in.big(at + 7, 2), in.big(at + 5, 2));
        if (marker == 0xd9 || marker == 0xda)
            return std::nullopt;
        const bool alone = marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
        at += alone ? 2 : 2 + in.big(at + 2, 2);
    }
    return std::nullopt;
}

Extent anymapExtent(const ByteReader& in) {
    std::uint64_t numbers[2] = {0, 0};
    std::size_t at = 2;
    for (auto& number : numbers) {
        while (in.has(at, 1) && (std::isspace(int(in.at(at))) || in.at(at) == '#')) {
            if (in.at(at) == '#')
                while (in.has(at, 1) && in.at(at) != '\n')
                    ++at;
            else
                ++at;
        }
        if (!in.has(at, 1) || !std::isdigit(int(in.at(at))))
            return std::nullopt;
        for (; in.has(at, 1) && std::isdigit(int(in.at(at))) && number < 1u << 30; ++at)
            number = number * 10 + in.at(at) - '0';
    }
    return std::pair(numbers[0], numbers[1]);
}

} // namespace

Extent imageExtent(std::span<const std::byte> bytes) {
    const ByteReader in(bytes);
    if (in.has(0, 3) && in.big(0, 2) == 0xffd8)
        return jpegExtent(in);
    if (in.has(0, 24) && in.big(0, 8) == 0x89504e470d0a1a0au)
        return std::pair(in.big(16, 4), in.big(20, 4));
    if (in.has(0, 26) && in.big(0, 2) == 0x424d) {
        const auto height = std::int32_t(in.little32(22));
        return std::pair(in.little32(18), std::uint64_t(height < 0 ? -std::int64_t(height) : height));
    }
    if (in.has(0, 3) && in.at(0) == 'P' && in.at(1) >= '1' && in.at(1) <= '6')
        return anymapExtent(in);
    return std::nullopt;
}

} // namespace lapidary
