// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/bundlefiles.h"

#include "base/sha256.h"
#include "engine/bundlearchive.h"
#include "engine/bundleformat.h"
#include "project/atomicfile.h"
#include "tensor/mappedfile.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace lapidary {

namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t maxListBytes = std::uint64_t(1) << 20;
constexpr std::size_t maxFiles = 10000;
constexpr std::size_t hashDigits = 64;
constexpr auto copyAgain = "Copy the bundle once more; if that does not help, ask its maker for a new one.";

Result<std::string> hashOf(const fs::path& path, const Work& work) {
    constexpr std::size_t piece = std::size_t(16) << 20;
    const auto file = mapFile(path);
    if (!file)
        return file.error();
    Sha256 hash;
    for (std::size_t at = 0; at < file->size(); at += piece) {
        if (auto status = work.check(); !status)
            return status;
        hash.add(file->bytes().subspan(at, std::min(piece, file->size() - at)));
    }
    return hash.finish();
}

/// Every entry below a folder that is no folder itself, with '/' between the parts, sorted. Links are not followed.
Result<std::vector<std::string>> entriesOf(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        if (it->symlink_status(error).type() == fs::file_type::directory)
            continue;
        names.push_back(it->path().lexically_relative(folder).generic_string());
        if (names.size() > maxFiles)
            return errorDiagnostic("bundle.sums", "The folder has too many files.").inFile(folder.string());
    }
    if (error)
        return errorDiagnostic("file.open", "The folder cannot be read: " + error.message()).inFile(folder.string());
    std::sort(names.begin(), names.end());
    return names;
}

/// No part of the path is a link, and it ends in a plain file.
bool isPlainFile(const fs::path& folder, const std::string& name) {
    fs::path at = folder;
    std::error_code error;
    for (const auto& part : fs::path(name)) {
        at /= part;
        if (fs::symlink_status(at, error).type() == fs::file_type::symlink)
            return false;
    }
    return fs::symlink_status(at, error).type() == fs::file_type::regular;
}

Result<std::map<std::string, std::string>> readList(const fs::path& folder) {
    const auto path = folder / checksumFile;
    std::error_code error;
    if (!isPlainFile(folder, checksumFile))
        return errorDiagnostic("bundle.no_sums", "This is no bundle: it has no file SHA256SUMS",
                               "Name the folder that holds bundle.json, or the .zip file.")
            .inFile(folder.string());
    if (fs::file_size(path, error) > maxListBytes)
        return errorDiagnostic("bundle.sums", "The list of checksums is too large", copyAgain).inFile(path.string());
    const auto file = mapFile(path);
    if (!file)
        return file.error();
    std::string_view text(reinterpret_cast<const char*>(file->bytes().data()), file->size());
    std::map<std::string, std::string> list;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto hash = line.substr(0, std::min(hashDigits, line.size()));
        const bool hex = hash.find_first_not_of("0123456789abcdef") == std::string_view::npos;
        if (line.size() < hashDigits + 3 || !hex || line.substr(hashDigits, 2) != "  ")
            return errorDiagnostic("bundle.sums",
                                   "Line " + std::to_string(number) + " of SHA256SUMS is no checksum and name",
                                   copyAgain)
                .inFile(path.string());
        const auto name = line.substr(hashDigits + 2);
        if (!isBundlePath(name))
            return errorDiagnostic("bundle.outside",
                                   "Line " + std::to_string(number) +
                                       " of SHA256SUMS names a file outside of the bundle",
                                   "The bundle was made to read other files of this computer; do not use it.")
                .inFile(path.string());
        list.emplace(name, hash);
    }
    return list;
}

bool isEmptyFolder(const fs::path& path) {
    std::error_code error;
    return fs::is_directory(path, error) && fs::is_empty(path, error) && !error;
}

Diagnostic cannotWrite(const fs::path& path, const std::string& why) {
    return errorDiagnostic("file.write", "Cannot write the bundle: " + why,
                           "Check that the place exists, may be written and has room.")
        .inFile(path.string());
}

} // namespace

