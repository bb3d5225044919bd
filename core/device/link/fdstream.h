// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/bytestream.h"

#include <utility>

namespace lapidary {

/// A file descriptor that is closed with the object.
class UniqueFd {
public:
    UniqueFd() = default;
    explicit UniqueFd(int fd) : m_fd(fd) {}
    UniqueFd(UniqueFd&& other) noexcept : m_fd(std::exchange(other.m_fd, -1)) {}
    UniqueFd& operator=(UniqueFd&& other) noexcept {
        std::swap(m_fd, other.m_fd);
        return *this;
    }
    ~UniqueFd();
    int get() const { return m_fd; }
    explicit operator bool() const { return m_fd >= 0; }
    void reset();

private:
    int m_fd = -1;
};

/// Waits on one descriptor, and on interrupt(). The base of the streams over descriptors.
class InterruptibleWait {
public:
    InterruptibleWait();
    void interrupt();
    enum class Outcome { Ready, TimedOut, Interrupted };
    /// `events` as poll() takes them; errors and hang-ups count as ready.
    Outcome wait(int fd, short events, Milliseconds most) const;

private:
    UniqueFd m_wake;
};

/// While it lives, writing to a pipe without a reader fails with EPIPE in this thread instead of ending the process.
class PipeSignalGuard {
public:
    PipeSignalGuard();
    ~PipeSignalGuard();
    PipeSignalGuard(const PipeSignalGuard&) = delete;
    PipeSignalGuard& operator=(const PipeSignalGuard&) = delete;

private:
    bool m_wasPending = false, m_wasBlocked = false;
};

/// Makes the descriptor non-blocking and closed in children.
void prepareFd(int fd);

/// Two descriptors, which may be one and the same (then give it once, as `in`).
class FdStream : public ByteStream {
public:
    explicit FdStream(UniqueFd in, UniqueFd out = {});
    Result<std::string> read(std::size_t most, Milliseconds wait) override;
    Status write(std::string_view bytes, Milliseconds patience) override;
    void interrupt() override;

protected:
    void closeBoth();

private:
    UniqueFd m_in, m_out;
    InterruptibleWait m_wait;
};

/// Two ends of one connection, for tests and for agents inside this process.
std::pair<ByteStreamPtr, ByteStreamPtr> streamPair();

} // namespace lapidary
