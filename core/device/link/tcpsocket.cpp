// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/tcpsocket.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <memory>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace lapidary {

namespace {

using AddressList = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

Result<AddressList> resolve(const TcpAddress& address, bool passive, const char* code) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV | (passive ? AI_PASSIVE : 0);
    addrinfo* found = nullptr;
    if (const int error = ::getaddrinfo(address.host.c_str(), std::to_string(address.port).c_str(), &hints, &found);
        error != 0)
        return errorDiagnostic(code, "The host '" + address.host + "' is not known: " + ::gai_strerror(error));
    return AddressList(found, [](addrinfo* list) { ::freeaddrinfo(list); });
}

void tune(int fd) {
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
}

/// 0, or the error number of this attempt; ECANCELED if it was stopped.
int connectOne(int fd, const addrinfo& to, Milliseconds patience, const std::function<bool()>& stopped) {
    if (::connect(fd, to.ai_addr, to.ai_addrlen) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    for (auto left = patience.count(); left > 0; left -= 100) {
        if (stopped && stopped())
            return ECANCELED;
        pollfd polled{fd, POLLOUT, 0};
        if (::poll(&polled, 1, int(std::min<std::int64_t>(100, left))) <= 0)
            continue;
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
        return error;
    }
    return ETIMEDOUT;
}

} // namespace

std::optional<TcpAddress> parseTcpAddress(const std::string& text, int defaultPort) {
    TcpAddress address;
    std::string port = text;
    if (text.starts_with('[')) {
        const auto close = text.find(']');
        if (close == std::string::npos)
            return std::nullopt;
        address.host = text.substr(1, close - 1);
        port = text.substr(close + 1);
        if (!port.empty() && port.front() != ':')
            return std::nullopt;
        port.erase(0, 1);
    } else if (const auto colon = text.rfind(':'); colon != std::string::npos) {
        address.host = text.substr(0, colon);
        port = text.substr(colon + 1);
    } else if (defaultPort > 0) {
        address.host = text;
        port.clear();
    }
    if (address.host.empty())
        return std::nullopt;
    if (port.empty() && defaultPort > 0) {
        address.port = defaultPort;
        return address;
    }
    const auto [rest, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (port.empty() || error != std::errc() || rest != port.data() + port.size() || address.port < 0 ||
        address.port > 65535)
        return std::nullopt;
    return address;
}

Result<UniqueFd> connectTcp(const TcpAddress& address, Milliseconds patience, const std::function<bool()>& stopped) {
    const auto list = resolve(address, false, "link.connect");
    if (!list)
        return list.status();
    int error = 0;
    for (const addrinfo* to = list->get(); to; to = to->ai_next) {
        UniqueFd fd(::socket(to->ai_family, to->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, to->ai_protocol));
        if (!fd)
            continue;
        error = connectOne(fd.get(), *to, patience, stopped);
        if (error == 0) {
            tune(fd.get());
            return fd;
        }
        if (error == ECANCELED)
            return cancelledDiagnostic();
    }
    return errorDiagnostic(
        "link.connect",
        address.host + " port " + std::to_string(address.port) + " does not answer: " + std::strerror(error),
        error == ECONNREFUSED ? "Is lapidary-agent running there, with --tcp and this port? Without an address "
                                "it listens on the loopback only."
                              : "");
}

Result<Listener> listenTcp(const TcpAddress& address) {
    const auto list = resolve(address, true, "link.listen");
    if (!list)
        return list.status();
    for (const addrinfo* at = list->get(); at; at = at->ai_next) {
        UniqueFd fd(::socket(at->ai_family, at->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC, at->ai_protocol));
        const int on = 1;
        if (!fd)
            continue;
        ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        if (::bind(fd.get(), at->ai_addr, at->ai_addrlen) != 0 || ::listen(fd.get(), 8) != 0)
            continue;
        sockaddr_storage bound{};
        socklen_t size = sizeof bound;
        ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&bound), &size);
        const auto port = bound.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6*>(&bound)->sin6_port
                                                      : reinterpret_cast<sockaddr_in*>(&bound)->sin_port;
        return Listener{std::move(fd), ntohs(port)};
    }
    return errorDiagnostic("link.listen", "Nothing can listen on " + address.host + " port " +
                                              std::to_string(address.port) + ": " + std::strerror(errno));
}

UniqueFd acceptTcp(const Listener& listener, Milliseconds wait) {
    pollfd polled{listener.fd.get(), POLLIN, 0};
    if (::poll(&polled, 1, int(wait.count())) <= 0)
        return {};
    UniqueFd fd(::accept4(listener.fd.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd)
        tune(fd.get());
    return fd;
}

} // namespace lapidary
