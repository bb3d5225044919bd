// SPDX-License-Identifier: GPL-3.0-or-later
#include "terminalbridge.h"

#include "device/link/fdstream.h"

#include <QtGlobal>

#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace lapidary::test {

namespace {

/// A pseudo-terminal whose line stays up although nobody has it open.
struct End {
    UniqueFd master, line;
    std::string name;

    End() : master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)) {
        if (!master || ::grantpt(master.get()) != 0 || ::unlockpt(master.get()) != 0)
            qFatal("no pseudo-terminal");
        name = ::ptsname(master.get());
        line = UniqueFd(::open(name.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
        termios settings{};
        ::tcgetattr(line.get(), &settings);
        ::cfmakeraw(&settings);
        ::tcsetattr(line.get(), TCSANOW, &settings);
    }
};

/// Moves what there is; how many bytes.
std::size_t move(const UniqueFd& from, const UniqueFd& to, std::size_t most) {
    char buffer[4096];
    const auto count = ::read(from.get(), buffer, std::min(sizeof buffer, most));
    std::size_t at = 0;
    for (int tries = 0; count > 0 && at < std::size_t(count) && tries < 2000; ++tries) {
        const auto written = ::write(to.get(), buffer + at, std::size_t(count) - at);
        if (written > 0)
            at += std::size_t(written);
        else
            ::usleep(500);
    }
    return at;
}

} // namespace

struct TerminalBridge::Ends {
    End host, device;
};

TerminalBridge::TerminalBridge(std::filesystem::path folder) : m_folder(std::move(folder)) {
    plug();
}

TerminalBridge::~TerminalBridge() {
    pull();
}

void TerminalBridge::removeNames() {
    std::error_code ignored;
    std::filesystem::remove(host(), ignored);
    std::filesystem::remove(device(), ignored);
}

void TerminalBridge::plug() {
    pull();
    m_ends = std::make_unique<Ends>();
    removeNames();
    std::filesystem::create_symlink(m_ends->host.name, host());
    std::filesystem::create_symlink(m_ends->device.name, device());
    m_plugged = true;
    m_thread = std::jthread([this](const std::stop_token& stop) { carry(stop); });
}

void TerminalBridge::pull() {
    if (m_thread.joinable()) {
        m_thread.request_stop();
        m_thread.join();
    }
    removeNames();
    m_ends.reset();
    m_plugged = false;
}

void TerminalBridge::carry(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        pollfd polled[2] = {{m_ends->host.master.get(), POLLIN, 0}, {m_ends->device.master.get(), POLLIN, 0}};
        if (::poll(polled, 2, 20) <= 0)
            continue;
        if (polled[1].revents)
            move(m_ends->device.master, m_ends->host.master, 4096);
        if (!polled[0].revents)
            continue;
        const auto left = m_left.load();
        const auto moved = move(m_ends->host.master, m_ends->device.master,
                                left < 0 ? 4096 : std::size_t(std::min<std::int64_t>(left, 4096)));
        m_toDevice += std::int64_t(moved);
        if (left >= 0 && (m_left -= std::int64_t(moved)) <= 0) {
            m_left = -1;
            removeNames();
            m_ends.reset();
            m_plugged = false;
            return;
        }
    }
}

} // namespace lapidary::test
