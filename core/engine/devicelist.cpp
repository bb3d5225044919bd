// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine.h"
#include "engine/saveddevices.h"

#include <algorithm>
#include <mutex>

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

int rank(const DeviceInfo& info) { return info.kind == "host" ? 0 : info.kind == "estimate" ? 2 : 1; }

/// Sorted by id behind the host and before estimates. Each is asked for its facts once, since that reads files.
Devices hostFirst(const Devices& devices) {
    std::vector<std::pair<std::pair<int, std::string>, std::shared_ptr<Device>>> keyed;
    for (const auto& device : devices) {
        const auto info = device->info();
        keyed.push_back({{rank(info), info.id}, device});
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
        // The agent that may be at a candidate's address is opened below.
        if (info.id == id && info.kind != "candidate")
            return candidate;
        known += (known.empty() ? "" : ", ") + info.id;
    }
    auto opened = openAddress(m_plugins, id, {});
    if (!opened || *opened)
        return opened;
    return errorDiagnostic("device.unknown", "There is no device '" + id + "'",
                           known.empty() ? "No device plugin is loaded." : "Devices: " + known + ".");
}

std::unique_ptr<DeviceWatch> Engine::watchDevices(DeviceListener listener) const {
    class Watches final : public DeviceWatch {
    public:
        std::vector<std::unique_ptr<DeviceWatch>> watches;
    };
    // Backends have threads of their own; the listener is to be called by one at a time.
    const auto guarded = [listener = std::move(listener), mutex = std::make_shared<std::mutex>()](const DeviceEvent& event) {
        const std::lock_guard lock(*mutex);
        listener(event);
    };
    auto all = std::make_unique<Watches>();
    for (const auto& backend : m_plugins.deviceBackends())
        if (auto watch = backend->watch(guarded))
            all->watches.push_back(std::move(watch));
    return all;
}

Status Engine::refreshDevice(const std::string& address, const std::string& pairingKey, const Work& work) const {
    const auto opened = openAddress(m_plugins, address, pairingKey);
    if (!opened)
        return opened.status();
    const auto known = *opened ? opened : device(address);
    return known ? (*known)->refresh(work) : known.status();
}

} // namespace lapidary
