// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/link/agentlink.h"
#include "device/link/agentserver.h"
#include "flakystream.h"
#include "tests/support/testsupport.h"

#include <list>
#include <thread>

namespace lapidary::test {

/// Quick heartbeats, so that silence is noticed within a test.
LinkTiming quickTiming();
LinkPatience quickPatience();

/// "Runs" a model: checks that the file is the one it expects and waits a little.
class FakeRunner final : public ModelRunner {
public:
    AgentInfo info() override;
    Result<AgentProfile> profile(const std::string& model, const ProfileOptions& options, const Work& work) override;
    /// Gives the inputs back.
    Result<AgentOutputs> run(const std::string& model, int threads, const std::vector<TensorPtr>& inputs,
                             const Work& work) override;

    std::string expected; ///< bytes of the model
    Milliseconds runTime{5};
    std::atomic<int> started = 0, ended = 0;
    std::atomic<bool> dies = false; ///< throws
};

/// An agent in this process, reached over socket pairs. Each connection may have a plan of faults for either end;
/// connections after the planned ones are sound.
class LoopbackAgent {
public:
    LoopbackAgent();
    ~LoopbackAgent();

    StreamOpener opener();
    /// The n-th connection to come.
    void plan(FaultPlan client, FaultPlan agent) { m_plans.emplace_back(client, agent); }
    /// As if the device's power had been off: a new server and a new cache over the same folder.
    void restart();
    int connections() const { return m_connections; }

    FakeRunner runner;
    std::atomic<int> clientWrites = 0, agentWrites = 0;
    AgentServer& server() { return *m_server; }
    ObjectCache& cache() { return *m_cache; }
    std::filesystem::path folder() const { return m_dir.path(); }
    Status lastSession() const;

private:
    Result<ByteStreamPtr> connect();

    TempDir m_dir;
    std::unique_ptr<ObjectCache> m_cache;
    std::unique_ptr<AgentServer> m_server;
    std::list<std::pair<FaultPlan, FaultPlan>> m_plans;
    std::atomic<int> m_connections = 0;
    mutable std::mutex m_mutex;
    Status m_last;
    std::list<std::jthread> m_sessions;
};

/// `megabytes` of half compressible bytes; the same for the same seed.
std::string someModel(std::size_t bytes, std::uint64_t seed = 1);

} // namespace lapidary::test
