// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "tensor/blob.h"

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace lapidary {

/// What a look at every file of a store found.
struct BlobSurvey {
    std::map<std::string, Diagnostic> damaged;  ///< live addresses that cannot be read, and why
    std::vector<std::filesystem::path> orphans; ///< files that no live address needs; sorted
    std::uint64_t orphanBytes = 0;
};

/// Content-addressed bytes under one folder. Data is cut where its content says so (gear rolling hash, as in Xia et al.
/// 2016, "FastCDC"), each chunk stored once, zstd-compressed, under its SHA-256: models that differ in one layer share
/// all other chunks. Writes go to a temporary file and are renamed, so a killed process leaves nothing half-written.
/// Safe from several threads and processes.
class BlobStore {
public:
    explicit BlobStore(std::filesystem::path folder, bool readOnly = false)
        : m_folder(std::move(folder)), m_readOnly(readOnly) {}

    /// Returns the address. Fails with "project.full" (no space left), "project.read_only" or "blob.write"
    /// (permissions).
    Result<std::string> put(std::span<const std::byte> bytes);
    /// Fails with "blob.missing", "blob.corrupt" (checksum) or "blob.large" (bloblimit.h), naming it.
    Result<std::string> get(const std::string& address) const;
    bool contains(const std::string& address) const;
    /// Removes every chunk that none of `live` needs; returns the number of files removed. Temporary files go when they
    /// are an hour old, or at once if the caller knows that nobody writes (`alone`).
    Result<std::size_t> collectGarbage(const std::vector<std::string>& live, bool alone = false);
    /// Reads and checks every chunk of `live` once, however many share it. Fails only when cancelled.
    Result<BlobSurvey> survey(const std::vector<std::string>& live, const Work& work = {}) const;

private:
    std::filesystem::path chunkPath(const std::string& hash) const;
    Result<std::string> putChunk(std::span<const std::byte> bytes);
    Result<std::string> getChunk(const std::string& hash) const;

    std::vector<std::filesystem::path> files() const;

    std::filesystem::path m_folder;
    bool m_readOnly;
};

} // namespace lapidary
