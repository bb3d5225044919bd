// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/agentclient.h"

#include "device/link/wiretypes.h"

#include <cmath>
#include <random>

namespace lapidary {

namespace {

using Clock = std::chrono::steady_clock;
constexpr Milliseconds lookAtStop{20};
constexpr Milliseconds greetEvery{1'000};
constexpr Milliseconds cancelPatience{5'000};
constexpr Milliseconds runPatience{
    600'000}; ///< without any sign of progress: loading a large model on a small board takes long
constexpr std::size_t mostKernels = 100'000;
constexpr std::uint64_t mostOutputBytes = std::uint64_t(1) << 30;

Diagnostic noAnswer(const LinkTiming& timing, const std::string& noise) {
    auto problem = errorDiagnostic(
        "link.silent", "No agent answers: nothing came for " + std::to_string(timing.handshake.count() / 1000) + " s",
        "Is lapidary-agent running at the other end, and is the rate of the line the same on both sides?");
    if (!noise.empty())
        problem.message += "; instead came: " + cleanText(noise, 200);
    return problem;
}

/// A profile may say anything; what is shown must be numbers.
Result<Profile> checkedProfile(const std::string& text) {
    const auto json = Json::parse(text);
    if (!json)
        return protocolProblem("a profile that cannot be read");
    auto profile = Profile::fromJson(*json);
    if (!profile)
        return protocolProblem("a profile that is none");
    for (const double ms : profile->runsMs)
        if (!(ms >= 0) || !std::isfinite(ms))
            return protocolProblem("a profile with impossible times");
    std::map<std::string, std::string> environment;
    for (const auto& [key, value] : profile->environment)
        if (environment.size() < 200)
            environment.emplace(cleanText(key, 100), cleanText(value, 500));
    profile->environment = std::move(environment);
    profile->timing.verdict = cleanText(profile->timing.verdict, 300);
    profile->nodes.clear();
    return profile;
}

/// The parts of outputs, put together.
class OutputCollector {
public:
    Status add(const wire::OutputPart& part) {
        const Shape shape(part.shape().begin(), part.shape().end());
        const auto type = DataType(std::min<std::uint32_t>(part.type(), 1 << 16));
        if (part.offset() == 0 && part.output() == m_tensors.size()) {
            const auto count = elementCount(shape);
            const auto bytes = count ? packedBytes(type, std::uint64_t(*count)) : 0;
            if (!count || m_total + bytes > mostOutputBytes || m_tensors.size() >= 1000)
                return protocolProblem("an output of impossible size");
            m_total += bytes;
            m_tensors.push_back({type, shape, {}, bytes});
        }
        if (m_tensors.empty() || part.output() != m_tensors.size() - 1 || part.offset() != m_tensors.back().data.size() ||
            part.data().size() > m_tensors.back().bytes - m_tensors.back().data.size())
            return protocolProblem("parts of outputs out of order");
        m_tensors.back().data += part.data();
        return {};
    }

    Result<std::vector<TensorPtr>> take(std::size_t count) {
        std::vector<TensorPtr> tensors;
        for (auto& output : m_tensors) {
            if (output.data.size() != output.bytes)
                return protocolProblem("an output that is not whole");
            tensors.push_back(makeTensor(output.type, output.shape, Blob(std::move(output.data))));
        }
        if (tensors.size() != count)
            return protocolProblem("another number of outputs than announced");
        return tensors;
    }

private:
    struct Output {
        DataType type;
        Shape shape;
        std::string data;
        std::uint64_t bytes;
    };
    std::vector<Output> m_tensors;
    std::uint64_t m_total = 0;
};

} // namespace

Result<std::unique_ptr<AgentClient>> AgentClient::connect(ByteStreamPtr stream, const LinkTiming& timing,
                                                          const Work& work) {
    std::unique_ptr<AgentClient> client(new AgentClient(std::move(stream), timing));
    if (auto status = client->greet(timing, work); !status) {
        client->m_inOrder = false;
        return status;
    }
    return client;
}

AgentClient::~AgentClient() {
    if (m_inOrder)
        (void)m_channel.sendRaw(wire::GOODBYE, {});
}

Status AgentClient::greet(const LinkTiming& timing, const Work& work) {
    wire::Hello hello;
    hello.set_protocol_min(oldestLinkProtocol);
    hello.set_protocol_max(linkProtocol);
    hello.set_software("lapidary");
    std::random_device random;
    hello.set_nonce(std::uint64_t(random()) << 32 | random() | 1);
    const auto until = Clock::now() + timing.handshake;
    for (auto greeted = Clock::time_point(); Clock::now() < until;) {
        if (auto status = work.check(); !status)
            return status;
        if (Clock::now() - greeted >= greetEvery) {
            greeted = Clock::now();
            if (auto status = m_channel.send(wire::HELLO, hello); !status && status.error().code != "link.closed")
                return status;
        }
        const auto frame = m_channel.receive(lookAtStop);
        if (!frame)
            return frame.error().code == "link.silent" ? Status(noAnswer(timing, m_channel.noise())) : frame.status();
        if (*frame && (*frame)->type == wire::PROBLEM) {
            const auto problem = parseMessage<wire::Problem>((*frame)->payload);
            if (problem && problem->request() == hello.nonce())
                return problemOf(*problem);
        }
        if (!*frame || (*frame)->type != wire::WELCOME)
            continue; // the rest of an earlier session
        const auto welcome = parseMessage<wire::Welcome>((*frame)->payload);
        if (!welcome || welcome->nonce() != hello.nonce())
            continue;
        if (welcome->protocol() < oldestLinkProtocol || welcome->protocol() > linkProtocol)
            return errorDiagnostic("link.version",
                                   "The agent chose protocol " + std::to_string(welcome->protocol()) +
                                       ", which this Lapidary does not speak",
                                   "Deploy the agent of this Lapidary to the device.");
        m_agent = agentInfo(*welcome);
        return {};
    }
    return noAnswer(timing, m_channel.noise());
}

Status AgentClient::send(const OutgoingObject& object, TransferCount& count, const Work& work) {
    auto status = sendObject(m_channel, ++m_requests, object, m_agent.window, count, work);
    m_inOrder = status.ok() || !status.error().code.starts_with("link.");
    return status;
}

Status AgentClient::follow(std::uint64_t request, Milliseconds patience,
                           const std::function<Result<bool>(const Frame&)>& take, const Work& work) {
    auto until = Clock::now() + patience;
    bool cancelled = false;
    while (Clock::now() < until) {
        if (work.stopRequested() && !cancelled) {
            cancelled = true;
            until = Clock::now() + cancelPatience;
            wire::Cancel cancel;
            cancel.set_request(request);
            if (auto status = m_channel.send(wire::CANCEL, cancel); !status)
                return status;
        }
        const auto frame = m_channel.receive(lookAtStop);
        if (!frame)
            return cancelled ? Status(cancelledDiagnostic()) : frame.status();
        if (!*frame || (*frame)->type == wire::WELCOME)
            continue;
        if (!cancelled)
            until = Clock::now() + patience;
        if ((*frame)->type == wire::PROBLEM) {
            const auto problem = parseMessage<wire::Problem>((*frame)->payload);
            return problem ? problemOf(*problem) : problem.error();
        }
        if ((*frame)->type == wire::PROGRESS) {
            if (const auto progress = parseMessage<wire::Progress>((*frame)->payload);
                progress && progress->request() == request) {
                work.progress.set(std::isfinite(progress->fraction()) ? std::clamp(progress->fraction(), 0.0, 1.0)
                                                                      : 0.0);
                work.progress.label(cleanText(progress->label(), 200));
            }
            continue;
        }
        const auto done = take(**frame);
        if (!done)
            return done.status();
        if (*done)
            return cancelled ? Status(cancelledDiagnostic()) : Status();
    }
    m_inOrder = false;
    return cancelled ? cancelledDiagnostic()
                     : errorDiagnostic("link.stalled", "The device does not come to an end with the model");
}

Result<AgentProfile> AgentClient::profile(const std::string& model, const ProfileOptions& options, const Work& work) {
    const auto request = ++m_requests;
    if (auto status = m_channel.send(wire::PROFILE, profileRequest(request, model, options)); !status)
        return status;
    AgentProfile result;
    const auto take = [&](const Frame& frame) -> Result<bool> {
        if (frame.type == wire::KERNELS) {
            const auto page = parseMessage<wire::Kernels>(frame.payload);
            if (!page)
                return page.status();
            if (page->request() != request || result.kernels.size() + std::size_t(page->kernels_size()) > mostKernels)
                return protocolProblem("kernels that were not asked for");
            for (const auto& kernel : page->kernels())
                if (std::isfinite(kernel.microseconds()) && kernel.microseconds() >= 0)
                    result.kernels.push_back({cleanText(kernel.node(), 1000), cleanText(kernel.op_type(), 200),
                                              cleanText(kernel.provider(), 200), kernel.microseconds(),
                                              cleanText(kernel.output_type(), 50)});
            return false;
        }
        const auto done = parseMessage<wire::Profiled>(frame.payload);
        if (frame.type != wire::PROFILED || !done || done->request() != request)
            return protocolProblem("an answer of type " + std::to_string(frame.type));
        auto profile = checkedProfile(done->profile_json());
        if (!profile)
            return profile.status();
        result.profile = std::move(*profile);
        return true;
    };
    if (auto status = follow(
            request, runPatience + Milliseconds(std::int64_t(std::clamp(options.maxSeconds, 0.0, 3600.0) * 1000)), take,
            work);
        !status)
        return status;
    return result;
}

Result<AgentOutputs> AgentClient::run(const std::string& model, int threads, const std::vector<SentTensor>& inputs,
                                      const Work& work, bool timeOnly) {
    wire::RunRequest message;
    const auto request = ++m_requests;
    message.set_request(request);
    message.set_model(model);
    message.set_threads(std::uint32_t(std::max(0, threads)));
    message.set_no_outputs(timeOnly);
    for (const auto& input : inputs) {
        auto* added = message.add_inputs();
        added->set_type(std::uint32_t(input.type));
        for (const auto extent : input.shape)
            added->add_shape(extent);
        added->set_object(input.object);
    }
    if (auto status = m_channel.send(wire::RUN, message); !status)
        return status;
    OutputCollector collector;
    AgentOutputs outputs;
    const auto take = [&](const Frame& frame) -> Result<bool> {
        if (frame.type == wire::OUTPUT) {
            const auto part = parseMessage<wire::OutputPart>(frame.payload);
            if (!part || part->request() != request)
                return protocolProblem("outputs that were not asked for");
            const auto status = collector.add(*part);
            return status.ok() ? Result<bool>(false) : Result<bool>(status);
        }
        const auto ran = parseMessage<wire::Ran>(frame.payload);
        if (frame.type != wire::RAN || !ran || ran->request() != request)
            return protocolProblem("an answer of type " + std::to_string(frame.type));
        auto tensors = timeOnly ? Result<std::vector<TensorPtr>>(std::vector<TensorPtr>())
                                : collector.take(ran->outputs());
        if (!tensors)
            return tensors.status();
        outputs.tensors = std::move(*tensors);
        outputs.milliseconds = std::isfinite(ran->milliseconds()) ? std::max(0.0, ran->milliseconds()) : 0;
        return true;
    };
    if (auto status = follow(request, runPatience, take, work); !status)
        return status;
    return outputs;
}

} // namespace lapidary
