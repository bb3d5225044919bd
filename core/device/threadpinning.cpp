// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/threadpinning.h"

#include <sched.h>

namespace lapidary {

struct ThreadPinning::Saved {
    cpu_set_t cores;
};

ThreadPinning::ThreadPinning(const std::vector<int>& cores) {
    if (cores.empty())
        return;
    auto saved = std::make_unique<Saved>();
    if (::sched_getaffinity(0, sizeof saved->cores, &saved->cores) != 0)
        return;
    cpu_set_t wanted;
    CPU_ZERO(&wanted);
    CPU_SET(std::size_t(cores.front()), &wanted);
    if (::sched_setaffinity(0, sizeof wanted, &wanted) == 0)
        m_saved = std::move(saved);
}

ThreadPinning::~ThreadPinning() {
    if (m_saved)
        ::sched_setaffinity(0, sizeof m_saved->cores, &m_saved->cores);
}

Status checkCores(const std::vector<int>& cores) {
    cpu_set_t allowed;
    if (cores.empty() || ::sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return {};
    for (const int core : cores)
        if (core < 0 || core >= CPU_SETSIZE || !CPU_ISSET(std::size_t(core), &allowed)) {
            std::string known;
            for (int i = 0; i < CPU_SETSIZE; ++i)
                if (CPU_ISSET(std::size_t(i), &allowed))
                    known += (known.empty() ? "" : ", ") + std::to_string(i);
            return errorDiagnostic("device.cores", "There is no core " + std::to_string(core) + " for this process",
                                   "Cores: " + known + ".");
        }
    return {};
}

std::string poolAffinities(const std::vector<int>& cores, int threads) {
    std::string text;
    if (!cores.empty())
        for (int i = 1; i < threads; ++i)
            text += (text.empty() ? "" : ";") + std::to_string(cores[std::size_t(i) % cores.size()] + 1);
    return text;
}

} // namespace lapidary
