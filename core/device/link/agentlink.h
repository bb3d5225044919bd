// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/agentclient.h"

#include <mutex>

namespace lapidary {

using StreamOpener = std::function<Result<ByteStreamPtr>(const Work&)>;

struct LinkPatience {
    LinkTiming timing;
    Milliseconds away{60'000}; ///< how long a device that was there may be gone before the work fails
    int fruitless = 5;         ///< connections in a row that ended without any part of the work done
};

/// An agent that may go away and come back: connects for each piece of work, and when the connection breaks, connects
/// again and goes on. What the device has received is never sent again; a run that was cut is run again. Any thread;
/// one piece of work at a time, others wait.
class AgentLink {
public:
    AgentLink(StreamOpener open, LinkPatience patience);

    /// Greets and says goodbye: who is there? Does not wait for a device that is away.
    Result<AgentInfo> contact(const Work& work);
    Result<AgentProfile> profile(const OutgoingObject& model, const ProfileOptions& options, const Work& work);
    /// Runs the model once for each set of inputs, which travel once and are kept there; hands the outputs to `take`,
    /// in order, and goes on after a broken connection where it was.
    Status run(const OutgoingObject& model, int threads, std::size_t count,
               const std::function<Result<std::vector<TensorPtr>>(std::size_t)>& inputs,
               const std::function<Status(std::size_t, AgentOutputs)>& take, const Work& work);

    /// One run on these inputs, which are sent if they are not there; nothing comes back but the milliseconds.
    Result<double> time(const OutgoingObject& model, int threads, const std::vector<TensorPtr>& inputs,
                        const Work& work);
    /// While what it returns lives, the connection stays open between pieces of work, and the agent keeps the models it
    /// has loaded. Must not outlive the link.
    std::shared_ptr<const void> keepOpen();

    TransferCount transferred() const;

private:
    using Task = std::function<Status(AgentClient&)>;
    Status withAgent(const Task& task, const Work& work);
    Status sendCounted(AgentClient& agent, const OutgoingObject& object, const Work& work);
    Result<AgentOutputs> runOn(AgentClient& agent, const OutgoingObject& model, int threads,
                               const std::vector<TensorPtr>& inputs, bool timeOnly, const Work& work);
    Result<AgentClient*> connected(const Work& work); ///< the open connection, or a new one
    void letGo();

    const StreamOpener m_open;
    const LinkPatience m_patience;
    mutable std::mutex m_mutex; ///< of the work, and of the next three
    std::unique_ptr<AgentClient> m_client;
    std::chrono::steady_clock::time_point m_lastUse;
    int m_holds = 0;
    mutable std::mutex m_countMutex;
    TransferCount m_count;
};

/// The connection is gone, or was not there; a new one may do better.
bool linkBroke(const Diagnostic& problem);

} // namespace lapidary
