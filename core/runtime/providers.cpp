// SPDX-License-Identifier: GPL-3.0-or-later
#include "runtime/providers.h"

#include "runtime/providers_p.h"

#include <algorithm>
#include <filesystem>
#include <mutex>

namespace lapidary {

namespace {

struct Registered {
    ProviderDevice facts;
    Ort::ConstEpDevice device;
};

struct Registry {
    std::mutex mutex;
    std::vector<std::string> libraries; ///< canonical paths
    std::vector<Registered> devices;
};

Registry& registry() {
    static Registry instance;
    return instance;
}

std::string hardwareName(OrtHardwareDeviceType type) {
    switch (type) {
    case OrtHardwareDeviceType_GPU:
        return "gpu";
    case OrtHardwareDeviceType_NPU:
        return "npu";
    default:
        return "cpu";
    }
}

std::string textOf(const char* text) {
    return text ? text : "";
}

ProviderDevice factsOf(const Ort::ConstEpDevice& device, const std::string& library) {
    ProviderDevice facts;
    facts.provider = textOf(device.EpName());
    facts.vendor = textOf(device.EpVendor());
    facts.library = library;
    const auto hardware = device.Device();
    facts.hardware = hardwareName(hardware.Type());
    facts.hardwareVendor = textOf(hardware.Vendor());
    facts.vendorId = hardware.VendorId();
    facts.deviceId = hardware.DeviceId();
    for (const auto& [key, value] : device.EpMetadata().GetKeyValuePairs())
        facts.facts["provider." + key] = value;
    for (const auto& [key, value] : hardware.Metadata().GetKeyValuePairs())
        facts.facts["hardware." + key] = value;
    for (const auto& [key, value] : device.EpOptions().GetKeyValuePairs())
        facts.options[key] = value;
    return facts;
}

/// With the registry locked. Throws.
void registerLocked(Registry& known, const std::string& library) {
    auto& environment = ortEnvironment();
    std::vector<const OrtEpDevice*> before;
    for (const auto& device : environment.GetEpDevices())
        before.push_back(device);
    const auto name = std::filesystem::path(library).stem().string() + "#" + std::to_string(known.libraries.size());
    environment.RegisterExecutionProviderLibrary(name.c_str(), library);
    known.libraries.push_back(library);
    for (const auto& device : environment.GetEpDevices()) {
        if (std::find(before.begin(), before.end(), static_cast<const OrtEpDevice*>(device)) != before.end())
            continue;
        auto facts = factsOf(device, library);
        const auto prefix = facts.provider + ":" + facts.hardware + ":";
        const auto equals = std::count_if(known.devices.begin(), known.devices.end(),
                                          [&](const Registered& other) { return other.facts.id.starts_with(prefix); });
        facts.id = prefix + std::to_string(equals);
        known.devices.push_back({std::move(facts), device});
    }
}

std::string canonicalPath(const std::string& path) {
    std::error_code problem;
    const auto canonical = std::filesystem::canonical(path, problem);
    return problem ? std::string() : canonical.string();
}

void ensureRegistered(Registry& known, const std::string& library) {
    if (std::find(known.libraries.begin(), known.libraries.end(), library) == known.libraries.end())
        registerLocked(known, library);
}

} // namespace

Result<std::vector<ProviderDevice>> registerProviderLibrary(const std::string& path) {
    const auto library = canonicalPath(path);
    if (library.empty())
        return errorDiagnostic("runtime.provider_missing", "There is no provider library at this place",
                               "Give the path of the library itself, as libonnxruntime_providers_….so.")
            .inFile(path);
    auto& known = registry();
    const std::lock_guard lock(known.mutex);
    try {
        ensureRegistered(known, library);
    } catch (const std::exception& problem) {
        return errorDiagnostic("runtime.provider",
                               std::string("The provider library cannot be used: ") + problem.what(),
                               "It must be a plug-in execution provider for ONNX Runtime " + runtimeVersion() +
                                   " or a little older, with all libraries it needs.")
            .inFile(path);
    }
    std::vector<ProviderDevice> devices;
    for (const auto& device : known.devices)
        if (device.facts.library == library)
            devices.push_back(device.facts);
    return devices;
}

std::vector<ProviderDevice> providerDevices() {
    auto& known = registry();
    const std::lock_guard lock(known.mutex);
    std::vector<ProviderDevice> devices;
    for (const auto& device : known.devices)
        devices.push_back(device.facts);
    return devices;
}

void appendProviders(Ort::SessionOptions& settings, const SessionOptions& options) {
    auto& known = registry();
    const std::lock_guard lock(known.mutex);
    const auto library = options.providerLibrary.empty() ? std::string() : canonicalPath(options.providerLibrary);
    if (library.empty() && !options.providerLibrary.empty())
        throw std::runtime_error("there is no provider library at " + options.providerLibrary);
    if (!library.empty())
        ensureRegistered(known, library);
    std::vector<Ort::ConstEpDevice> devices;
    Ort::KeyValuePairs settingsOfProvider;
    for (const auto& device : known.devices) {
        const bool wanted = options.providerDevice.empty() ? device.facts.library == library
                                                           : device.facts.id == options.providerDevice;
        if (!wanted)
            continue;
        devices.push_back(device.device);
        for (const auto& [key, value] : device.facts.options)
            settingsOfProvider.Add(key.c_str(), value.c_str());
    }
    if (devices.empty())
        throw std::runtime_error("the provider library has no device" + (options.providerDevice.empty()
                                                                             ? std::string()
                                                                             : " '" + options.providerDevice + "'"));
    for (const auto& [key, value] : options.providerOptions)
        settingsOfProvider.Add(key.c_str(), value.c_str());
    settings.AppendExecutionProvider_V2(ortEnvironment(), devices, settingsOfProvider);
}

} // namespace lapidary
