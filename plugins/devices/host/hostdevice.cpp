// SPDX-License-Identifier: GPL-3.0-or-later
#include "hostdevice.h"

#include "device/hostenvironment.h"
#include "device/nodetimes.h"
#include "eval/evaluator.h"

namespace lapidary {

namespace {

std::mutex measuring;

DeviceInfo hostInfo() {
    DeviceInfo info;
    info.id = "host";
    info.name = "This computer";
    info.kind = "host";
    info.capabilities = hostEnvironment();
    std::string providers;
    for (const auto& provider : availableProviders())
        providers += (providers.empty() ? "" : ", ") + provider;
    info.capabilities["providers"] = providers;
    const auto& features = info.capabilities["cpu_features"];
    const bool dotProducts =
        features.find("vnni") != std::string::npos || features.find("asimddp") != std::string::npos;
    info.capabilities["precisions"] = dotProducts ? "float32, int8 (dot-product instructions)" : "float32, int8";
    return info;
}

DeviceInfo providerInfo(const ProviderDevice& provider) {
    DeviceInfo info;
    info.id = "provider:" + provider.id;
    info.kind = "provider";
    const auto vendor = provider.hardwareVendor.empty() ? provider.vendor : provider.hardwareVendor;
    info.name = (vendor.empty() ? "" : vendor + " ") + provider.hardware + " through " + provider.provider;
    info.capabilities = provider.facts;
    info.capabilities["providers"] = provider.provider;
    info.capabilities["library"] = provider.library;
    info.capabilities["hardware"] = provider.hardware;
    for (const auto& [key, value] : provider.options)
        info.capabilities["option." + key] = value;
    return info;
}

} // namespace

DeviceInfo HostDevice::info() const {
    auto info = m_provider ? providerInfo(*m_provider) : hostInfo();
    info.capabilities["runtime"] = "ONNX Runtime " + runtimeVersion();
    return info;
}

RuntimeSubject HostDevice::subjectOf(const Model& model) const {
    RuntimeSubject subject;
    subject.open = [&model](const SessionOptions& options) { return openSession(model, options); };
    if (m_provider)
        subject.session.providerDevice = m_provider->id;
    return subject;
}

Result<Profile> HostDevice::profile(const Model& model, const ProfileOptions& options, const Work& work) {
    const std::lock_guard lock(measuring);
    auto measured = profileInRuntime(subjectOf(model), options, work);
    if (!measured)
        return measured.status();
    return profileOf(std::move(*measured), *model.graph, m_provider ? "provider:" + m_provider->id : "host");
}

Result<std::unique_ptr<PreparedModel>> HostDevice::prepare(const Model& model, const ProfileOptions& options,
                                                           const Work& work) {
    const std::lock_guard lock(measuring);
    return prepareInRuntime(subjectOf(model), options, work);
}

Result<std::unique_ptr<InferenceSession>> HostDevice::openModel(const Model& model, int threads, const Work&) {
    auto settings = subjectOf(model).session;
    settings.threads = threads > 0 ? threads : hostCores();
    return openSession(model, settings);
}

} // namespace lapidary
