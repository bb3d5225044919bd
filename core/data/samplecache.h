// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/contentkey.h"
#include "data/imagepipeline.h"

#include <atomic>
#include <filesystem>
#include <mutex>
#include <optional>

namespace lapidary {

/// Decoded and shaped pixels on disk, found by the content of the image file and the geometry they were shaped with.
/// One file per sample in 256 folders, written under another name and renamed, so that readers in this and other
/// processes see whole files only. Damaged files are found by their checksum, removed, and count as absent. Writing
/// never fails loudly: a full disk means no cache. When the files exceed the limit, the ones not used for longest go.
/// Any thread.
class SampleCache {
public:
    SampleCache(std::filesystem::path folder, std::uint64_t limitBytes);

    std::optional<Pixels> find(const ContentKey& key) const;
    void store(const ContentKey& key, const Pixels& pixels);

private:
    std::filesystem::path pathOf(const ContentKey& key) const;
    void makeRoom();

    std::filesystem::path m_folder;
    std::uint64_t m_limit;
    std::atomic<std::uint64_t> m_bytes = 0; ///< what this process believes the folder holds
    std::mutex m_mutex;
    bool m_counted = false;
};

} // namespace lapidary
