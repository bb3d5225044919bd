// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/backend.h"

namespace lapidary {

PreparedModel::~PreparedModel() = default;
Device::~Device() = default;
DeviceWatch::~DeviceWatch() = default;
DeviceBackend::~DeviceBackend() = default;

Status Device::refresh(const Work&) { return {}; }

Result<std::shared_ptr<Device>> DeviceBackend::open(const std::string&, const std::string&) {
    return std::shared_ptr<Device>();
}

Result<std::unique_ptr<PreparedModel>> Device::prepare(const Model&, const ProfileOptions&, const Work&) {
    return errorDiagnostic("device.no_single_runs", "'" + info().name + "' gives whole profiles only",
                           "Compare and run for long on a device that is here: the host, a stick or a board.");
}

Result<std::unique_ptr<InferenceSession>> Device::openModel(const Model&, int, const Work&) {
    return errorDiagnostic("device.no_runs", "'" + info().name + "' runs no models with inputs of one's own",
                           "Measure accuracy on this computer, on a stick that has its runtime, or on a board.");
}

std::unique_ptr<DeviceWatch> DeviceBackend::watch(DeviceListener) { return nullptr; }

std::string_view deviceStateName(DeviceState state) {
    switch (state) {
    case DeviceState::Ready:
        return "ready";
    case DeviceState::NeedsRuntime:
        return "needs a runtime";
    case DeviceState::Busy:
        return "busy";
    case DeviceState::Offline:
        return "offline";
    case DeviceState::Error:
        break;
    }
    return "error";
}

std::string_view deviceEventName(DeviceEvent::Kind kind) {
    switch (kind) {
    case DeviceEvent::Kind::Added:
        return "added";
    case DeviceEvent::Kind::Removed:
        return "removed";
    case DeviceEvent::Kind::Changed:
        break;
    }
    return "changed";
}

Json DeviceInfo::toJson() const {
    Json json;
    json.set("id", id);
    json.set("name", name);
    json.set("kind", kind);
    json.set("state", deviceStateName(state));
    if (!stateReason.empty())
        json.set("reason", stateReason);
    Json::Object facts;
    for (const auto& [key, value] : capabilities)
        facts.emplace(key, value);
    json.set("capabilities", std::move(facts));
    return json;
}

} // namespace lapidary
