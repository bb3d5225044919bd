// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/childstream.h"

#include "device/link/fdstream.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

extern char** environ;

namespace lapidary {

namespace {

constexpr std::size_t errorTextKept = 4096;

/// Reads what a program writes on standard error, so that it never waits for us, and keeps the end of it.
class ErrorText {
public:
    explicit ErrorText(UniqueFd from)
        : m_from(std::move(from)), m_thread([this](const std::stop_token& stop) { drain(stop); }) {}

    std::string text() const {
        const std::lock_guard lock(m_mutex);
        return m_text;
    }

private:
    void drain(const std::stop_token& stop) {
        std::array<char, 1024> buffer;
        while (!stop.stop_requested()) {
            pollfd polled{m_from.get(), POLLIN, 0};
            if (::poll(&polled, 1, 100) <= 0)
                continue;
            const auto count = ::read(m_from.get(), buffer.data(), buffer.size());
            if (count == 0 || (count < 0 && errno != EINTR && errno != EAGAIN))
                return;
            const std::lock_guard lock(m_mutex);
            m_text.append(buffer.data(), std::size_t(std::max<ssize_t>(0, count)));
            if (m_text.size() > errorTextKept)
                m_text.erase(0, m_text.size() - errorTextKept);
        }
    }

    UniqueFd m_from;
    mutable std::mutex m_mutex;
    std::string m_text;
    std::jthread m_thread;
};

struct Pipe {
    UniqueFd reads, writes;
};

Pipe makePipe() {
    int fds[2] = {-1, -1};
    if (::pipe2(fds, O_CLOEXEC) != 0)
        return {};
    return {UniqueFd(fds[0]), UniqueFd(fds[1])};
}

/// A running program in a process group of its own.
class Child {
public:
    explicit Child(pid_t pid) : m_pid(pid) {}
    Child(Child&& other) noexcept : m_pid(std::exchange(other.m_pid, -1)), m_status(other.m_status) {}
    Child& operator=(Child&&) = delete;
    ~Child() {
        if (m_pid < 0 || waitFor(Milliseconds(300)))
            return;
        ::kill(-m_pid, SIGTERM);
        if (waitFor(Milliseconds(500)))
            return;
        ::kill(-m_pid, SIGKILL);
        waitFor(Milliseconds(2000));
    }

    bool waitFor(Milliseconds most) {
        const auto until = std::chrono::steady_clock::now() + most;
        while (!m_ended) {
            const auto got = ::waitpid(m_pid, &m_status, WNOHANG);
            if (got == m_pid || (got < 0 && errno == ECHILD))
                m_ended = true;
            else if (std::chrono::steady_clock::now() >= until)
                return false;
            else
                std::this_thread::sleep_for(Milliseconds(2));
        }
        return true;
    }
    int exitCode() const { return WIFEXITED(m_status) ? WEXITSTATUS(m_status) : 128 + WTERMSIG(m_status); }
    void terminate() { ::kill(-m_pid, SIGTERM); }

private:
    pid_t m_pid;
    int m_status = 0;
    bool m_ended = false;
};

struct Started {
    Child child;
    UniqueFd input, output, errors;
};

Result<Started> start(const std::vector<std::string>& arguments) {
    auto in = makePipe();
    auto out = makePipe();
    auto err = makePipe();
    if (!in.reads || !out.reads || !err.reads)
        return streamFailed("No pipe can be made", errno);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in.reads.get(), 0);
    posix_spawn_file_actions_adddup2(&actions, out.writes.get(), 1);
    posix_spawn_file_actions_adddup2(&actions, err.writes.get(), 2);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    for (const int signal : {SIGPIPE, SIGINT, SIGTERM})
        sigaddset(&defaults, signal);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::vector<char*> argv;
    for (const auto& argument : arguments)
        argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    pid_t pid = -1;
    const int problem = ::posix_spawnp(&pid, argv.front(), &actions, &attributes, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (problem != 0)
        return errorDiagnostic("link.start", "'" + arguments.front() + "' cannot be started: " + std::strerror(problem),
                               problem == ENOENT ? "Is it installed, and on the PATH?" : "");
    prepareFd(err.reads.get());
    return Started{Child(pid), std::move(in.writes), std::move(out.reads), std::move(err.reads)};
}

std::string lastLines(std::string text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ' || text.back() == '\r'))
        text.pop_back();
    for (auto& c : text)
        if (static_cast<unsigned char>(c) < 32)
            c = ' ';
    return text.size() > 500 ? "…" + text.substr(text.size() - 500) : text;
}

class ChildStream final : public FdStream {
public:
    ChildStream(Started started, std::string program)
        : FdStream(std::move(started.output), std::move(started.input)), m_child(std::move(started.child)),
          m_errors(std::move(started.errors)), m_program(std::move(program)) {}
    ~ChildStream() override { closeBoth(); }

