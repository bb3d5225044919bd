// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/channel.h"
#include "device/link/modelrunner.h"
#include "device/link/objectcache.h"

#include <mutex>
#include <stop_token>

namespace lapidary {

struct AgentServerOptions {
    LinkTiming timing;
    std::size_t window = 32; ///< chunks a peer may send ahead
    std::string software = "lapidary-agent";
};

/// The agent's end of the link. serve() may be called from several threads; one peer at a time is served, others are
/// told so.
class AgentServer {
public:
    /// Runner and cache must outlive the server.
    AgentServer(ModelRunner& runner, ObjectCache& cache, AgentServerOptions options);

    /// Talks to one peer until it says goodbye, the stream ends or a stop is asked for; what it was doing is cancelled
    /// then. Success after a goodbye or the end of the stream; otherwise why the session ended.
    Status serve(ByteStreamPtr stream, std::stop_token stop = {});

private:
    ModelRunner& m_runner;
    ObjectCache& m_cache;
    const AgentServerOptions m_options;
    std::timed_mutex m_serving;
};

} // namespace lapidary
