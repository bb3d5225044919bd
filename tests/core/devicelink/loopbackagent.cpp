// SPDX-License-Identifier: GPL-3.0-or-later
#include "loopbackagent.h"

#include "device/link/fdstream.h"
#include "device/profile.h"

#include <random>
#include <stdexcept>

namespace lapidary::test {

LinkTiming quickTiming() {
    return {Milliseconds(100), Milliseconds(600), Milliseconds(3000)};
}

LinkPatience quickPatience() {
    return {quickTiming(), Milliseconds(5000), 5};
}

AgentInfo FakeRunner::info() {
    AgentInfo info;
    info.architecture = "test64";
    info.cpu = "Loopback";
    info.cores = 3;
    info.memoryBytes = 1 << 20;
    info.providers = {"Fake"};
    info.precisions = {{"float32", true, ""}, {"int8", true, "in the test"}};
    info.runtime = "fake 1";
    info.facts = {{"governor", "none"}};
    return info;
}

Result<AgentProfile> FakeRunner::profile(const std::string& model, const ProfileOptions& options, const Work& work) {
    ++started;
    if (dies)
        throw std::runtime_error("the runtime threw");
    if (readFile(model) != expected)
        return errorDiagnostic("runtime.load", "This is not the model that was sent");
    const auto until = std::chrono::steady_clock::now() + runTime;
    for (int i = 0; std::chrono::steady_clock::now() < until; ++i) {
        if (auto status = work.check(); !status)
            return status;
        work.progress.set(i / 1000.0);
        std::this_thread::sleep_for(Milliseconds(2));
    }
    ++ended;
    AgentProfile result;
    result.profile.threads = options.threads;
    result.profile.batch = options.batch;
    result.profile.runsMs = {1, 2, 3, 2, 2, 2, 2};
    result.profile.timing = summarizeTimings(result.profile.runsMs, options.relativeWidth);
    result.profile.environment = {{"cpu", "Loopback"}};
    if (options.perNode)
        for (int i = 0; i < 1000; ++i)
            result.kernels.push_back({"node" + std::to_string(i), "Conv", "Fake", double(i), "float"});
    return result;
}

Result<AgentOutputs> FakeRunner::run(const std::string&, int, const std::vector<TensorPtr>& inputs, const Work&) {
    ++started;
    return AgentOutputs{inputs, 1.5};
}

LoopbackAgent::LoopbackAgent() {
    restart();
}

LoopbackAgent::~LoopbackAgent() {
    m_sessions.clear();
}

void LoopbackAgent::restart() {
    m_sessions.clear();
    auto cache = ObjectCache::open(m_dir / "cache");
    if (!cache)
        qFatal("%s", cache.error().toString().c_str());
    m_cache = std::move(*cache);
    AgentServerOptions options;
    options.timing = quickTiming();
    options.window = 4;
    m_server = std::make_unique<AgentServer>(runner, *m_cache, options);
}

Result<ByteStreamPtr> LoopbackAgent::connect() {
    std::pair<FaultPlan, FaultPlan> plan;
    if (!m_plans.empty()) {
        plan = m_plans.front();
        m_plans.pop_front();
    }
    ++m_connections;
    clientWrites = 0;
    agentWrites = 0;
    auto [client, agent] = streamPair();
    if (!client)
        return errorDiagnostic("link.io", "no socket pair");
    agent = makeFlaky(std::move(agent), plan.second, agentWrites);
    m_sessions.emplace_back([this, agent = std::move(agent)](const std::stop_token& stop) mutable {
        auto status = m_server->serve(std::move(agent), stop);
        const std::lock_guard lock(m_mutex);
        m_last = std::move(status);
    });
    return makeFlaky(std::move(client), plan.first, clientWrites);
}

StreamOpener LoopbackAgent::opener() {
    return [this](const Work&) { return connect(); };
}

Status LoopbackAgent::lastSession() const {
    const std::lock_guard lock(m_mutex);
    return m_last;
}

std::string someModel(std::size_t bytes, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::string model(bytes, '\0');
    for (auto& c : model)
        c = char(random() & 0x3f);
    return model;
}

} // namespace lapidary::test
