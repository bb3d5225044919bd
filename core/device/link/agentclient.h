// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/channel.h"
#include "device/link/modelrunner.h"
#include "device/link/objectsender.h"

namespace lapidary {

/// A tensor that an agent has, by the hash of its bytes.
struct SentTensor {
    DataType type = DataType::Undefined;
    Shape shape;
    std::string object; ///< OutgoingObject::hash()
};

/// One connection to an agent, the workbench's end. Trusts nothing the agent says: numbers are bounded, texts cleaned.
/// One thread. Destroying it says goodbye.
class AgentClient {
public:
    /// Greets until the agent answers. Fails with "link.silent" (nobody there, or somebody who speaks otherwise: says
    /// what came instead), "link.version", "agent.busy", "base.cancelled" and as streams do.
    static Result<std::unique_ptr<AgentClient>> connect(ByteStreamPtr stream, const LinkTiming& timing,
                                                        const Work& work);
    ~AgentClient();

    const AgentInfo& agent() const { return m_agent; }
    Status send(const OutgoingObject& object, TransferCount& count, const Work& work);
    /// Fails with what the agent fails with, "base.cancelled", "link.*".
    Result<AgentProfile> profile(const std::string& model, const ProfileOptions& options, const Work& work);
    /// `timeOnly`: the outputs stay there and none come back.
    Result<AgentOutputs> run(const std::string& model, int threads, const std::vector<SentTensor>& inputs,
                             const Work& work, bool timeOnly = false);

private:
    AgentClient(ByteStreamPtr stream, const LinkTiming& timing) : m_channel(std::move(stream), timing) {}
    Status greet(const LinkTiming& timing, const Work& work);
    /// Hands messages to `take` until it gives true; follows progress and sends a cancel.
    Status follow(std::uint64_t request, Milliseconds patience, const std::function<Result<bool>(const Frame&)>& take,
                  const Work& work);

    Channel m_channel;
    AgentInfo m_agent;
    std::uint64_t m_requests = 0;
    bool m_inOrder = true; ///< both sides agree where they are; otherwise there is no point in a goodbye
};

} // namespace lapidary
