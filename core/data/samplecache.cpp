// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/samplecache.h"

#include <cstring>

namespace lapidary {

namespace {

constexpr std::uint64_t magic = 0x3158504450414cu; // "LAPDPX1"

struct Header {
    std::uint64_t magic = 0;
    std::uint32_t width = 0;
    std::uint32_t height = 0;
    std::uint32_t order = 0;
    std::uint32_t reserved = 0;
    ContentKey checksum;
};
static_assert(sizeof(Header) == 40);

ContentKey checksumOf(const Header& header, std::span<const std::byte> pixels) {
    return contentKey(pixels, std::uint64_t(header.width) << 32 ^ std::uint64_t(header.height) << 8 ^ header.order);
}

std::optional<Pixels> parse(std::vector<std::byte> bytes) {
    Header header;
    if (bytes.size() < sizeof header)
        return std::nullopt;
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic != magic || header.order > std::uint32_t(PixelOrder::Gray))
        return std::nullopt;
    Pixels pixels{int(header.width), int(header.height), PixelOrder(header.order), {}};
    const std::uint64_t size = std::uint64_t(header.width) * header.height * std::uint64_t(pixels.channels());
    if (header.width > 65536 || header.height > 65536 || bytes.size() - sizeof header != size ||
        checksumOf(header, std::span(bytes).subspan(sizeof header)) != header.checksum)
        return std::nullopt;
    pixels.data = Blob(std::move(bytes)).slice(sizeof header, size);
    return pixels;
}

} // namespace

std::optional<Pixels> SampleCache::find(const ContentKey& key) const {
    auto bytes = m_files.read(key.hex());
    if (!bytes)
        return std::nullopt;
    auto pixels = parse(std::move(*bytes));
    if (!pixels)
        m_files.remove(key.hex());
    return pixels;
}

void SampleCache::store(const ContentKey& key, const Pixels& pixels) {
    Header header;
    header.magic = magic;
    header.width = std::uint32_t(pixels.width);
    header.height = std::uint32_t(pixels.height);
    header.order = std::uint32_t(pixels.order);
    header.checksum = checksumOf(header, pixels.data.bytes());
    m_files.write(key.hex(), {std::as_bytes(std::span(&header, 1)), pixels.data.bytes()});
}

} // namespace lapidary
