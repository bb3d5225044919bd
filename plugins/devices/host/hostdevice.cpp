// SPDX-License-Identifier: GPL-3.0-or-later
#include "hostdevice.h"

#include "device/hostenvironment.h"
#include "device/nodetimes.h"
#include "device/runtimeprofiler.h"
#include "eval/evaluator.h"

namespace lapidary {

DeviceInfo HostDevice::info() const {
    const auto facts = hostEnvironment();
    DeviceInfo info;
    info.id = "host";
    info.name = "This computer";
    info.kind = "host";
    info.capabilities = facts;
    info.capabilities["runtime"] = "ONNX Runtime " + runtimeVersion();
    std::string providers;
    for (const auto& provider : availableProviders())
        providers += (providers.empty() ? "" : ", ") + provider;
    info.capabilities["providers"] = providers;
    const bool vnni = info.capabilities["cpu_features"].find("vnni") != std::string::npos ||
                      info.capabilities["cpu_features"].find("asimddp") != std::string::npos;
    info.capabilities["precisions"] = vnni ? "float32, int8 (dot-product instructions)" : "float32, int8";
    return info;
}

Result<Profile> HostDevice::profile(const Model& model, const ProfileOptions& options, const Work& work) {
    const std::lock_guard lock(m_mutex);
    auto measured = profileInRuntime([&model](const SessionOptions& settings) { return openSession(model, settings); },
                                     options, work);
    if (!measured)
        return measured.status();
    auto profile = std::move(measured->profile);
    profile.device = "host";
    if (options.perNode)
        mapKernelTimes(profile, *model.graph, measured->kernels);
    return profile;
}

} // namespace lapidary
