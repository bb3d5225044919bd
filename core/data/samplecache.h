// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/contentkey.h"
#include "data/filecache.h"
#include "data/imagepipeline.h"

namespace lapidary {

/// Decoded and shaped pixels on disk, found by the content of the image file and the geometry they were shaped with.
/// One file per sample. Damaged files are found by their checksum, removed, and count as absent. Any thread.
class SampleCache {
public:
    SampleCache(std::filesystem::path folder, std::uint64_t limitBytes)
        : m_files(std::move(folder), limitBytes, ".px") {}

    std::optional<Pixels> find(const ContentKey& key) const;
    void store(const ContentKey& key, const Pixels& pixels);

private:
    FileCache m_files;
};

} // namespace lapidary
