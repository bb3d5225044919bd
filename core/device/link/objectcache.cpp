// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/objectcache.h"

#include "base/sha256.h"
#include "device/link/cachefiles.h"
#include "device/link/fdstream.h"
#include "device/link/hexbytes.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t entryBytes = 36;

std::string listText(const std::vector<ChunkInfo>& chunks) {
    std::string text;
    for (const auto& chunk : chunks) {
        text += chunk.hash;
        for (int shift = 0; shift < 32; shift += 8)
            text += char(chunk.size >> shift & 0xff);
    }
    return text;
}

std::vector<ChunkInfo> chunksOfList(const std::string& text) {
    std::vector<ChunkInfo> chunks;
    for (std::size_t at = 0; at + entryBytes <= text.size(); at += entryBytes) {
        ChunkInfo chunk{text.substr(at, 32), 0};
        for (std::size_t i = 0; i < 4; ++i)
            chunk.size |= std::uint32_t(static_cast<unsigned char>(text[at + 32 + i])) << (8 * i);
        chunks.push_back(std::move(chunk));
    }
    return chunks;
}

/// Names of the folder's files that are hashes, as 32 bytes, sorted.
std::vector<std::string> hashesIn(const fs::path& folder) {
    std::vector<std::string> hashes;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error))
        if (const auto name = entry.path().filename().string(); isHexHash(name))
            hashes.push_back(fromHex(name));
    std::sort(hashes.begin(), hashes.end());
    return hashes;
}

} // namespace

fs::path ObjectCache::objectFile(const std::string& hash) const {
    return m_folder / "objects" / toHex(hash);
}
fs::path ObjectCache::listFile(const std::string& hash) const {
    return m_folder / "objects" / (toHex(hash) + ".list");
}
fs::path ObjectCache::chunkFile(const std::string& hash) const {
    return m_folder / "chunks" / toHex(hash);
}

Result<std::unique_ptr<ObjectCache>> ObjectCache::open(const fs::path& folder, const CacheLimits& limits) {
    for (const auto& each : {folder / "objects", folder / "chunks"})
        if (auto status = makePrivateFolder(each); !status)
            return status;
    std::unique_ptr<ObjectCache> cache(new ObjectCache(folder, limits));
    cache->readFolder();
    return cache;
}

void ObjectCache::readFolder() {
    for (const auto& hash : hashesIn(m_folder / "objects"))
        readList(hash);
    for (const auto& hash : hashesIn(m_folder / "chunks"))
        if (const auto size = plainFileSize(chunkFile(hash)); size > 0 && size <= largestLinkChunk)
            m_places.emplace(hash, Place{{}, 0, std::uint32_t(size)});
}

void ObjectCache::readList(const std::string& hash) {
    const auto size = plainFileSize(listFile(hash));
    if (size > m_limits.objectBytes / smallestLinkChunk * entryBytes + entryBytes)
        return;
    if (const auto text = readPart(listFile(hash), 0, std::size_t(size)))
        addPlaces(hash, chunksOfList(*text));
}

void ObjectCache::addPlaces(const std::string& hash, const std::vector<ChunkInfo>& chunks) {
    std::uint64_t offset = 0;
    for (const auto& chunk : chunks) {
        m_places.insert_or_assign(chunk.hash, Place{hash, offset, chunk.size});
        offset += chunk.size;
    }
}

