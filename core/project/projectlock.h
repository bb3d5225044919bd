// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <chrono>
#include <filesystem>

namespace lapidary {

/// Holds project.lock of a project folder until it is destroyed (flock: between threads and processes, gone with the
/// process). Whoever stores a model shares it, from the first byte in the blob store to the row that names it; whoever
/// removes files or changes the format has it alone. On file systems without locks nothing is held, and nothing fails.
class ProjectLock {
public:
    enum class Kind { Shared, Alone };

    /// Waits up to `patience`; then fails with "project.busy".
    static Result<ProjectLock> take(const std::filesystem::path& folder, Kind kind,
                                    std::chrono::milliseconds patience = std::chrono::seconds(60));
    ProjectLock(ProjectLock&& other) noexcept : m_fd(other.m_fd) { other.m_fd = -1; }
    ProjectLock& operator=(ProjectLock&& other) noexcept;
    ~ProjectLock();

private:
    explicit ProjectLock(int fd) : m_fd(fd) {}

    int m_fd = -1;
};

} // namespace lapidary
