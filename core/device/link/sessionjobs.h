// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace lapidary {

/// Messages to send: type and serialized payload.
using Replies = std::vector<std::pair<int, std::string>>;

/// One request that takes time, on a thread of its own, so that its session goes on answering heartbeats and can cancel
/// it. Destroying it asks it to stop and waits. Its owner is one thread.
class SessionJob {
public:
    using Task = std::function<Result<Replies>(const Work&)>;

    SessionJob(std::uint64_t request, Task task);
    ~SessionJob();

    std::uint64_t request() const { return m_request; }
    bool finished() const { return m_finished; }
    void cancel() { m_thread.request_stop(); }
    /// Precondition: finished(). Once.
    Result<Replies> take();
    /// How far it is, if that changed since the last call.
    std::optional<ProgressSnapshot> news();

private:
    const std::uint64_t m_request;
    Progress m_progress = Progress::root();
    ProgressSnapshot m_told;
    std::optional<Result<Replies>> m_result;
    std::atomic<bool> m_finished = false;
    std::jthread m_thread;
};

} // namespace lapidary
