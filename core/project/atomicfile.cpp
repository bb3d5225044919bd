// SPDX-License-Identifier: GPL-3.0-or-later
#include "project/atomicfile.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace lapidary {

namespace {

Diagnostic writeFailure(const std::filesystem::path& path) {
    const int error = errno;
    const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
    return errorDiagnostic(full ? "file.full" : "file.write",
                           std::string("Cannot write the file: ") + std::strerror(error),
                           full ? "Make room on the disk." : "Check that the folder exists and may be written.")
        .inFile(path.string());
}

bool writeAll(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes.remove_prefix(std::size_t(written));
    }
    return true;
}

/// A renamed file is only safe from a power cut when its folder is on the disk too. Some file systems refuse this: no
/// harm.
void syncFolder(const std::filesystem::path& folder) {
    const int fd = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)::fsync(fd);
    ::close(fd);
}

} // namespace

Status writeFileAtomically(const std::filesystem::path& path, std::string_view bytes) {
    std::error_code ignored;
    if (path.has_parent_path())
        std::filesystem::create_directories(path.parent_path(), ignored);
    std::string name = path.string() + ".XXXXXX";
    const int fd = ::mkostemp(name.data(), O_CLOEXEC);
    if (fd < 0)
        return writeFailure(path);
    const bool written = writeAll(fd, bytes) && ::fchmod(fd, 0644) == 0 && ::fsync(fd) == 0;
    const bool closed = ::close(fd) == 0;
    if (!written || !closed || ::rename(name.c_str(), path.c_str()) != 0) {
        auto failure = writeFailure(path);
        ::unlink(name.c_str());
        return failure;
    }
    syncFolder(path.parent_path());
    return {};
}

} // namespace lapidary
