// SPDX-License-Identifier: GPL-3.0-or-later
#include "usbdevice.h"

#include "device/hostenvironment.h"
#include "device/nodetimes.h"
#include "device/runtimeprofiler.h"
#include "eval/evaluator.h"
#include "runtimesearch.h"
#include "runtime/providers.h"

#include <algorithm>

namespace lapidary {

namespace {

/// Id of a registered provider device, the provider's own name where it is built into the runtime, or empty.
struct Provider {
    bool there = false;
    std::string device; ///< of a plug-in provider
};

Provider providerFor(const UsbKind& kind) {
    for (const auto& device : providerDevices())
        if (device.provider == kind.provider)
            return {true, device.id};
    // The CPU provider is part of every session.
    return {kind.provider == "CPUExecutionProvider", {}};
}

/// Either may stop it.
class EitherStops {
public:
    EitherStops(const std::stop_token& a, const std::stop_token& b)
        : m_a(a, [this] { m_source.request_stop(); }), m_b(b, [this] { m_source.request_stop(); }) {}
    std::stop_token token() const { return m_source.get_token(); }

private:
    std::stop_source m_source;
    std::stop_callback<std::function<void()>> m_a, m_b;
};

class UsbPrepared final : public PreparedModel {
public:
    UsbPrepared(std::unique_ptr<PreparedModel> inner, std::stop_token gone, Diagnostic unplugged)
        : m_inner(std::move(inner)), m_gone(std::move(gone)), m_unplugged(std::move(unplugged)) {}
    double loadMs() const override { return m_inner->loadMs(); }
    double firstRunMs() const override { return m_inner->firstRunMs(); }
    Result<double> run(const Work& work) override {
        const EitherStops either(work.stop, m_gone);
        auto ms = m_inner->run({either.token(), work.progress});
        return ms || !m_gone.stop_requested() ? ms : Result<double>(m_unplugged);
    }

private:
    std::unique_ptr<PreparedModel> m_inner;
    std::stop_token m_gone;
    Diagnostic m_unplugged;
};

class UsbModel final : public InferenceSession {
public:
    UsbModel(std::unique_ptr<InferenceSession> inner, std::stop_token gone, Diagnostic unplugged)
        : m_inner(std::move(inner)), m_gone(std::move(gone)), m_unplugged(std::move(unplugged)) {}
    const std::vector<PortInfo>& inputs() const override { return m_inner->inputs(); }
    const std::vector<PortInfo>& outputs() const override { return m_inner->outputs(); }
    double loadMs() const override { return m_inner->loadMs(); }
    Result<std::vector<TensorPtr>> run(const std::vector<TensorPtr>& inputs, const Work& work) override {
        const EitherStops either(work.stop, m_gone);
        auto outputs = m_inner->run(inputs, {either.token(), work.progress});
        return outputs || !m_gone.stop_requested() ? std::move(outputs) : Result<std::vector<TensorPtr>>(m_unplugged);
    }
    Result<double> timedRun(const Work& work) override {
        const EitherStops either(work.stop, m_gone);
        auto ms = m_inner->timedRun({either.token(), work.progress});
        return ms || !m_gone.stop_requested() ? ms : Result<double>(m_unplugged);
    }
    Result<std::vector<KernelTime>> takeKernelTimes() override { return m_inner->takeKernelTimes(); }

private:
    std::unique_ptr<InferenceSession> m_inner;
    std::stop_token m_gone;
    Diagnostic m_unplugged;
};

Status needsRuntime(const DeviceInfo& info) {
    if (info.state == DeviceState::NeedsRuntime)
        return errorDiagnostic("device.no_runtime", info.name + " cannot run models yet: " + info.stateReason);
    return {};
}

RuntimeSubject subjectOf(const Model& model, const UsbKind& kind) {
    RuntimeSubject subject;
    subject.open = [&model](const SessionOptions& options) { return openSession(model, options); };
    subject.session.providerDevice = providerFor(kind).device;
    if (!subject.session.providerDevice.empty())
        subject.session.providerOptions = kind.providerOptions;
    return subject;
}

} // namespace

UsbDevice::UsbDevice(UdevDevice place, UsbKind kind) : m_place(std::move(place)), m_kind(std::move(kind)) {}

std::string UsbDevice::idOf(const UdevDevice& place) {
    return "usb:" + place.usbId + ":" + (place.serial.empty() ? place.port : place.serial);
}

void UsbDevice::unplug() {
    m_gone.request_stop();
}

Diagnostic UsbDevice::unplugged() const {
    return errorDiagnostic("device.unplugged", m_kind.name + " was unplugged",
                           "Plug it in and run again; nothing else was lost.");
}

DeviceInfo UsbDevice::info() const {
    DeviceInfo info;
    info.id = idOf(m_place);
    info.name = m_kind.name;
    info.kind = "usb";
    auto& facts = info.capabilities;
    facts["usb_id"] = m_place.usbId;
    facts["port"] = m_place.port;
    facts["silicon"] = m_kind.silicon;
    facts["precisions"] = m_kind.precisions;
    if (!m_kind.notPrecisions.empty())
        facts["cannot_compute"] = m_kind.notPrecisions;
    if (!m_kind.estimate.empty())
        facts["estimate"] = "estimate:" + m_kind.estimate;
    const auto library = findLibrary(m_kind.libraries);
    facts["runtime"] = library.empty() ? m_kind.runtime + ": not found" : m_kind.runtime + ": " + library.string();
    facts["provider"] = m_kind.provider;
    if (m_gone.stop_requested()) {
        info.state = DeviceState::Offline;
        info.stateReason = "unplugged";
    } else if (!providerFor(m_kind).there) {
        info.state = DeviceState::NeedsRuntime;
        info.stateReason =
            (library.empty() ? m_kind.runtime + " was not found. "
                             : m_kind.runtime + " is there, but no " + m_kind.provider + " is loaded. ") +
            m_kind.how;
    } else if (m_busy) {
        info.state = DeviceState::Busy;
    }
    return info;
}

Result<Profile> UsbDevice::profile(const Model& model, const ProfileOptions& options, const Work& work) {
    if (m_gone.stop_requested())
        return unplugged();
    if (auto status = needsRuntime(info()); !status)
        return status;
    const std::lock_guard lock(m_running);
    m_busy = true;
    const EitherStops either(work.stop, m_gone.get_token());
    auto measured = profileInRuntime(subjectOf(model, m_kind), options, {either.token(), work.progress});
    m_busy = false;
    // What a driver says when its stick is gone helps nobody.
    if (!measured && m_gone.stop_requested() && !work.stopRequested())
        return unplugged();
    if (!measured)
        return measured.status();
    return profileOf(std::move(*measured), *model.graph, idOf(m_place));
}

Result<std::unique_ptr<PreparedModel>> UsbDevice::prepare(const Model& model, const ProfileOptions& options,
                                                          const Work& work) {
    if (m_gone.stop_requested())
        return unplugged();
    if (auto status = needsRuntime(info()); !status)
        return status;
    const std::lock_guard lock(m_running);
    const EitherStops either(work.stop, m_gone.get_token());
    auto inner = prepareInRuntime(subjectOf(model, m_kind), options, {either.token(), work.progress});
    if (!inner)
        return m_gone.stop_requested() ? Result<std::unique_ptr<PreparedModel>>(unplugged()) : std::move(inner);
    return std::unique_ptr<PreparedModel>(
        std::make_unique<UsbPrepared>(std::move(*inner), m_gone.get_token(), unplugged()));
}

Result<std::unique_ptr<InferenceSession>> UsbDevice::openModel(const Model& model, int threads, const Work&) {
    if (m_gone.stop_requested())
        return unplugged();
    if (auto status = needsRuntime(info()); !status)
        return status;
    auto settings = subjectOf(model, m_kind).session;
    settings.threads = threads > 0 ? threads : hostCores();
    auto inner = openSession(model, settings);
    if (!inner)
        return m_gone.stop_requested() ? Result<std::unique_ptr<InferenceSession>>(unplugged()) : std::move(inner);
    return std::unique_ptr<InferenceSession>(
        std::make_unique<UsbModel>(std::move(*inner), m_gone.get_token(), unplugged()));
}

bool UsbCandidate::mayBe(const UdevDevice& place) {
    return (place.subsystem == "tty" && !place.node.empty()) || place.subsystem == "net";
}

DeviceInfo UsbCandidate::info() const {
    DeviceInfo info;
    const bool serial = m_place.subsystem == "tty";
    info.id = serial ? "serial://" + m_place.node + "@921600" : "network:" + m_place.node;
    const auto product = m_place.product.empty() ? m_place.usbId : m_place.product;
    info.name = product + (serial ? ", serial line " : ", network ") + m_place.node;
    info.kind = "candidate";
    info.state = DeviceState::Offline;
    info.stateReason = serial ? "may be a board; no agent has answered on this line yet"
                              : "may be a board; give its address on this network to reach an agent";
    info.capabilities = {
        {"usb_id", m_place.usbId}, {"port", m_place.port}, {"maker", m_place.maker}, {"driver", m_place.driver}};
    return info;
}

Result<Profile> UsbCandidate::profile(const Model&, const ProfileOptions&, const Work&) {
    return errorDiagnostic("device.no_agent", info().name + ": " + info().stateReason, "Start lapidary-agent there.");
}

} // namespace lapidary