    Result<std::string> read(std::size_t most, Milliseconds wait) override {
        return explained(FdStream::read(most, wait));
    }
    Status write(std::string_view bytes, Milliseconds patience) override {
        return explained(FdStream::write(bytes, patience));
    }

private:
    template <typename T>
    T explained(T result) {
        if (result.ok() || result.error().code != "link.closed" || !m_child.waitFor(Milliseconds(300)))
            return result;
        std::this_thread::sleep_for(Milliseconds(20)); // the last of its error text
        const auto text = lastLines(m_errors.text());
        auto problem = streamClosed("'" + m_program + "' ended with code " + std::to_string(m_child.exitCode()) +
                                    (text.empty() ? "" : ": " + text));
        if (m_child.exitCode() == 127)
            problem.hint = "The program was not found there. Deploy the agent, or give its whole path.";
        return problem;
    }

    Child m_child;
    ErrorText m_errors;
    std::string m_program;
};

} // namespace

Result<ByteStreamPtr> startProgram(const std::vector<std::string>& arguments) {
    auto started = start(arguments);
    if (!started)
        return started.status();
    return ByteStreamPtr(std::make_unique<ChildStream>(std::move(*started), arguments.front()));
}

Result<ProgramResult> runProgram(const std::vector<std::string>& arguments, const InputSource& input,
                                 Milliseconds patience, const std::function<bool()>& stopped) {
    using Clock = std::chrono::steady_clock;
    constexpr std::size_t outputKept = 1 << 20;
    auto started = start(arguments);
    if (!started)
        return started.status();
    auto child = std::move(started->child);
    auto in = std::move(started->input);
    const auto out = std::move(started->output);
    const ErrorText errors(std::move(started->errors));
    prepareFd(in.get());
    prepareFd(out.get());
    ProgramResult result;
    const PipeSignalGuard guard;
    std::string waiting;
    auto lastProgress = Clock::now();
    for (bool open = true; open;) {
        if (stopped && stopped()) {
            child.terminate();
            return cancelledDiagnostic();
        }
        if (in && waiting.empty() && (waiting = input ? input() : std::string()).empty())
            in.reset();
        pollfd polled[2] = {{out.get(), POLLIN, 0}, {in.get(), POLLOUT, 0}};
        if (::poll(polled, in ? 2 : 1, 100) <= 0) {
            if (Clock::now() - lastProgress > patience) {
                child.terminate();
                return errorDiagnostic("link.stalled",
                                       "'" + arguments.front() + "' does not go on: " + lastLines(errors.text()));
            }
            continue;
        }
        lastProgress = Clock::now();
        if (polled[0].revents) {
            std::array<char, 4096> buffer;
            const auto count = ::read(out.get(), buffer.data(), buffer.size());
            open = count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR));
            if (count > 0 && result.output.size() < outputKept)
                result.output.append(buffer.data(), std::size_t(count));
        }
        if (in && polled[1].revents) {
            const auto count = ::write(in.get(), waiting.data(), waiting.size());
            if (count > 0)
                waiting.erase(0, std::size_t(count));
            else if (count < 0 && errno != EAGAIN && errno != EINTR)
                in.reset();
        }
    }
    if (!child.waitFor(patience)) {
        child.terminate();
        return errorDiagnostic("link.stalled", "'" + arguments.front() + "' does not end");
    }
    result.exitCode = child.exitCode();
    std::this_thread::sleep_for(Milliseconds(20));
    result.errorOutput = lastLines(errors.text());
    return result;
}

} // namespace lapidary
