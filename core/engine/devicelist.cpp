// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine.h"
#include "engine/saveddevices.h"

#include <algorithm>

namespace lapidary {

namespace {

/// The device at this address, from the backend of its kind; null: no backend knows such addresses.
Result<std::shared_ptr<Device>> openAddress(const PluginManager& plugins, const std::string& address,
                                            const std::string& secret) {
    for (const auto& backend : plugins.deviceBackends()) {
        auto device = backend->open(address, secret);
        if (!device || *device)
            return device;
    }
    return std::shared_ptr<Device>();
}

using Devices = std::vector<std::shared_ptr<Device>>;

/// Sorted by id behind the host. Each is asked for its facts once, since that reads files.
Devices hostFirst(const Devices& devices) {
    std::vector<std::pair<std::pair<bool, std::string>, std::shared_ptr<Device>>> keyed;
    for (const auto& device : devices) {
        const auto info = device->info();
        keyed.push_back({{info.kind != "host", info.id}, device});
    }
    std::ranges::stable_sort(keyed, {}, [](const auto& entry) { return entry.first; });
    Devices sorted;
    for (auto& [key, device] : keyed)
        sorted.push_back(std::move(device));
    return sorted;
}

} // namespace

std::vector<std::shared_ptr<Device>> Engine::devices() const {
    std::vector<std::shared_ptr<Device>> found;
    for (const auto& backend : m_plugins.deviceBackends())
        for (auto& device : backend->discover())
            found.push_back(std::move(device));
    if (const auto saved = savedDevices())
        for (const auto& entry : *saved)
            if (auto device = openAddress(m_plugins, entry.address, entry.pairingKey);
                device && *device && std::find(found.begin(), found.end(), *device) == found.end())
                found.push_back(std::move(*device));
    return hostFirst(found);
}

Result<std::shared_ptr<Device>> Engine::device(const std::string& id) const {
    std::string known;
    for (const auto& candidate : devices()) {
        const auto info = candidate->info();
        if (info.id == id)
            return candidate;
        known += (known.empty() ? "" : ", ") + info.id;
    }
    auto opened = openAddress(m_plugins, id, {});
    if (!opened || *opened)
        return opened;
    return errorDiagnostic("device.unknown", "There is no device '" + id + "'",
                           known.empty() ? "No device plugin is loaded." : "Devices: " + known + ".");
}

Status Engine::refreshDevice(const std::string& address, const std::string& pairingKey, const Work& work) const {
    const auto opened = openAddress(m_plugins, address, pairingKey);
    if (!opened)
        return opened.status();
    const auto known = *opened ? opened : device(address);
    return known ? (*known)->refresh(work) : known.status();
}

} // namespace lapidary
