// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/incomingobject.h"

#include "base/sha256.h"
#include "device/link/hexbytes.h"

namespace lapidary {

namespace {

Diagnostic protocolProblem(const char* what) {
    return errorDiagnostic("link.protocol", std::string("The other side does not keep to the protocol: ") + what);
}

} // namespace

Result<IncomingObject> IncomingObject::begin(ObjectCache& cache, std::string hash, std::uint64_t size,
                                             std::uint32_t chunks) {
    if (hash.size() != 32 || size == 0 || chunks == 0)
        return protocolProblem("an object without hash, size or chunks");
    if (size > cache.limits().objectBytes)
        return errorDiagnostic("agent.too_large", "The device takes objects up to " +
                                                      std::to_string(cache.limits().objectBytes >> 20) +
                                                      " MiB, this one has " + std::to_string(size >> 20) + " MiB");
    if (chunks > size / smallestLinkChunk + 1 || size > std::uint64_t(chunks) * largestLinkChunk)
        return protocolProblem("the number of chunks does not fit the size");
    if (auto status = cache.makeRoom(size); !status)
        return status;
    return IncomingObject(cache, std::move(hash), size, chunks);
}

Result<std::string> IncomingObject::addPage(std::uint32_t first, std::string_view hashes,
                                            const std::vector<std::uint32_t>& sizes) {
    if (first != m_chunks.size() || sizes.empty() || sizes.size() > chunksPerPage ||
        sizes.size() > m_count - m_chunks.size() || hashes.size() != 32 * sizes.size())
        return protocolProblem("a page of chunks that does not continue the list");
    std::string bitmap((sizes.size() + 7) / 8, '\0');
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        const bool last = m_chunks.size() + 1 == m_count;
        m_listed += sizes[i];
        if (sizes[i] == 0 || sizes[i] > largestLinkChunk || (!last && sizes[i] < smallestLinkChunk) ||
            m_listed > m_size || (last && m_listed != m_size))
            return protocolProblem("chunks of sizes that cannot be");
        ChunkInfo chunk{std::string(hashes.substr(32 * i, 32)), sizes[i]};
        const auto [known, added] = m_firstOf.emplace(chunk.hash, std::uint32_t(m_chunks.size()));
        if (!added && m_chunks[known->second].size != chunk.size)
            return protocolProblem("one hash for chunks of two sizes");
        const bool wanted = added && !m_cache->hasChunk(chunk);
        m_chunks.push_back(std::move(chunk));
        m_wanted.push_back(wanted);
        if (!wanted)
            continue;
        ++m_missing;
        bitmap[i / 8] = char(bitmap[i / 8] | 1 << (i % 8));
    }
    return bitmap;
}

Status IncomingObject::addChunk(std::uint32_t index, bool compressed, std::string_view data) {
    if (m_chunks.size() != m_count || index >= m_count || !m_wanted[index])
        return protocolProblem("a chunk that was not wanted");
    const auto& chunk = m_chunks[index];
    std::string unpacked;
    if (compressed) {
        unpacked = decompressChunk(data, chunk.size);
        data = unpacked;
    }
    if (data.size() != chunk.size || fromHex(sha256(data)) != chunk.hash)
        return errorDiagnostic("link.hash", "A chunk that came is not the one that was announced");
    if (auto status = m_cache->storeChunk(chunk, data); !status)
        return status;
    m_wanted[index] = false;
    --m_missing;
    return {};
}

} // namespace lapidary
