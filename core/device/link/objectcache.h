// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "device/link/outgoingobject.h"

#include <filesystem>
#include <mutex>
#include <optional>
#include <unordered_map>

namespace lapidary {

struct CacheLimits {
    std::uint64_t objectBytes = std::uint64_t(2) << 30; ///< larger objects are refused
    std::uint64_t totalBytes = std::uint64_t(4) << 30;  ///< the objects not used for longest give way
};

/// Objects a peer sent, on this device's disk:
///   objects/HASH        a whole object, checked
///   objects/HASH.list   its chunks, 36 bytes each: so that other objects can take chunks from it
///   chunks/HASH         chunks of objects that are not whole yet; they survive a cut connection and a restart
/// Every name is made from a hash and nothing else. Hashes are 32 bytes. Safe from several threads.
class ObjectCache {
public:
    /// Makes the folder if needed and reads what is there. Fails with "agent.cache".
    static Result<std::unique_ptr<ObjectCache>> open(const std::filesystem::path& folder,
                                                     const CacheLimits& limits = {});

    const CacheLimits& limits() const { return m_limits; }
    /// Where a whole object is; nothing if it is not. Marks it as used now.
    std::optional<std::filesystem::path> object(const std::string& hash);
    bool hasChunk(const ChunkInfo& chunk) const;
    /// `bytes` must have the hash (checked by the caller).
    Status storeChunk(const ChunkInfo& chunk, std::string_view bytes);
    /// Puts the object together, checks the hash of each chunk and of the whole, and lets the chunks go. A chunk that
    /// is no longer what it was is forgotten, and "agent.cache" tells to send again.
    Status assemble(const std::string& hash, const std::vector<ChunkInfo>& chunks, const Work& work);
    /// Deletes old objects until `bytes` more fit. Fails with "agent.full" if that cannot be.
    Status makeRoom(std::uint64_t bytes);

private:
    explicit ObjectCache(std::filesystem::path folder, const CacheLimits& limits)
        : m_folder(std::move(folder)), m_limits(limits) {}
    struct Place {
        std::string object; ///< hash of the object it is a part of; empty: a file of its own
        std::uint64_t offset = 0;
        std::uint32_t size = 0;
    };
    std::filesystem::path objectFile(const std::string& hash) const;
    std::filesystem::path listFile(const std::string& hash) const;
    std::filesystem::path chunkFile(const std::string& hash) const;
    void readFolder();
    void readList(const std::string& hash);
    void addPlaces(const std::string& hash, const std::vector<ChunkInfo>& chunks);
    void forgetObject(const std::string& hash);
    std::optional<std::string> readChunk(const ChunkInfo& chunk);
    Status writeWhole(const std::string& hash, const std::vector<ChunkInfo>& chunks, const Work& work);

    const std::filesystem::path m_folder;
    const CacheLimits m_limits;
    mutable std::mutex m_mutex;
    std::unordered_map<std::string, Place> m_places; ///< by chunk hash
};

} // namespace lapidary
