// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/fdstream.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lapidary {

UniqueFd::~UniqueFd() {
    reset();
}

void UniqueFd::reset() {
    if (m_fd >= 0)
        ::close(m_fd);
    m_fd = -1;
}

InterruptibleWait::InterruptibleWait() : m_wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

void InterruptibleWait::interrupt() {
    const std::uint64_t one = 1;
    (void)!::write(m_wake.get(), &one, sizeof one);
}

InterruptibleWait::Outcome InterruptibleWait::wait(int fd, short events, Milliseconds most) const {
    using Clock = std::chrono::steady_clock;
    const auto until = Clock::now() + most;
    while (true) {
        pollfd polled[2] = {{fd, events, 0}, {m_wake.get(), POLLIN, 0}};
        const auto left = std::chrono::ceil<Milliseconds>(until - Clock::now()).count();
        const int count = ::poll(polled, 2, int(std::clamp<std::int64_t>(left, 0, 1 << 30)));
        if (count > 0 && polled[1].revents)
            return Outcome::Interrupted;
        if (count > 0)
            return Outcome::Ready;
        if (count == 0 || (errno != EINTR && errno != EAGAIN))
            return Outcome::TimedOut;
    }
}

PipeSignalGuard::PipeSignalGuard() {
    sigset_t pending, pipe, old;
    sigpending(&pending);
    m_wasPending = sigismember(&pending, SIGPIPE) == 1;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe, &old);
    m_wasBlocked = sigismember(&old, SIGPIPE) == 1;
}

PipeSignalGuard::~PipeSignalGuard() {
    const int error = errno;
    sigset_t pipe;
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    const timespec now{};
    if (!m_wasPending)
        while (sigtimedwait(&pipe, nullptr, &now) < 0 && errno == EINTR) {
        }
    if (!m_wasBlocked)
        pthread_sigmask(SIG_UNBLOCK, &pipe, nullptr);
    errno = error;
}

void prepareFd(int fd) {
    ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
    ::fcntl(fd, F_SETFD, ::fcntl(fd, F_GETFD) | FD_CLOEXEC);
}

FdStream::FdStream(UniqueFd in, UniqueFd out) : m_in(std::move(in)), m_out(std::move(out)) {
    prepareFd(m_in.get());
    if (m_out)
        prepareFd(m_out.get());
}

Result<std::string> FdStream::read(std::size_t most, Milliseconds wait) {
    if (!m_in)
        return streamClosed();
    while (true) {
        const auto outcome = m_wait.wait(m_in.get(), POLLIN, wait);
        if (outcome == InterruptibleWait::Outcome::Interrupted)
            return streamClosed("it was closed on this side");
        if (outcome == InterruptibleWait::Outcome::TimedOut)
            return std::string();
        std::string bytes(most, '\0');
        const auto count = ::read(m_in.get(), bytes.data(), most);
        if (count > 0) {
            bytes.resize(std::size_t(count));
            return bytes;
        }
        if (count == 0 || errno == EIO || errno == ECONNRESET || errno == ENXIO) // EIO: a terminal hung up
            return streamClosed();
        if (errno != EAGAIN && errno != EINTR)
            return streamFailed("Reading failed", errno);
    }
}

Status FdStream::write(std::string_view bytes, Milliseconds patience) {
    if (!m_in)
        return streamClosed();
    const int fd = m_out ? m_out.get() : m_in.get();
    const PipeSignalGuard guard;
    while (!bytes.empty()) {
        const auto count = ::write(fd, bytes.data(), bytes.size());
        if (count > 0) {
            bytes.remove_prefix(std::size_t(count));
            continue;
        }
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && (errno == EPIPE || errno == ECONNRESET || errno == EIO || errno == ENXIO))
            return streamClosed();
        if (count < 0 && errno != EAGAIN)
            return streamFailed("Writing failed", errno);
        const auto outcome = m_wait.wait(fd, POLLOUT, patience);
        if (outcome == InterruptibleWait::Outcome::Interrupted)
            return streamClosed("it was closed on this side");
        if (outcome == InterruptibleWait::Outcome::TimedOut)
            return errorDiagnostic("link.stalled", "The other side has taken nothing for " +
                                                       std::to_string(patience.count() / 1000) + " s");
    }
    return {};
}

void FdStream::interrupt() {
    m_wait.interrupt();
}

void FdStream::closeBoth() {
    m_in.reset();
    m_out.reset();
}

std::pair<ByteStreamPtr, ByteStreamPtr> streamPair() {
    int fds[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) != 0)
        return {};
    return {std::make_unique<FdStream>(UniqueFd(fds[0])), std::make_unique<FdStream>(UniqueFd(fds[1]))};
}

} // namespace lapidary
