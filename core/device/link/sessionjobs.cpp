// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/sessionjobs.h"

#include <cmath>
#include <exception>

namespace lapidary {

SessionJob::SessionJob(std::uint64_t request, Task task) : m_request(request) {
    m_thread = std::jthread([this, task = std::move(task)](const std::stop_token& stop) {
        try {
            m_result = task(Work{stop, m_progress});
        } catch (const std::bad_alloc&) {
            m_result = errorDiagnostic("agent.memory", "The device has not enough memory for this");
        } catch (const std::exception& problem) {
            m_result = errorDiagnostic("agent.failed", problem.what());
        }
        m_finished = true;
    });
}

SessionJob::~SessionJob() = default;

Result<Replies> SessionJob::take() {
    m_thread.join();
    return std::move(*m_result);
}

std::optional<ProgressSnapshot> SessionJob::news() {
    auto now = m_progress.snapshot();
    if (std::abs(now.fraction - m_told.fraction) < 0.01 && now.label == m_told.label)
        return std::nullopt;
    m_told = now;
    return now;
}

} // namespace lapidary
