// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/serialport.h"

#include "device/link/fdstream.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <termios.h>
#include <unistd.h>

namespace lapidary {

namespace {

struct Rate {
    int baud;
    speed_t constant;
};
constexpr std::array rates = {
    Rate{9600, B9600},       Rate{19200, B19200},     Rate{38400, B38400},     Rate{57600, B57600},
    Rate{115200, B115200},   Rate{230400, B230400},   Rate{460800, B460800},   Rate{500000, B500000},
    Rate{576000, B576000},   Rate{921600, B921600},   Rate{1000000, B1000000}, Rate{1152000, B1152000},
    Rate{1500000, B1500000}, Rate{2000000, B2000000}, Rate{2500000, B2500000}, Rate{3000000, B3000000},
    Rate{3500000, B3500000}, Rate{4000000, B4000000},
};

Diagnostic problem(const SerialAddress& address, const std::string& what, std::string hint = {}) {
    return errorDiagnostic("link.serial", "The serial line " + address.device + " " + what, std::move(hint));
}

Diagnostic openProblem(const SerialAddress& address, int error) {
    switch (error) {
    case ENOENT:
    case ENXIO:
    case ENODEV:
        return problem(address, "is not there", "Is the device plugged in and switched on?");
    case EACCES:
    case EPERM:
        return problem(address, "may not be opened", "Your account needs the group of the device (often 'dialout').");
    case EBUSY:
        return problem(address, "is in use by another program", "Close the terminal program that holds it.");
    default:
        return problem(address, std::string("cannot be opened: ") + std::strerror(error));
    }
}

} // namespace

std::optional<SerialAddress> parseSerialAddress(const std::string& text) {
    SerialAddress address;
    const auto at = text.rfind('@');
    address.device = text.substr(0, at);
    if (address.device.empty())
        return std::nullopt;
    if (at == std::string::npos)
        return address;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + at + 1, end, address.baud);
    if (error != std::errc() || rest != end || address.baud <= 0)
        return std::nullopt;
    return address;
}

Result<ByteStreamPtr> openSerial(const SerialAddress& address) {
    speed_t speed = 0;
    for (const auto& rate : rates)
        if (rate.baud == address.baud)
            speed = rate.constant;
    if (speed == 0)
        return problem(address, "cannot run at " + std::to_string(address.baud) + " baud",
                       "Usual rates are 115200 and 921600.");
    UniqueFd fd(::open(address.device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
    if (!fd)
        return openProblem(address, errno);
    termios settings{};
    if (::tcgetattr(fd.get(), &settings) != 0)
        return problem(address, "is no serial line");
    ::cfmakeraw(&settings);
    settings.c_cflag |= CLOCAL | CREAD;
    settings.c_cflag &= ~tcflag_t(CRTSCTS | CSTOPB | HUPCL);
    settings.c_cc[VMIN] = 1;
    settings.c_cc[VTIME] = 0;
    ::cfsetispeed(&settings, speed);
    ::cfsetospeed(&settings, speed);
    if (::tcsetattr(fd.get(), TCSANOW, &settings) != 0)
        return problem(address, "refuses " + std::to_string(address.baud) + " baud: " + std::strerror(errno));
    if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return openProblem(address, EBUSY);
    ::tcflush(fd.get(), TCIOFLUSH);
    return ByteStreamPtr(std::make_unique<FdStream>(std::move(fd)));
}

} // namespace lapidary