std::optional<fs::path> ObjectCache::object(const std::string& hash) {
    const std::lock_guard lock(m_mutex);
    const auto file = objectFile(hash);
    if (plainFileSize(file) == 0)
        return std::nullopt;
    ::utimensat(AT_FDCWD, file.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
    return file;
}

bool ObjectCache::hasChunk(const ChunkInfo& chunk) const {
    const std::lock_guard lock(m_mutex);
    const auto it = m_places.find(chunk.hash);
    return it != m_places.end() && it->second.size == chunk.size;
}

Status ObjectCache::storeChunk(const ChunkInfo& chunk, std::string_view bytes) {
    const std::lock_guard lock(m_mutex);
    if (auto status = replaceFile(chunkFile(chunk.hash), bytes); !status)
        return status;
    m_places.insert_or_assign(chunk.hash, Place{{}, 0, chunk.size});
    return {};
}

std::optional<std::string> ObjectCache::readChunk(const ChunkInfo& chunk) {
    const std::lock_guard lock(m_mutex);
    const auto it = m_places.find(chunk.hash);
    if (it == m_places.end() || it->second.size != chunk.size)
        return std::nullopt;
    const auto& place = it->second;
    auto bytes =
        readPart(place.object.empty() ? chunkFile(chunk.hash) : objectFile(place.object), place.offset, chunk.size);
    if (bytes && fromHex(sha256(*bytes)) == chunk.hash)
        return bytes;
    if (place.object.empty())
        ::unlink(chunkFile(chunk.hash).c_str());
    m_places.erase(it);
    return std::nullopt;
}

Status ObjectCache::writeWhole(const std::string& hash, const std::vector<ChunkInfo>& chunks, const Work& work) {
    const auto temporary = objectFile(hash).string() + ".part";
    ::unlink(temporary.c_str());
    const UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd)
        return cacheProblem(temporary, "This file cannot be made", errno);
    Sha256 whole;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        if (auto status = work.check(); !status)
            return status;
        const auto bytes = readChunk(chunks[i]);
        if (!bytes)
            return errorDiagnostic("agent.cache", "A part of the object was damaged on the device's disk",
                                   "It is sent again.");
        whole.add(std::string_view(*bytes));
        for (std::size_t at = 0; at < bytes->size();) {
            const auto count = ::write(fd.get(), bytes->data() + at, bytes->size() - at);
            if (count <= 0 && errno != EINTR)
                return cacheProblem(temporary, "This file cannot be written", errno);
            at += std::size_t(std::max<ssize_t>(0, count));
        }
        work.progress.set(double(i + 1) / double(chunks.size()));
    }
    if (fromHex(whole.finish()) != hash)
        return errorDiagnostic("link.hash", "The object that came is not the one that was announced");
    if (::rename(temporary.c_str(), objectFile(hash).c_str()) != 0)
        return cacheProblem(objectFile(hash), "This file cannot be written", errno);
    return {};
}

Status ObjectCache::assemble(const std::string& hash, const std::vector<ChunkInfo>& chunks, const Work& work) {
    if (auto status = writeWhole(hash, chunks, work); !status) {
        ::unlink((objectFile(hash).string() + ".part").c_str());
        return status;
    }
    const std::lock_guard lock(m_mutex);
    if (auto status = replaceFile(listFile(hash), listText(chunks)); !status)
        return status;
    for (const auto& chunk : chunks)
        if (const auto it = m_places.find(chunk.hash); it != m_places.end() && it->second.object.empty())
            ::unlink(chunkFile(chunk.hash).c_str());
    addPlaces(hash, chunks);
    return {};
}

void ObjectCache::forgetObject(const std::string& hash) {
    ::unlink(objectFile(hash).c_str());
    ::unlink(listFile(hash).c_str());
    std::erase_if(m_places, [&](const auto& entry) { return entry.second.object == hash; });
}

Status ObjectCache::makeRoom(std::uint64_t bytes) {
    const std::lock_guard lock(m_mutex);
    struct Old {
        fs::file_time_type used;
        std::string hash;
        std::uint64_t size;
    };
    std::vector<Old> objects;
    std::uint64_t total = 0;
    std::error_code error;
    for (const auto& hash : hashesIn(m_folder / "objects")) {
        objects.push_back({fs::last_write_time(objectFile(hash), error), hash, plainFileSize(objectFile(hash))});
        total += objects.back().size;
    }
    std::sort(objects.begin(), objects.end(),
              [](const Old& a, const Old& b) { return std::pair(a.used, a.hash) < std::pair(b.used, b.hash); });
    const auto roomy = [&] {
        const auto space = fs::space(m_folder, error);
        return total + bytes <= m_limits.totalBytes && (error || space.available > 2 * bytes + (8u << 20));
    };
    for (std::size_t i = 0; i < objects.size() && !roomy(); ++i) {
        forgetObject(objects[i].hash);
        total -= objects[i].size;
    }
    if (!roomy())
        return errorDiagnostic("agent.full", "The device has no room for " + std::to_string(bytes >> 20) + " MiB more",
                               "Make room on its disk, or start the agent with --cache on another one.");
    return {};
}

} // namespace lapidary
