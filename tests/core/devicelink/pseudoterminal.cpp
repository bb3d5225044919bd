// SPDX-License-Identifier: GPL-3.0-or-later
#include "pseudoterminal.h"

#include <QtGlobal>

#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace lapidary::test {

PseudoTerminal::PseudoTerminal() : m_master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    if (!m_master || ::grantpt(m_master.get()) != 0 || ::unlockpt(m_master.get()) != 0)
        qFatal("no pseudo-terminal");
    m_name = ::ptsname(m_master.get());
    m_line = UniqueFd(::open(m_name.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC));
    // Raw before anyone opens the name, so that nothing is echoed.
    termios settings{};
    ::tcgetattr(m_master.get(), &settings);
    ::cfmakeraw(&settings);
    ::tcsetattr(m_master.get(), TCSANOW, &settings);
}

void PseudoTerminal::write(const std::string& bytes) const {
    if (::write(m_master.get(), bytes.data(), bytes.size()) != ssize_t(bytes.size()))
        qFatal("the pseudo-terminal took less than it was given");
}

std::string PseudoTerminal::read(std::size_t size) const {
    std::string bytes;
    for (int i = 0; i < 50 && bytes.size() < size; ++i) {
        pollfd polled{m_master.get(), POLLIN, 0};
        if (::poll(&polled, 1, 100) <= 0)
            continue;
        char buffer[4096];
        const auto count = ::read(m_master.get(), buffer, sizeof buffer);
        if (count > 0)
            bytes.append(buffer, std::size_t(count));
    }
    return bytes;
}

ByteStreamPtr PseudoTerminal::takeDeviceEnd() {
    return std::make_unique<FdStream>(std::move(m_master));
}

} // namespace lapidary::test
