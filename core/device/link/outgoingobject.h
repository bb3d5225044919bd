// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace lapidary {

/// A piece of an object that travels. Chunks are cut by content, so variants of a model share most of theirs and only
/// the others are sent.
struct ChunkInfo {
    std::string hash; ///< SHA-256, 32 bytes
    std::uint32_t size = 0;
};
inline constexpr std::size_t smallestLinkChunk = 4 << 10; ///< but for an object's last one
inline constexpr std::size_t largestLinkChunk = 64 << 10;

/// Bytes to be sent, cut and hashed once, however often the connection breaks. Immutable; any thread.
class OutgoingObject {
public:
    explicit OutgoingObject(std::string bytes);

    const std::string& hash() const { return m_hash; } ///< 32 bytes
    std::uint64_t size() const { return m_bytes.size(); }
    const std::vector<ChunkInfo>& chunks() const { return m_chunks; }
    std::string_view chunk(std::size_t index) const;

private:
    std::string m_bytes, m_hash;
    std::vector<ChunkInfo> m_chunks;
    std::vector<std::uint64_t> m_offsets;
};
using OutgoingObjectPtr = std::shared_ptr<const OutgoingObject>;

/// zstd; empty if that makes it no smaller.
std::string compressChunk(std::string_view bytes);
/// Exactly `size` bytes, or nothing at all: never more memory than that.
std::string decompressChunk(std::string_view packed, std::size_t size);

} // namespace lapidary
