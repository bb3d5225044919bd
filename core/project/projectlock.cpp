// SPDX-License-Identifier: GPL-3.0-or-later
#include "project/projectlock.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace lapidary {

Result<ProjectLock> ProjectLock::take(const std::filesystem::path& folder, Kind kind,
                                      std::chrono::milliseconds patience) {
    const int fd = ::open((folder / "project.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return ProjectLock(-1); // whoever writes next fails with a reason of its own
    ProjectLock lock(fd);
    const int operation = (kind == Kind::Shared ? LOCK_SH : LOCK_EX) | LOCK_NB;
    const auto end = std::chrono::steady_clock::now() + patience;
    while (::flock(fd, operation) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return ProjectLock(-1); // a file system without locks
        if (std::chrono::steady_clock::now() >= end)
            return errorDiagnostic("project.busy", "Another window or program is at work on this project",
                                   "Wait until it has finished, and try again.")
                .inFile(folder.string());
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return lock;
}

ProjectLock& ProjectLock::operator=(ProjectLock&& other) noexcept {
    std::swap(m_fd, other.m_fd);
    return *this;
}

ProjectLock::~ProjectLock() {
    if (m_fd >= 0)
        ::close(m_fd);
}

} // namespace lapidary
