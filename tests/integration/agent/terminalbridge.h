// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <thread>

namespace lapidary::test {

/// A cable between two pseudo-terminals: what is written to one comes out of the other. Each is known by a link of a
/// fixed name, as a stick's device file is. Pulling the cable hangs both up and removes the names.
class TerminalBridge {
public:
    /// Makes `folder`/host and `folder`/device when plugged in.
    explicit TerminalBridge(std::filesystem::path folder);
    ~TerminalBridge();

    void plug();
    void pull();
    /// After so many more bytes to the device the cable is pulled; -1: never.
    void pullAfter(std::int64_t bytes) { m_left = bytes; }
    bool plugged() const { return m_plugged; }
    std::int64_t bytesToDevice() const { return m_toDevice; }
    std::filesystem::path host() const { return m_folder / "host"; }
    std::filesystem::path device() const { return m_folder / "device"; }

private:
    void carry(const std::stop_token& stop);
    void removeNames();

    struct Ends;
    const std::filesystem::path m_folder;
    std::unique_ptr<Ends> m_ends;
    std::atomic<bool> m_plugged = false;
    std::atomic<std::int64_t> m_left = -1, m_toDevice = 0;
    std::jthread m_thread;
};

} // namespace lapidary::test
