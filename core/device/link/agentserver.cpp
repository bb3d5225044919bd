// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/agentserver.h"

#include "device/link/agentsession.h"

#include <algorithm>

namespace lapidary {

namespace {

constexpr Milliseconds leaving{1'000};

} // namespace

AgentServer::AgentServer(ModelRunner& runner, ObjectCache& cache, AgentServerOptions options)
    : m_runner(runner), m_cache(cache), m_options(std::move(options)) {}

Status AgentServer::serve(ByteStreamPtr stream, std::stop_token stop) {
    Channel channel(std::move(stream), m_options.timing);
    const std::stop_callback interrupt(stop, [&channel] { channel.interrupt(); });
    // A peer that comes right after another has gone need not hear that the device is busy.
    const std::unique_lock serving(m_serving, std::min(leaving, m_options.timing.silence / 3));
    if (!serving) {
        const auto busy =
            errorDiagnostic("agent.busy", "The device is working for someone else", "Try again when that is done.");
        return refuseSession(channel, m_options.timing, busy);
    }
    AgentSession session(channel, m_runner, m_cache, m_options);
    auto status = session.run();
    session.stopJob();
    if (!status && (status.error().code == "link.closed" || stop.stop_requested()))
        return {};
    return status;
}

} // namespace lapidary
