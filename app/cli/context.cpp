// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"

#include <csignal>
#include <cstdio>
#include <iostream>
#include <pthread.h>
#include <thread>

namespace lapidary::cli {

namespace {

std::stop_source& stopSource() {
    static std::stop_source source;
    return source;
}

} // namespace

void watchSignals() {
    // Threads started later inherit the mask, so only the watcher sees the signals. The second one ends the process.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::thread([signals] {
        int signal = 0;
        sigwait(&signals, &signal);
        stopSource().request_stop();
        sigwait(&signals, &signal);
        std::_Exit(130);
    }).detach();
}

const Engine& Context::engine() {
    if (!m_engine)
        m_engine = std::make_unique<Engine>();
    return *m_engine;
}

Work Context::work() const {
    Work work;
    work.stop = stopSource().get_token();
    return work;
}

void Context::print(const Json& object, const std::function<void()>& text) const {
    if (json)
        std::cout << object.dump(1) << std::endl;
    else
        text();
}

int fail(const Diagnostic& problem) {
    std::cerr << "error: " << problem.toString() << " [" << problem.code << "]\n";
    if (!problem.hint.empty())
        std::cerr << "hint: " << problem.hint << '\n';
    return isCancelled(problem) ? 130 : 1;
}

} // namespace lapidary::cli
