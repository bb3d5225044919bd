// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lapidary {

/// A piece of hardware that an execution provider can use, as the provider lists it.
struct ProviderDevice {
    std::string id;       ///< "OpenVINOExecutionProvider:npu:0": provider, kind of hardware, number among its equals
    std::string provider; ///< the execution provider's name
    std::string vendor;   ///< who made the provider
    std::string library;  ///< the plug-in it came from
    std::string hardware; ///< "cpu", "gpu", "npu"
    std::string hardwareVendor;
    std::uint32_t vendorId = 0, deviceId = 0;
    std::map<std::string, std::string> facts;   ///< what provider and hardware say about themselves
    std::map<std::string, std::string> options; ///< that the provider wants for this device
};

/// Loads a plug-in execution provider (ONNX Runtime 1.22 and newer) for the whole process and lists its devices. A
/// library that is already there is not loaded again. Any thread. Fails with "runtime.provider_missing" (no such file)
/// or "runtime.provider" (the runtime's reason). The library is code: only load what the user named.
Result<std::vector<ProviderDevice>> registerProviderLibrary(const std::string& path);
/// The devices of all libraries registered so far, in the order of registration.
std::vector<ProviderDevice> providerDevices();

} // namespace lapidary
