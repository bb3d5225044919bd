// SPDX-License-Identifier: GPL-3.0-or-later
#include "tunwire.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace lapidary::test {

namespace {

std::string failed(const char* what) {
    return std::string(what) + ": " + std::strerror(errno);
}

bool writeText(const char* file, const std::string& text) {
    const UniqueFd fd(::open(file, O_WRONLY | O_CLOEXEC));
    return fd && ::write(fd.get(), text.data(), text.size()) == ssize_t(text.size());
}

bool setAddress(int socket, ifreq request, unsigned long what, const char* address) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    ::inet_pton(AF_INET, address, &in.sin_addr);
    std::memcpy(&request.ifr_addr, &in, sizeof in);
    return ::ioctl(socket, what, &request) == 0;
}

bool bringUp(int socket, ifreq request) {
    request.ifr_flags = IFF_UP | IFF_RUNNING;
    return ::ioctl(socket, SIOCSIFFLAGS, &request) == 0;
}

/// A TUN device in the network of the calling thread, with a route to the other end.
std::string makeEnd(UniqueFd& tun, const char* own, const char* other) {
    tun = UniqueFd(::open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
    if (!tun)
        return failed("/dev/net/tun");
    ifreq request{};
    std::strncpy(request.ifr_name, "wire0", IFNAMSIZ - 1);
    request.ifr_flags = IFF_TUN | IFF_NO_PI;
    if (::ioctl(tun.get(), TUNSETIFF, &request) != 0)
        return failed("a TUN device");
    const UniqueFd socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq loopback{};
    std::strncpy(loopback.ifr_name, "lo", IFNAMSIZ - 1);
    if (!socket || !setAddress(socket.get(), request, SIOCSIFADDR, own) ||
        !setAddress(socket.get(), request, SIOCSIFDSTADDR, other) || !bringUp(socket.get(), request) ||
        !bringUp(socket.get(), loopback))
        return failed("addresses of a TUN device");
    return {};
}

} // namespace

std::string TunWire::isolate() {
    if (::unshare(CLONE_NEWNET) == 0)
        return {};
    const auto user = std::to_string(::geteuid()), group = std::to_string(::getegid());
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return failed("no network namespace can be made here");
    if (!writeText("/proc/self/setgroups", "deny") || !writeText("/proc/self/uid_map", "0 " + user + " 1") ||
        !writeText("/proc/self/gid_map", "0 " + group + " 1"))
        return failed("the users of a namespace cannot be set here");
    return {};
}

TunWire::TunWire(std::uint64_t seed) : m_random(seed) {
    m_problem = makeEnd(m_tun[0], nearAddress, farAddress);
    // A thread may have a network of its own; its descriptors outlive it.
    std::thread([this] {
        if (!m_problem.empty())
            return;
        if (::unshare(CLONE_NEWNET) != 0) {
            m_problem = failed("a second network namespace");
            return;
        }
        m_problem = makeEnd(m_tun[1], farAddress, nearAddress);
        m_farNetwork = UniqueFd(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    }).join();
    if (m_problem.empty())
        m_thread = std::jthread([this](const std::stop_token& stop) { carry(stop); });
}

TunWire::~TunWire() = default;

void TunWire::enterFar() const {
    if (::setns(m_farNetwork.get(), CLONE_NEWNET) != 0)
        ::_exit(126);
}

void TunWire::setQuality(double loss, Milliseconds delay) {
    const std::lock_guard lock(m_mutex);
    m_loss = loss;
    m_delay = delay;
}

void TunWire::take(int end) {
    char buffer[4096];
    for (ssize_t count = 0; (count = ::read(m_tun[std::size_t(end)].get(), buffer, sizeof buffer)) > 0;) {
        if (end == 0) {
            m_toFar += count;
            if (m_left >= 0 && (m_left -= count) < 0) {
                m_left = -1;
                m_cut = true;
            }
        }
        if (m_cut)
            continue;
        const std::lock_guard lock(m_mutex);
        if (std::uniform_real_distribution<>(0, 1)(m_random) < m_loss)
            ++m_lost;
        else
            m_coming[std::size_t(1 - end)].push_back({Clock::now() + m_delay, {buffer, buffer + count}});
    }
}

void TunWire::deliver(int end) {
    auto& queue = m_coming[std::size_t(end)];
    if (m_cut)
        queue.clear();
    for (; !queue.empty() && queue.front().due <= Clock::now(); queue.pop_front())
        (void)!::write(m_tun[std::size_t(end)].get(), queue.front().bytes.data(), queue.front().bytes.size());
}

void TunWire::carry(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        pollfd polled[2] = {{m_tun[0].get(), POLLIN, 0}, {m_tun[1].get(), POLLIN, 0}};
        const bool busy = !m_coming[0].empty() || !m_coming[1].empty();
        ::poll(polled, 2, busy ? 1 : 20);
        for (const int end : {0, 1}) {
            take(end);
            deliver(1 - end);
        }
    }
}

} // namespace lapidary::test
