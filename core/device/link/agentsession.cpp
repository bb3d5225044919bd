// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/link/agentsession.h"

#include "device/link/jobreplies.h"
#include "tensor/mappedfile.h"

namespace lapidary {

namespace {

constexpr Milliseconds idleWait{500};
constexpr Milliseconds jobWait{50};
constexpr Milliseconds progressEvery{200};

/// Parses the payload and hands it to a member of the session.
template <typename Message>
Status given(AgentSession& session, Status (AgentSession::*handler)(const Message&), const Frame& frame) {
    const auto message = parseMessage<Message>(frame.payload);
    return message ? (session.*handler)(*message) : message.status();
}

/// The protocol both know; 0: there is none.
std::uint32_t commonProtocol(const wire::Hello& hello) {
    const auto newest = std::min(linkProtocol, hello.protocol_max());
    return newest >= std::max(oldestLinkProtocol, hello.protocol_min()) ? newest : 0;
}

Diagnostic versionProblem(const wire::Hello& hello) {
    const bool peerOlder = hello.protocol_max() < oldestLinkProtocol;
    return errorDiagnostic(
        "link.version",
        "The agent speaks protocol " + std::to_string(oldestLinkProtocol) + " to " + std::to_string(linkProtocol) +
            ", the workbench " + std::to_string(hello.protocol_min()) + " to " + std::to_string(hello.protocol_max()),
        peerOlder ? "Update Lapidary on this computer." : "Deploy the agent of this Lapidary to the device.");
}

} // namespace

AgentSession::AgentSession(Channel& channel, ModelRunner& runner, ObjectCache& cache, const AgentServerOptions& options)
    : m_channel(channel), m_runner(runner), m_cache(cache), m_options(options) {
    m_channel.setQuiet(true);
}

Status AgentSession::run() {
    while (true) {
        const auto frame = m_channel.receive(m_job ? jobWait : idleWait);
        if (!frame)
            return frame.status();
        if (*frame && (*frame)->type == wire::GOODBYE)
            return {};
        if (*frame)
            if (auto status = handle(**frame); !status)
                return status;
        if (auto status = tellJob(); !status)
            return status;
    }
}

Status AgentSession::handle(const Frame& frame) {
    if (frame.type == wire::HELLO)
        return given(*this, &AgentSession::onHello, frame);
    if (!m_greeted)
        return {}; // the rest of an earlier session
    Status status;
    switch (frame.type) {
    case wire::OFFER:
        status = given(*this, &AgentSession::onOffer, frame);
        break;
    case wire::CHUNK_LIST:
        status = given(*this, &AgentSession::onChunkList, frame);
        break;
    case wire::CHUNK:
        status = given(*this, &AgentSession::onChunk, frame);
        break;
    case wire::PROFILE:
        status = given(*this, &AgentSession::onProfile, frame);
        break;
    case wire::RUN:
        status = given(*this, &AgentSession::onRun, frame);
        break;
    case wire::CANCEL:
        status = given(*this, &AgentSession::onCancel, frame);
        break;
    default:
        status = protocolProblem("a message of unknown type " + std::to_string(frame.type));
    }
    if (!status && (status.error().code == "link.protocol" || status.error().code == "link.hash"))
        (void)m_channel.send(wire::PROBLEM, problemMessage(0, status.error()));
    return status;
}

Status AgentSession::onHello(const wire::Hello& message) {
    const auto protocol = commonProtocol(message);
    if (protocol == 0) {
        const auto problem = versionProblem(message);
        if (auto status = m_channel.send(wire::PROBLEM, problemMessage(message.nonce(), problem)); !status)
            return status;
        return problem;
    }
    if (!m_greeted ||
        message.nonce() != m_nonce) { // over a serial line a new peer may come without the old one's goodbye
        m_job.reset();
        m_incoming.reset();
    }
    m_greeted = true;
    m_channel.setQuiet(false);
    m_nonce = message.nonce();
    wire::Welcome welcome;
    welcome.set_protocol(protocol);
    welcome.set_software(m_options.software);
    welcome.set_nonce(m_nonce);
    fillCapabilities(*welcome.mutable_capabilities(), m_runner.info());
    welcome.set_window(std::uint32_t(m_options.window));
    welcome.set_max_object_bytes(m_cache.limits().objectBytes);
    return m_channel.send(wire::WELCOME, welcome);
}

Status AgentSession::answer(std::uint64_t request, const Diagnostic& problem) {
    if (problem.code == "link.protocol" || problem.code == "link.hash")
        return problem; // handle() tells
    return m_channel.send(wire::PROBLEM, problemMessage(request, problem));
}

Status AgentSession::onOffer(const wire::Offer& message) {
    if (m_job)
        return answer(message.request(), errorDiagnostic("agent.busy", "The device still works on another request"));
    wire::Offered offered;
    offered.set_request(message.request());
    m_incoming.reset();
    if (message.hash().size() == 32 && m_cache.object(message.hash())) {
        offered.set_complete(true);
        return m_channel.send(wire::OFFERED, offered);
    }
    auto incoming = IncomingObject::begin(m_cache, message.hash(), message.size(), message.chunks());
    if (!incoming)
        return answer(message.request(), incoming.error());
    m_incoming.emplace(std::move(*incoming));
    m_incomingRequest = message.request();
    return m_channel.send(wire::OFFERED, offered);
}

Status AgentSession::onChunkList(const wire::ChunkList& message) {
    if (!m_incoming || message.request() != m_incomingRequest)
        return protocolProblem("chunks of an object that was not offered");
    const std::vector<std::uint32_t> sizes(message.sizes().begin(), message.sizes().end());
    auto bitmap = m_incoming->addPage(message.first(), message.hashes(), sizes);
    if (!bitmap)
        return answer(message.request(), bitmap.error());
    wire::ChunkNeeds needs;
    needs.set_request(message.request());
    needs.set_first(message.first());
    needs.set_bitmap(std::move(*bitmap));
    if (auto status = m_channel.send(wire::CHUNK_NEEDS, needs); !status)
        return status;
    return m_incoming->complete() ? startAssembly() : Status();
}

Status AgentSession::onChunk(const wire::Chunk& message) {
    if (!m_incoming || message.request() != m_incomingRequest)
        return protocolProblem("a chunk of an object that was not offered");
    if (auto status = m_incoming->addChunk(message.index(), message.codec() == wire::Chunk::ZSTD, message.data());
        !status) {
        m_incoming.reset();
        return answer(message.request(), status.error());
    }
    wire::ChunkStored stored;
    stored.set_request(message.request());
    stored.set_index(message.index());
    if (auto status = m_channel.send(wire::CHUNK_STORED, stored); !status)
        return status;
    return m_incoming->complete() ? startAssembly() : Status();
}

Status AgentSession::startAssembly() {
    const auto request = m_incomingRequest;
    auto task = [this, hash = m_incoming->hash(), chunks = m_incoming->chunks(),
                 request](const Work& work) -> Result<Replies> {
        if (auto status = m_cache.assemble(hash, chunks, work); !status)
            return status;
        wire::ObjectReady ready;
        ready.set_request(request);
        return Replies{{wire::OBJECT_READY, ready.SerializeAsString()}};
    };
    m_incoming.reset();
    return startJob(request, std::move(task));
}

Status AgentSession::onProfile(const wire::ProfileRequest& message) {
    const auto model = m_cache.object(message.model());
    if (!model)
        return answer(message.request(),
                      errorDiagnostic("agent.no_model", "The device does not have this model any more"));
    return startJob(message.request(),
                    [this, request = message.request(), file = model->string(),
                     options = profileOptions(message)](const Work& work) -> Result<Replies> {
                        const auto profile = m_runner.profile(file, options, work);
                        return profile ? Result<Replies>(profileReplies(request, *profile)) : profile.status();
                    });
}

Status AgentSession::onRun(const wire::RunRequest& message) {
    const auto model = m_cache.object(message.model());
    if (!model)
        return answer(message.request(),
                      errorDiagnostic("agent.no_model", "The device does not have this model any more"));
    std::vector<TensorPtr> inputs;
    for (const auto& reference : message.inputs()) {
        const auto file = m_cache.object(reference.object());
        auto tensor =
            file ? inputTensor(reference, *file)
                 : Result<TensorPtr>(errorDiagnostic("agent.no_model", "The device does not have this input any more"));
        if (!tensor)
            return answer(message.request(), tensor.error());
        inputs.push_back(std::move(*tensor));
    }
    return startJob(message.request(),
                    [this, request = message.request(), file = model->string(),
                     threads = int(std::min(message.threads(), 1024u)),
                     timeOnly = message.no_outputs(), inputs = std::move(inputs)](const Work& work) -> Result<Replies> {
                        auto outputs = m_runner.run(file, threads, inputs, work);
                        if (outputs && timeOnly)
                            outputs->tensors.clear();
                        return outputs ? outputReplies(request, *outputs) : Result<Replies>(outputs.status());
                    });
}

Status AgentSession::onCancel(const wire::Cancel& message) {
    if (m_job && m_job->request() == message.request())
        m_job->cancel();
    return {};
}

Status AgentSession::startJob(std::uint64_t request, SessionJob::Task task) {
    if (m_job)
        return answer(request, errorDiagnostic("agent.busy", "The device still works on another request"));
    m_job = std::make_unique<SessionJob>(request, std::move(task));
    return {};
}

Status AgentSession::tellJob() {
    if (!m_job)
        return {};
    if (!m_job->finished()) {
        const auto now = std::chrono::steady_clock::now();
        const auto news = now - m_told >= progressEvery ? m_job->news() : std::nullopt;
        if (!news)
            return {};
        m_told = now;
        wire::Progress progress;
        progress.set_request(m_job->request());
        progress.set_fraction(news->fraction);
        progress.set_label(cleanText(news->label, 200));
        return m_channel.send(wire::PROGRESS, progress);
    }
    const auto request = m_job->request();
    const auto replies = m_job->take();
    m_job.reset();
    if (!replies)
        return m_channel.send(wire::PROBLEM, problemMessage(request, replies.error()));
    for (const auto& [type, payload] : *replies)
        if (auto status = m_channel.sendRaw(type, payload); !status)
            return status;
    return {};
}

Status refuseSession(Channel& channel, const LinkTiming& timing, const Diagnostic& reason) {
    const auto until = std::chrono::steady_clock::now() + timing.handshake;
    while (std::chrono::steady_clock::now() < until) {
        const auto frame = channel.receive(idleWait);
        if (!frame)
            return frame.status();
        if (!*frame || (*frame)->type != wire::HELLO)
            continue;
        const auto hello = parseMessage<wire::Hello>((*frame)->payload);
        if (!hello)
            return hello.status();
        if (auto status = channel.send(wire::PROBLEM, problemMessage(hello->nonce(), reason)); !status)
            return status;
        return reason;
    }
    return reason;
}

} // namespace lapidary
