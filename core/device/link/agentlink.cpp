// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/agentlink.h"

#include <algorithm>
#include <array>
#include <thread>

namespace lapidary {

namespace {

using Clock = std::chrono::steady_clock;
constexpr Milliseconds firstPause{100};
constexpr Milliseconds longestPause{2'000};

Status pauseFor(Milliseconds time, const Work& work) {
    const auto until = Clock::now() + time;
    while (Clock::now() < until) {
        if (auto status = work.check(); !status)
            return status;
        std::this_thread::sleep_for(std::min(time, Milliseconds(20)));
    }
    return {};
}

/// Moves when a connection brought something: chunks were acknowledged, or fewer were lacking than the time before.
std::pair<std::size_t, std::size_t> progressOf(const TransferCount& count) {
    return {count.chunksStored, count.needed};
}

Diagnostic gaveUp(const Diagnostic& last, const std::string& why) {
    auto problem = last;
    problem.message = why + ". The last attempt: " + last.message;
    return problem;
}

} // namespace

bool linkBroke(const Diagnostic& problem) {
    static constexpr std::array<std::string_view, 11> codes = {
        "link.closed",  "link.io",     "link.stalled", "link.silent", "link.frame", "link.noise",
        "link.connect", "link.serial", "link.tls",     "agent.cache", "agent.busy"};
    return std::find(codes.begin(), codes.end(), problem.code) != codes.end();
}

AgentLink::AgentLink(StreamOpener open, LinkPatience patience) : m_open(std::move(open)), m_patience(patience) {}

Result<AgentClient*> AgentLink::connected(const Work& work) {
    // Nobody sent heartbeats meanwhile, so the other end has given up or soon will.
    if (m_client && Clock::now() - m_lastUse > m_patience.timing.silence / 2)
        m_client.reset();
    if (!m_client) {
        auto stream = m_open(work);
        if (!stream)
            return stream.status();
        auto client = AgentClient::connect(std::move(*stream), m_patience.timing, work);
        if (!client)
            return client.status();
        m_client = std::move(*client);
    }
    return m_client.get();
}

std::shared_ptr<const void> AgentLink::keepOpen() {
    const std::lock_guard lock(m_mutex);
    ++m_holds;
    return {this, [this](const void*) { letGo(); }};
}

void AgentLink::letGo() {
    const std::lock_guard lock(m_mutex);
    if (--m_holds == 0)
        m_client.reset();
}

Status AgentLink::withAgent(const Task& task, const Work& work) {
    bool reached = false;
    int fruitless = 0;
    auto before = progressOf(m_count);
    auto lastContact = Clock::now();
    for (auto pause = firstPause;; pause = std::min(2 * pause, longestPause)) {
        auto client = connected(work);
        auto status = client ? task(**client) : client.status();
        m_lastUse = Clock::now();
        if (m_holds == 0 || !status)
            m_client.reset();
        if (status.ok() || work.stopRequested() || !linkBroke(status.error()))
            return status.ok() || !work.stopRequested() ? status : Status(cancelledDiagnostic());
        // What an earlier session left in a serial line can spoil the first greeting.
        if (!client && !reached && status.error().code != "link.frame")
            return status;
        if (client || !reached) {
            reached = reached || client.ok();
            lastContact = Clock::now();
            pause = firstPause;
            const auto now = progressOf(m_count);
            fruitless = now == before ? fruitless + 1 : 0;
            before = now;
        }
        if (fruitless >= m_patience.fruitless)
            return gaveUp(status.error(),
                          "The connection broke " + std::to_string(fruitless) + " times in a row at the same point");
        if (Clock::now() - lastContact > m_patience.away)
            return gaveUp(status.error(),
                          "The device has been away for " + std::to_string(m_patience.away.count() / 1000) + " s");
        work.progress.label("The connection ended; waiting for the device to come back");
        if (auto waited = pauseFor(pause, work); !waited)
            return waited;
    }
}

Result<AgentInfo> AgentLink::contact(const Work& work) {
    const std::lock_guard lock(m_mutex);
    AgentInfo info;
    const auto status = withAgent(
        [&](AgentClient& agent) {
            info = agent.agent();
            return Status();
        },
        work);
    return status.ok() ? Result<AgentInfo>(std::move(info)) : status;
}

Result<AgentProfile> AgentLink::profile(const OutgoingObject& model, const ProfileOptions& options, const Work& work) {
    const std::lock_guard lock(m_mutex);
    std::optional<AgentProfile> result;
    work.progress.label("Connecting to the device");
    const auto status = withAgent(
        [&](AgentClient& agent) -> Status {
            if (auto sent = sendCounted(agent, model, work.part(0, 0.4)); !sent)
                return sent;
            auto profile = agent.profile(model.hash(), options, work.part(0.4, 1));
            if (!profile)
                return profile.status();
            for (const auto& [key, value] : agent.agent().capabilities())
                profile->profile.environment.emplace(key, value);
            result = std::move(*profile);
            return {};
        },
        work);
    return status.ok() ? Result<AgentProfile>(std::move(*result)) : status;
}

Status AgentLink::sendCounted(AgentClient& agent, const OutgoingObject& object, const Work& work) {
    TransferCount counted = transferred();
    auto status = agent.send(object, counted, work);
    const std::lock_guard counting(m_countMutex);
    m_count = std::move(counted);
    return status;
}

Result<AgentOutputs> AgentLink::runOn(AgentClient& agent, const OutgoingObject& model, int threads,
                                      const std::vector<TensorPtr>& inputs, bool timeOnly, const Work& work) {
    std::vector<SentTensor> sent;
    for (const auto& tensor : inputs) {
        const auto bytes = tensor->data.bytes();
        const OutgoingObject object(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
        if (auto status = sendCounted(agent, object, {work.stop, {}}); !status)
            return status;
        sent.push_back({tensor->type, tensor->shape, object.hash()});
    }
    return agent.run(model.hash(), threads, sent, {work.stop, {}}, timeOnly);
}

Status AgentLink::run(const OutgoingObject& model, int threads, std::size_t count,
                      const std::function<Result<std::vector<TensorPtr>>(std::size_t)>& inputs,
                      const std::function<Status(std::size_t, AgentOutputs)>& take, const Work& work) {
    const std::lock_guard lock(m_mutex);
    std::size_t next = 0;
    return withAgent(
        [&](AgentClient& agent) -> Status {
            if (auto status = sendCounted(agent, model, {work.stop, {}}); !status)
                return status;
            for (; next < count; ++next) {
                const auto tensors = inputs(next);
                if (!tensors)
                    return tensors.status();
                auto outputs = runOn(agent, model, threads, *tensors, false, work);
                if (!outputs)
                    return outputs.status();
                if (auto status = take(next, std::move(*outputs)); !status)
                    return status;
                work.progress.set(double(next + 1) / double(count));
            }
            return {};
        },
        work);
}

Result<double> AgentLink::time(const OutgoingObject& model, int threads, const std::vector<TensorPtr>& inputs,
                               const Work& work) {
    const std::lock_guard lock(m_mutex);
    double milliseconds = 0;
    const auto status = withAgent(
        [&](AgentClient& agent) -> Status {
            if (auto sent = sendCounted(agent, model, {work.stop, {}}); !sent)
                return sent;
            const auto outputs = runOn(agent, model, threads, inputs, true, work);
            if (outputs)
                milliseconds = outputs->milliseconds;
            return outputs.status();
        },
        work);
    return status.ok() ? Result<double>(milliseconds) : status;
}

TransferCount AgentLink::transferred() const {
    const std::lock_guard lock(m_countMutex);
    return m_count;
}

} // namespace lapidary
