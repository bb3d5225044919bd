// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/agentserver.h"
#include "device/link/incomingobject.h"
#include "device/link/sessionjobs.h"
#include "device/link/wiretypes.h"

namespace lapidary {

/// One peer's session on the agent: takes its messages, one after the other, and answers. A message that no honest peer
/// sends ends it. One thread; the work of a request is done on another (SessionJob).
class AgentSession {
public:
    AgentSession(Channel& channel, ModelRunner& runner, ObjectCache& cache, const AgentServerOptions& options);
    /// Until goodbye (success) or a failure.
    Status run();
    /// Cancels what runs and waits for its end.
    void stopJob() { m_job.reset(); }

private:
    Status handle(const Frame& frame);
    Status onHello(const wire::Hello& message);
    Status onOffer(const wire::Offer& message);
    Status onChunkList(const wire::ChunkList& message);
    Status onChunk(const wire::Chunk& message);
    Status onProfile(const wire::ProfileRequest& message);
    Status onRun(const wire::RunRequest& message);
    Status onCancel(const wire::Cancel& message);

    /// Tells the peer; a breach of the protocol ends the session too.
    Status answer(std::uint64_t request, const Diagnostic& problem);
    Status startJob(std::uint64_t request, SessionJob::Task task);
    Status startAssembly();
    Status tellJob();

    Channel& m_channel;
    ModelRunner& m_runner;
    ObjectCache& m_cache;
    const AgentServerOptions& m_options;
    std::uint64_t m_nonce = 0;
    bool m_greeted = false;
    std::uint64_t m_incomingRequest = 0;
    std::optional<IncomingObject> m_incoming;
    std::unique_ptr<SessionJob> m_job;
    std::chrono::steady_clock::time_point m_told;
};

/// Answers a peer's greeting with a problem and ends.
Status refuseSession(Channel& channel, const LinkTiming& timing, const Diagnostic& reason);

} // namespace lapidary
