// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/backend.h"

namespace lapidary {

Device::~Device() = default;
DeviceBackend::~DeviceBackend() = default;

} // namespace lapidary
