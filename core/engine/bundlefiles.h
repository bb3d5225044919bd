// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"

#include <filesystem>
#include <map>

namespace lapidary {

constexpr auto checksumFile = "SHA256SUMS";

/// A folder beside `target` that becomes it, or goes away: whoever looks at `target` sees nothing or everything. A
/// target that isArchiveName() becomes one file of that folder.
class StagedFolder {
public:
    /// Fails with "bundle.exists" unless `target` is absent or an empty folder, or, with `replace`, a bundle.
    static Result<std::unique_ptr<StagedFolder>> make(const std::filesystem::path& target, bool replace);
    ~StagedFolder(); ///< removes what was not published
    StagedFolder(const StagedFolder&) = delete;
    StagedFolder& operator=(const StagedFolder&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    /// Syncs and renames. Fails with "file.write".
    Status publish();
    /// The same with a file of the folder.
    Status publish(const std::filesystem::path& file);

private:
    StagedFolder(std::filesystem::path target, std::filesystem::path path)
        : m_target(std::move(target)), m_path(std::move(path)) {}

    std::filesystem::path m_target, m_path;
    bool m_published = false;
};

/// Writes SHA256SUMS over every file of a folder, in the form sha256sum -c reads; sorted. Fails with "file.*".
Status writeChecksums(const std::filesystem::path& folder, const Work& work = {});

struct CheckedFiles {
    std::map<std::string, std::uint64_t> files; ///< path in the folder -> bytes; each has the listed hash
    Diagnostics problems;                       ///< missing, different, not a plain file
    std::vector<std::string> unlisted;          ///< files and links that the list does not name
};
/// Compares a folder with its SHA256SUMS. Takes neither for trusted: names that leave the folder, links and special
/// files are problems, and nothing is read through them. Fails with "bundle.no_sums", "bundle.sums" (not such a list).
Result<CheckedFiles> checkFiles(const std::filesystem::path& folder, const Work& work = {});

} // namespace lapidary
