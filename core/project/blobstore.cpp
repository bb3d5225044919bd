// SPDX-License-Identifier: GPL-3.0-or-later
#include "project/blobstore.h"

#include "base/contentcuts.h"
#include "base/sha256.h"
#include "project/atomicfile.h"
#include "project/bloblimit.h"

#include <zstd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <optional>
#include <set>
#include <unistd.h>

namespace lapidary {

namespace {

constexpr CutSizes chunkSizes{16 << 10, 1 << 20, 16}; // part of the storage format
constexpr std::uint64_t largestList = 64 << 20;       // of a blob of 60 GB; no chunk is larger
constexpr char listMark[] = "lapidary-chunks 1\n";
constexpr std::size_t hashDigits = 64;

std::atomic<std::uint64_t> givenLimit = 0;

bool isHash(std::string_view text) {
    return text.size() == hashDigits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<std::vector<std::string>> chunksOf(const std::string& list, const std::string& address) {
    std::vector<std::string> chunks;
    const std::size_t head = sizeof listMark - 1;
    if (list.compare(0, head, listMark) != 0 || (list.size() - head) % (hashDigits + 1) != 0)
        return errorDiagnostic("blob.corrupt", "The list of chunks of " + address + " is broken");
    for (std::size_t at = head; at < list.size(); at += hashDigits + 1) {
        chunks.push_back(list.substr(at, hashDigits));
        if (!isHash(chunks.back()))
            return errorDiagnostic("blob.corrupt", "The list of chunks of " + address + " is broken");
    }
    return chunks;
}

/// The packed bytes of a chunk, read and not mapped: another process may be cutting the file short. Nothing for a file
/// that is not there or larger than any chunk.
std::optional<std::string> readChunkFile(const std::filesystem::path& path) {
    std::error_code problem;
    const auto size = std::filesystem::file_size(path, problem);
    if (problem || size > ZSTD_compressBound(largestList))
        return std::nullopt;
    std::ifstream file(path, std::ios::binary);
    std::string bytes(size, '\0');
    if (!file.read(bytes.data(), std::streamsize(size)) && !file.eof())
        return std::nullopt;
    bytes.resize(std::size_t(file.gcount()));
    return bytes;
}

/// The chunk that a file of the store holds; no hash for a temporary file.
std::string hashOf(const std::filesystem::path& path) {
    return path.extension() == ".zst" ? path.parent_path().filename().string() + path.stem().string() : std::string();
}

/// A temporary file that nobody can still be writing.
bool isAbandoned(const std::filesystem::path& path) {
    std::error_code problem;
    const auto written = std::filesystem::last_write_time(path, problem);
    return !problem && std::filesystem::file_time_type::clock::now() - written > std::chrono::hours(1);
}

} // namespace

std::uint64_t largestBlob() {
    const auto given = givenLimit.load();
    return given > 0 ? given : std::uint64_t(::sysconf(_SC_PHYS_PAGES)) * std::uint64_t(::sysconf(_SC_PAGESIZE)) / 2;
}

void setLargestBlob(std::uint64_t bytes) {
    givenLimit = bytes;
}

std::filesystem::path BlobStore::chunkPath(const std::string& hash) const {
    return m_folder / hash.substr(0, 2) / (hash.substr(2) + ".zst");
}

bool BlobStore::contains(const std::string& address) const {
    std::error_code ignored;
    return isHash(address) && std::filesystem::exists(chunkPath(address), ignored);
}

Result<std::string> BlobStore::putChunk(std::span<const std::byte> bytes) {
    auto hash = sha256(bytes);
    if (contains(hash) && getChunk(hash)) // a damaged one is written anew
        return hash;
    std::string packed(ZSTD_compressBound(bytes.size()), '\0');
    const auto size = ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 3);
    if (ZSTD_isError(size))
        return errorDiagnostic("blob.write", std::string("Compression failed: ") + ZSTD_getErrorName(size));
    packed.resize(size);
    if (auto status = writeFileAtomically(chunkPath(hash), packed); !status) {
        auto problem = status.error();
        problem.code = problem.code == "file.full" ? "project.full" : "blob.write";
        return problem;
    }
    return hash;
}

Result<std::string> BlobStore::put(std::span<const std::byte> bytes) {
    if (m_readOnly)
        return errorDiagnostic("project.read_only", "The project is open for reading only");
    std::string list = listMark;
    while (!bytes.empty()) {
        const auto cut = nextContentCut(bytes, chunkSizes);
        const auto hash = putChunk(bytes.first(cut));
        if (!hash)
            return hash;
        list += *hash + "\n";
        bytes = bytes.subspan(cut);
    }
    return putChunk(std::as_bytes(std::span(list.data(), list.size())));
}

Result<std::string> BlobStore::getChunk(const std::string& hash) const {
    const auto packed = readChunkFile(chunkPath(hash));
    if (!packed)
        return errorDiagnostic("blob.missing", "Stored data " + hash.substr(0, 12) + " is missing",
                               "The project folder is incomplete; restore it from a copy, or make the variant again.");
    const auto size = ZSTD_getFrameContentSize(packed->data(), packed->size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > largestList)
        return errorDiagnostic("blob.corrupt", "Stored data " + hash.substr(0, 12) + " is damaged");
    std::string bytes(size, '\0');
    const auto got = ZSTD_decompress(bytes.data(), bytes.size(), packed->data(), packed->size());
    if (ZSTD_isError(got) || got != size || sha256(bytes) != hash)
        return errorDiagnostic("blob.corrupt", "Stored data " + hash.substr(0, 12) + " is damaged");
    return bytes;
}

Result<std::string> BlobStore::get(const std::string& address) const {
    const auto most = largestBlob();
    if (!isHash(address))
        return errorDiagnostic("blob.missing", "'" + address + "' is no address of stored data");
    const auto list = getChunk(address);
    if (!list)
        return list;
    const auto chunks = chunksOf(*list, address);
    if (!chunks)
        return chunks.status();
    std::string bytes;
    for (const auto& hash : *chunks) {
        const auto chunk = getChunk(hash);
        if (!chunk)
            return chunk;
        if (bytes.size() + chunk->size() > most)
            return errorDiagnostic("blob.large",
                                   "Stored data " + address.substr(0, 12) + " is larger than " +
                                       std::to_string(most >> 20) + " MiB, as much as may be held here",
                                   "It may be damaged on purpose: a list can name one chunk a million times.");
        bytes += *chunk;
    }
    return bytes;
}

Result<std::size_t> BlobStore::collectGarbage(const std::vector<std::string>& live, bool alone) {
    if (m_readOnly)
        return errorDiagnostic("project.read_only", "The project is open for reading only");
    std::set<std::string> needed;
    for (const auto& address : live) {
        if (!isHash(address))
            return errorDiagnostic("blob.missing", "'" + address + "' is no address of stored data");
        const auto list = getChunk(address);
        if (!list)
            return list.status();
        const auto chunks = chunksOf(*list, address);
        if (!chunks)
            return chunks.status();
        needed.insert(address);
        needed.insert(chunks->begin(), chunks->end());
    }
    std::size_t removed = 0;
    std::error_code problem;
    for (const auto& path : files()) {
        const auto hash = hashOf(path);
        const bool unneeded = isHash(hash) ? needed.count(hash) == 0 : alone || isAbandoned(path);
        if (unneeded && std::filesystem::remove(path, problem))
            ++removed;
    }
    return removed;
}

std::vector<std::filesystem::path> BlobStore::files() const {
    std::vector<std::filesystem::path> found;
    std::error_code problem;
    for (std::filesystem::recursive_directory_iterator it(m_folder, problem), end; !problem && it != end;
         it.increment(problem))
        if (it->is_regular_file(problem))
            found.push_back(it->path());
    std::sort(found.begin(), found.end());
    return found;
}

Result<BlobSurvey> BlobStore::survey(const std::vector<std::string>& live, const Work& work) const {
    BlobSurvey found;
    std::map<std::string, Status> looked; // by chunk
    std::set<std::string> needed;
    const std::set<std::string> addresses(live.begin(), live.end());
    std::size_t done = 0;
    for (const auto& address : addresses) {
        work.progress.set(double(done++) / double(addresses.size()));
        const auto list = isHash(address) ? getChunk(address) : get(address);
        const auto chunks = list ? chunksOf(*list, address) : Result<std::vector<std::string>>(list.status());
        needed.insert(address);
        Status whole = chunks.status();
        for (std::size_t i = 0; whole && i < chunks->size(); ++i) {
            if (auto status = work.check(); !status)
                return status;
            auto [entry, isNew] = looked.try_emplace((*chunks)[i]);
            if (isNew)
                entry->second = getChunk((*chunks)[i]).status();
            whole = entry->second;
        }
        if (!whole)
            found.damaged.emplace(address, whole.error());
        if (chunks)
            needed.insert(chunks->begin(), chunks->end());
    }
    std::error_code problem;
    for (const auto& path : files()) {
        const auto hash = hashOf(path);
        if (isHash(hash) ? needed.count(hash) > 0 : !isAbandoned(path))
            continue;
        found.orphanBytes += std::filesystem::file_size(path, problem);
        found.orphans.push_back(path);
    }
    return found;
}

} // namespace lapidary