Result<std::unique_ptr<StagedFolder>> StagedFolder::make(const fs::path& target, bool replace) {
    std::error_code error;
    auto place = fs::absolute(target, error).lexically_normal();
    if (!place.has_filename())
        place = place.parent_path();
    const auto type = fs::symlink_status(place, error).type();
    const bool archive = isArchiveName(place);
    const bool bundle = archive ? type == fs::file_type::regular && isBundleArchive(place)
                                : fs::is_regular_file(place / BundleDescription::fileName, error);
    if (type != fs::file_type::not_found && !(isEmptyFolder(place) && !archive) && !(replace && bundle))
        return errorDiagnostic("bundle.exists",
                               replace ? "There is something else than a bundle already"
                                       : "There is something of that name already",
                               bundle    ? "Choose another name, or replace the bundle (--replace)."
                               : archive ? "Choose another name."
                                         : "Choose another name, or an empty folder.")
            .inFile(place.string());
    fs::create_directories(place.parent_path(), error);
    auto name = (place.parent_path() / ("." + place.filename().string() + ".XXXXXX")).string();
    if (!::mkdtemp(name.data()))
        return cannotWrite(place, std::strerror(errno));
    fs::permissions(name, fs::perms(0755), error);
    return std::unique_ptr<StagedFolder>(new StagedFolder(place, name));
}

StagedFolder::~StagedFolder() {
    std::error_code ignored;
    if (!m_published)
        fs::remove_all(m_path, ignored);
}

Status StagedFolder::publish(const fs::path& file) {
    std::error_code error;
    if (fs::is_directory(m_target, error))
        return cannotWrite(m_target, "there is a folder of that name");
    fs::rename(file, m_target, error);
    return error ? Status(cannotWrite(m_target, error.message())) : Status();
}

Status StagedFolder::publish() {
    std::error_code error;
    fs::path old;
    if (fs::symlink_status(m_target, error).type() != fs::file_type::not_found) {
        old = m_path.string() + ".old";
        fs::rename(m_target, old, error);
        if (error)
            return cannotWrite(m_target, error.message());
    }
    fs::rename(m_path, m_target, error);
    if (error) {
        std::error_code ignored;
        if (!old.empty())
            fs::rename(old, m_target, ignored);
        return cannotWrite(m_target, error.message());
    }
    m_published = true;
    if (!old.empty())
        fs::remove_all(old, error);
    return {};
}

Status writeChecksums(const fs::path& folder, const Work& work) {
    const auto names = entriesOf(folder);
    if (!names)
        return names.status();
    std::string text;
    for (std::size_t i = 0; i < names->size(); ++i) {
        const auto& name = (*names)[i];
        if (name == checksumFile)
            continue;
        const auto hash = hashOf(folder / name, work);
        if (!hash)
            return hash.status();
        text += *hash + "  " + name + "\n";
        work.progress.set(double(i + 1) / double(names->size()));
    }
    return writeFileAtomically(folder / checksumFile, text);
}

Result<CheckedFiles> checkFiles(const fs::path& folder, const Work& work) {
    const auto list = readList(folder);
    if (!list)
        return list.error();
    CheckedFiles result;
    const auto complain = [&](const char* code, const char* what, const std::string& name, const char* hint) {
        result.problems.push_back(errorDiagnostic(code, what, hint).inFile(name));
    };

    std::size_t at = 0;
    for (const auto& [name, hash] : *list) {
        std::error_code error;
        const auto path = folder / name;
        if (fs::symlink_status(path, error).type() == fs::file_type::not_found) {
            complain("bundle.missing", "The file is missing", name, copyAgain);
        } else if (!isPlainFile(folder, name)) {
            complain("bundle.link", "This is a link or no plain file", name,
                     "Lapidary writes no links: the bundle was changed; do not use it.");
        } else {
            const auto found = hashOf(path, work.step(at, list->size()));
            if (!found && isCancelled(found.error()))
                return found.error();
            if (!found || *found != hash)
                complain("bundle.changed", "The file is not what it was when the bundle was made", name, copyAgain);
            else
                result.files.emplace(name, fs::file_size(path, error));
        }
        work.progress.set(double(++at) / double(list->size()));
    }
    const auto names = entriesOf(folder);
    if (!names)
        return names.error();
    for (const auto& name : *names)
        if (name != checksumFile && !list->contains(name))
            result.unlisted.push_back(name);
    return result;
}

} // namespace lapidary
