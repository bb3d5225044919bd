// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "tensor/blob.h"

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace lapidary {

/// Content-addressed bytes under one folder. Data is cut where its content says so (gear rolling hash, as in Xia et al.
/// 2016, "FastCDC"), each chunk stored once, zstd-compressed, under its SHA-256: models that differ in one layer share all
/// other chunks. Writes go to a temporary file and are renamed, so a killed process leaves nothing half-written. Safe from
/// several threads and processes.
class BlobStore {
public:
    explicit BlobStore(std::filesystem::path folder) : m_folder(std::move(folder)) {}

    /// Returns the address. Fails with "blob.write" (disk full, permissions).
    Result<std::string> put(std::span<const std::byte> bytes);
    /// Fails with "blob.missing" or "blob.corrupt" (checksum), naming the address.
    Result<std::string> get(const std::string& address) const;
    bool contains(const std::string& address) const;
    /// Removes every chunk that none of `live` needs; returns the number of files removed.
    Result<std::size_t> collectGarbage(const std::vector<std::string>& live);

private:
    std::filesystem::path chunkPath(const std::string& hash) const;
    Result<std::string> putChunk(std::span<const std::byte> bytes);
    Result<std::string> getChunk(const std::string& hash) const;

    std::filesystem::path m_folder;
};

} // namespace lapidary
