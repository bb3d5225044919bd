// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/objectcache.h"

namespace lapidary {

/// The receiving side of one object: its list of chunks as the pages come, which are missing, and each chunk's check.
/// Trusts nothing it is told. One thread.
class IncomingObject {
public:
    /// Fails with "link.protocol" if the numbers cannot be, "agent.too_large", "agent.full".
    static Result<IncomingObject> begin(ObjectCache& cache, std::string hash, std::uint64_t size, std::uint32_t chunks);

    /// A page of the list. Gives the bitmap of those that are wanted. Fails with "link.protocol".
    Result<std::string> addPage(std::uint32_t first, std::string_view hashes, const std::vector<std::uint32_t>& sizes);
    /// A wanted chunk. Fails with "link.protocol", "link.hash", "agent.cache".
    Status addChunk(std::uint32_t index, bool compressed, std::string_view data);
    /// The list is whole and no chunk is missing.
    bool complete() const { return m_chunks.size() == m_count && m_missing == 0; }
    const std::string& hash() const { return m_hash; }
    const std::vector<ChunkInfo>& chunks() const { return m_chunks; }

private:
    IncomingObject(ObjectCache& cache, std::string hash, std::uint64_t size, std::uint32_t chunks)
        : m_cache(&cache), m_hash(std::move(hash)), m_size(size), m_count(chunks) {}

    ObjectCache* m_cache;
    std::string m_hash;
    std::uint64_t m_size = 0, m_listed = 0;
    std::uint32_t m_count = 0;
    std::size_t m_missing = 0;
    std::vector<ChunkInfo> m_chunks;
    std::vector<bool> m_wanted;
    std::unordered_map<std::string, std::uint32_t> m_firstOf; ///< a chunk that occurs twice is wanted once
};

/// Chunks of a page of the list, at most.
inline constexpr std::size_t chunksPerPage = 2048;

} // namespace lapidary
