// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/backend.h"

namespace lapidary {

Device::~Device() = default;
DeviceBackend::~DeviceBackend() = default;

Status Device::refresh(const Work&) { return {}; }

Result<std::shared_ptr<Device>> DeviceBackend::open(const std::string&, const std::string&) {
    return std::shared_ptr<Device>();
}

} // namespace lapidary
