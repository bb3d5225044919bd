// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/engine.h"

namespace lapidary {

struct DeviceContact {
    DeviceInfo info; ///< after the attempt, so its state says how that went
    Status outcome;
};

/// Contacts whoever is at an address ("ssh://user@host", "serial:///dev/ttyACM0@921600", …), also where a candidate was
/// found at it, or the device of this id. Takes seconds if nobody answers; run it in a job. Fails with
/// "device.address", "device.unknown", "base.cancelled"; an answer that does not come is an outcome and no failure.
Result<DeviceContact> contactDevice(const Engine& engine, const std::string& address, const std::string& pairingKey,
                                    const Work& work);

} // namespace lapidary
