// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/fdstream.h"

#include <array>
#include <atomic>
#include <chrono>
#include <deque>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace lapidary::test {

/// A wire between this process's network and one of its own making: a TUN device at each end and, between them, a
/// thread that carries, delays and loses IP packets. What runs over it is the kernel's own TCP. Needs no privilege but
/// user namespaces, and no traffic control in the kernel.
class TunWire {
public:
    static constexpr char nearAddress[] = "10.77.0.1", farAddress[] = "10.77.0.2";

    /// Puts this process into a network namespace of its own. The first thing in main(): there must be one thread.
    /// Returns why it cannot be done here; empty if it was.
    static std::string isolate();

    /// Needs isolate(); see problem().
    explicit TunWire(std::uint64_t seed);
    ~TunWire();
    /// Why there is no wire; empty if there is.
    const std::string& problem() const { return m_problem; }

    /// Makes the calling process one at the far end; for a child between fork and exec.
    void enterFar() const;
    /// Of every packet that sets out from now on: the share that is lost, and the time it takes.
    void setQuality(double loss, Milliseconds delay);
    void cut() { m_cut = true; } ///< what is on the way is lost as well
    void mend() { m_cut = false; }
    void cutAfter(std::int64_t bytesToFar) { m_left = bytesToFar; }
    bool isCut() const { return m_cut; }
    std::int64_t bytesToFar() const { return m_toFar; } ///< that set out, headers and lost ones included
    int lost() const { return m_lost; }                 ///< packets, but for those of a cut

private:
    using Clock = std::chrono::steady_clock;
    struct Packet {
        Clock::time_point due;
        std::vector<char> bytes;
    };
    void carry(const std::stop_token& stop);
    void take(int end);
    void deliver(int end);

    std::string m_problem;
    std::array<UniqueFd, 2> m_tun; // near, far
    UniqueFd m_farNetwork;
    std::array<std::deque<Packet>, 2> m_coming; // to near, to far
    std::mt19937_64 m_random;
    std::mutex m_mutex; // of the next two
    double m_loss = 0;
    Milliseconds m_delay{0};
    std::atomic<bool> m_cut = false;
    std::atomic<std::int64_t> m_left = -1, m_toFar = 0;
    std::atomic<int> m_lost = 0;
    std::jthread m_thread;
};

} // namespace lapidary::test
