// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/cachefiles.h"

#include "device/link/fdstream.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lapidary {

namespace fs = std::filesystem;

Diagnostic cacheProblem(const fs::path& file, const std::string& what, int error) {
    std::string hint;
    if (error == ENOSPC || error == EDQUOT)
        hint = "The device's storage is full; make room there, or start the agent with --cache on another disk.";
    return errorDiagnostic("agent.cache", what + (error ? std::string(": ") + std::strerror(error) : std::string()),
                           std::move(hint))
        .inFile(file.string());
}

Status makePrivateFolder(const fs::path& folder) {
    std::error_code error;
    if (folder.has_parent_path() && !fs::exists(folder.parent_path(), error))
        if (auto status = makePrivateFolder(folder.parent_path()); !status)
            return status;
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return cacheProblem(folder, "This folder cannot be made", errno);
    if (!fs::is_directory(folder, error))
        return cacheProblem(folder, "This is no folder");
    return {};
}

Status replaceFile(const fs::path& file, std::string_view bytes) {
    const auto temporary = file.string() + ".part";
    ::unlink(temporary.c_str());
    UniqueFd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!fd)
        return cacheProblem(temporary, "This file cannot be made", errno);
    while (!bytes.empty()) {
        const auto count = ::write(fd.get(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0) {
            const int error = errno;
            ::unlink(temporary.c_str());
            return cacheProblem(file, "This file cannot be written", error);
        }
        bytes.remove_prefix(std::size_t(count));
    }
    if (::rename(temporary.c_str(), file.c_str()) != 0)
        return cacheProblem(file, "This file cannot be written", errno);
    return {};
}

std::optional<std::string> readPart(const fs::path& file, std::uint64_t offset, std::size_t length) {
    const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    std::string bytes(length, '\0');
    for (std::size_t at = 0; at < length;) {
        const auto count = ::pread(fd.get(), bytes.data() + at, length - at, off_t(offset + at));
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return std::nullopt;
        at += std::size_t(count);
    }
    return bytes;
}

std::uint64_t plainFileSize(const fs::path& file) {
    struct stat facts {};
    return ::lstat(file.c_str(), &facts) == 0 && S_ISREG(facts.st_mode) ? std::uint64_t(facts.st_size) : 0;
}

} // namespace lapidary
