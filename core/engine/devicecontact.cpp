// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/devicecontact.h"

namespace lapidary {

namespace {

Result<std::shared_ptr<Device>> deviceAt(const Engine& engine, const std::string& address, const std::string& secret) {
    for (const auto& backend : engine.plugins().deviceBackends()) {
        auto device = backend->open(address, secret);
        if (!device || *device)
            return device;
    }
    return engine.device(address);
}

} // namespace

Result<DeviceContact> contactDevice(const Engine& engine, const std::string& address, const std::string& pairingKey,
                                    const Work& work) {
    const auto device = deviceAt(engine, address, pairingKey);
    if (!device)
        return device.status();
    auto outcome = (*device)->refresh(work);
    if (!outcome && isCancelled(outcome.error()))
        return outcome;
    return DeviceContact{(*device)->info(), std::move(outcome)};
}

} // namespace lapidary
