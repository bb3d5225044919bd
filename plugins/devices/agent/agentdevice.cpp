// SPDX-License-Identifier: GPL-3.0-or-later
#include "agentdevice.h"

#include "agentmodel.h"
#include "device/nodetimes.h"
#include "onnx/onnxwriter.h"

namespace lapidary {

namespace {

/// Failures that say something about the device and not about the model.
bool isOfDevice(const Diagnostic& problem) {
    return problem.code.starts_with("link.") || problem.code.starts_with("deploy.") ||
           problem.code == "device.address" || problem.code == "agent.busy";
}

Result<OutgoingObjectPtr> outgoing(const Model& model) {
    auto bytes = serializeOnnx(model);
    if (!bytes)
        return bytes.error().code == "onnx.too_large"
                   ? Diagnostic(bytes.error())
                         .withHint("Models over 2 GiB cannot be sent to a device yet; measure them on this computer.")
                   : bytes.error();
    return OutgoingObjectPtr(std::make_shared<OutgoingObject>(std::move(*bytes)));
}

} // namespace

AgentDevice::AgentDevice(AgentAddress address, std::string secret)
    : m_address(std::move(address)), m_link([this](const Work& work) { return openStream(work); }, {}),
      m_secret(std::move(secret)) {}

Result<ByteStreamPtr> AgentDevice::openStream(const Work& work) const {
    std::string secret;
    {
        const std::lock_guard lock(m_mutex);
        secret = m_secret;
    }
    return m_address.open(secret, work);
}

void AgentDevice::setSecret(std::string secret) {
    const std::lock_guard lock(m_mutex);
    m_secret = std::move(secret);
}

DeviceInfo AgentDevice::info() const {
    const std::lock_guard lock(m_mutex);
    DeviceInfo info;
    info.id = m_address.text();
    info.name = m_address.name();
    info.kind = "agent";
    info.state = m_state;
    info.stateReason = m_reason;
    if (m_agent)
        info.capabilities = m_agent->capabilities();
    return info;
}

void AgentDevice::remember(const AgentInfo& info) {
    const std::lock_guard lock(m_mutex);
    m_agent = info;
    m_state = DeviceState::Ready;
    m_reason.clear();
}

void AgentDevice::rememberAnswer() {
    const std::lock_guard lock(m_mutex);
    m_state = DeviceState::Ready;
    m_reason.clear();
}

void AgentDevice::remember(const Diagnostic& problem) {
    const std::lock_guard lock(m_mutex);
    m_state = problem.code == "agent.busy"                                       ? DeviceState::Busy
              : problem.code == "link.version" || problem.code == "link.pairing" ? DeviceState::Error
                                                                                 : DeviceState::Offline;
    m_reason = problem.message;
}

Status AgentDevice::refresh(const Work& work) {
    const auto info = m_link.contact(work);
    if (info)
        remember(*info);
    else if (isOfDevice(info.error()))
        remember(info.error());
    return info.status();
}

void AgentDevice::rememberOutcome(const Status& status) {
    if (!status && isOfDevice(status.error()))
        remember(status.error());
    else if (status.ok() || !isCancelled(status.error()))
        rememberAnswer();
}

Result<std::unique_ptr<InferenceSession>> AgentDevice::openModel(const Model& model, int threads, const Work&) {
    auto object = outgoing(model);
    if (!object)
        return object.status();
    return std::unique_ptr<InferenceSession>(std::make_unique<AgentModel>(
        m_link, std::move(*object), *model.graph, threads, [this](const Status& status) { rememberOutcome(status); }));
}

Result<std::unique_ptr<PreparedModel>> AgentDevice::prepare(const Model& model, const ProfileOptions& options,
                                                            const Work& work) {
    if (!options.providerOptions.empty() || !options.cores.empty())
        return errorDiagnostic("device.provider_options",
                               "Single runs on a remote agent take neither cores nor options of providers",
                               "A whole profile on it can be pinned to cores.");
    auto session = openModel(model, options.threads, work);
    if (!session)
        return session.status();
    return prepareSession(std::move(*session), options.batch, work);
}

Result<Profile> AgentDevice::profile(const Model& model, const ProfileOptions& options, const Work& work) {
    if (!options.providerOptions.empty())
        return errorDiagnostic("device.provider_options", "Options of providers are not passed on to a remote agent",
                               "The agent runs ONNX Runtime's processor provider, which takes threads and cores.");
    work.progress.label("Preparing the model");
    const auto object = outgoing(model);
    if (!object)
        return object.status();
    auto measured = m_link.profile(**object, options, work);
    rememberOutcome(measured.status());
    if (!measured)
        return measured.status();
    auto profile = std::move(measured->profile);
    profile.device = m_address.text();
    mapKernelTimes(profile, *model.graph, measured->kernels);
    work.progress.set(1);
    return profile;
}

} // namespace lapidary
