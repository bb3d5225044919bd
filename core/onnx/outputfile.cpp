// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/outputfile.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace lapidary {

namespace {

constexpr std::size_t bufferSize = 1 << 20;

Status writeAll(int fd, const char* data, std::size_t size) {
    while (size > 0) {
        const auto written = ::write(fd, data, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return errorDiagnostic("file.write", std::strerror(errno));
        data += written;
        size -= std::size_t(written);
    }
    return {};
}

/// What a new file may be read and written by: everybody, less the process's mask.
mode_t newFileMode(const std::filesystem::path& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode))
        return info.st_mode & 0777;
    const mode_t mask = ::umask(0);
    ::umask(mask);
    return 0666 & ~mask;
}

} // namespace

OutputFile::~OutputFile() {
    if (m_fd >= 0)
        ::close(m_fd);
    if (!m_temporary.empty())
        ::unlink(m_temporary.c_str());
}

Status OutputFile::failure(const char* what) const {
    const std::string reason = std::strerror(errno);
    return errorDiagnostic("file.write", std::string(what) + ": " + reason,
                           "Check the free space and the permissions of the folder.")
        .inFile(m_path.string());
}

Status OutputFile::open() {
    m_temporary = (m_path.parent_path() / ("." + m_path.filename().string() + ".XXXXXX")).string();
    m_fd = ::mkostemp(m_temporary.data(), O_CLOEXEC);
    if (m_fd < 0) {
        m_temporary.clear();
        return failure("The file cannot be created");
    }
    ::fchmod(m_fd, newFileMode(m_path));
    m_buffer.reserve(bufferSize);
    return {};
}

Status OutputFile::flush() {
    if (!writeAll(m_fd, m_buffer.data(), m_buffer.size()))
        return failure("The file cannot be written");
    m_buffer.clear();
    return {};
}

Status OutputFile::write(wire::Bytes bytes) {
    const bool direct = bytes.size() > bufferSize / 2;
    if (direct || m_buffer.size() + bytes.size() > bufferSize)
        if (auto status = flush(); !status)
            return status;
    if (direct) {
        const auto* data = reinterpret_cast<const char*>(bytes.data());
        return writeAll(m_fd, data, bytes.size()) ? Status() : failure("The file cannot be written");
    }
    m_buffer += wire::asText(bytes);
    return {};
}

Status OutputFile::zeros(std::uint64_t count) {
    static constexpr std::byte block[4096] = {};
    while (count > 0) {
        const auto size = std::min<std::uint64_t>(count, sizeof block);
        if (auto status = write(wire::Bytes(block, size)); !status)
            return status;
        count -= size;
    }
    return {};
}

Status OutputFile::sync() {
    if (auto status = flush(); !status)
        return status;
    if (::fsync(m_fd) != 0)
        return failure("The file cannot be written");
    const int result = ::close(m_fd);
    m_fd = -1;
    return result == 0 ? Status() : failure("The file cannot be written");
}

Status OutputFile::commit() {
    if (::rename(m_temporary.c_str(), m_path.c_str()) != 0)
        return failure("The file cannot be put in its place");
    m_temporary.clear();
    auto folder = m_path.parent_path();
    if (folder.empty())
        folder = ".";
    // The rename itself must survive a power cut; a file system that cannot sync folders is no reason to fail.
    if (const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); fd >= 0) {
        ::fsync(fd);
        ::close(fd);
    }
    return {};
}

} // namespace lapidary
