// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"

#include <filesystem>

namespace lapidary {

/// Whether a bundle of this name is one .zip file rather than a folder.
bool isArchiveName(const std::filesystem::path& path);

/// Packs every file of a folder into a zip archive, below one folder `top`. Files are stored, sorted and without dates,
/// so that the same files give the same bytes wherever it is done; they are streamed, and 4 GiB are no limit. Fails
/// with "file.write" and "base.cancelled", and leaves nothing behind then.
Status packArchive(const std::filesystem::path& folder, const std::string& top, const std::filesystem::path& archive,
                   const Work& work = {});

/// Whether a file is an archive that holds a bundle.json, at its top or in its one folder.
bool isBundleArchive(const std::filesystem::path& path);

/// The files of an archive in a folder of their own, which goes when this goes.
class UnpackedArchive {
public:
    /// Takes the archive for hostile: plain files with plain names only, at most 10000, and altogether at most 100
    /// times the bytes of the archive and what the disk of temporary files has room for. Fails with "bundle.archive"
    /// (no zip file, damaged, encrypted, twice the same name), "bundle.outside" (a name that leaves the folder),
    /// "bundle.link", "bundle.size" (it unpacks to too much), "file.write" and "base.cancelled".
    static Result<std::unique_ptr<UnpackedArchive>> open(const std::filesystem::path& archive, const Work& work = {});
    ~UnpackedArchive();
    UnpackedArchive(const UnpackedArchive&) = delete;
    UnpackedArchive& operator=(const UnpackedArchive&) = delete;

    /// Where the files are: inside of the one folder at the top of the archive, if there is nothing beside it.
    const std::filesystem::path& folder() const { return m_folder; }

private:
    explicit UnpackedArchive(std::filesystem::path root) : m_root(std::move(root)), m_folder(m_root) {}

    std::filesystem::path m_root, m_folder;
};

} // namespace lapidary
