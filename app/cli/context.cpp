// SPDX-License-Identifier: GPL-3.0-or-later
#include "context.h"

#include "runtime/providers.h"

#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <iostream>
#include <thread>
#include <unistd.h>

namespace lapidary::cli {

namespace {

std::stop_source& stopSource() {
    static std::stop_source source;
    return source;
}

} // namespace

namespace {

int signalPipe[2] = {-1, -1};

extern "C" void onSignal(int) {
    const char byte = 0;
    (void)!::write(signalPipe[1], &byte, 1);
}

} // namespace

void watchSignals() {
    // A handler, not a blocked signal: libraries start threads before main, and those would still be killed.
    if (::pipe2(signalPipe, O_CLOEXEC) != 0)
        return;
    struct sigaction action {};
    action.sa_handler = onSignal;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, nullptr);
    ::sigaction(SIGTERM, &action, nullptr);
    std::thread([] {
        char byte = 0;
        while (::read(signalPipe[0], &byte, 1) != 1) {
        }
        stopSource().request_stop();
        while (::read(signalPipe[0], &byte, 1) != 1) {
        }
        std::_Exit(130); // asked twice
    }).detach();
}

bool Context::loadProviders() const {
    for (const auto& library : providerLibraries)
        if (const auto devices = registerProviderLibrary(library); !devices) {
            fail(devices.error());
            return false;
        }
    return true;
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
