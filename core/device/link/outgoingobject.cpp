// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/outgoingobject.h"

#include "base/contentcuts.h"
#include "base/sha256.h"
#include "device/link/hexbytes.h"

#include <zstd.h>

namespace lapidary {

namespace {

constexpr CutSizes cuts{smallestLinkChunk, largestLinkChunk, 15};
constexpr int compressionLevel = 3;

} // namespace

OutgoingObject::OutgoingObject(std::string bytes) : m_bytes(std::move(bytes)) {
    m_hash = fromHex(sha256(m_bytes));
    auto rest = std::as_bytes(std::span(m_bytes));
    for (std::uint64_t offset = 0; !rest.empty();) {
        const auto length = nextContentCut(rest, cuts);
        m_chunks.push_back({fromHex(sha256(rest.first(length))), std::uint32_t(length)});
        m_offsets.push_back(offset);
        offset += length;
        rest = rest.subspan(length);
    }
}

std::string_view OutgoingObject::chunk(std::size_t index) const {
    return std::string_view(m_bytes).substr(m_offsets[index], m_chunks[index].size);
}

std::string compressChunk(std::string_view bytes) {
    std::string packed(ZSTD_compressBound(bytes.size()), '\0');
    const auto size = ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), compressionLevel);
    if (ZSTD_isError(size) || size >= bytes.size())
        return {};
    packed.resize(size);
    return packed;
}

std::string decompressChunk(std::string_view packed, std::size_t size) {
    std::string bytes(size, '\0');
    const auto got = ZSTD_decompress(bytes.data(), bytes.size(), packed.data(), packed.size());
    return ZSTD_isError(got) || got != size ? std::string() : bytes;
}

} // namespace lapidary
