// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace lapidary {

/// A device the user added by its address.
struct SavedDevice {
    std::string address;    ///< "ssh://user@host"
    std::string pairingKey; ///< for tcp
};

/// LAPIDARY_CONFIG, or the user's settings folder; devices.json is there, readable by the user only (it holds pairing
/// keys).
std::filesystem::path settingsFolder();
/// Sorted by address; none if there is no file. Fails with "devices.format", "file.open".
Result<std::vector<SavedDevice>> savedDevices();
/// Adds it, or replaces the one of the same address. Fails with "file.write" and as savedDevices() does.
Status saveDevice(const SavedDevice& device);
/// Fails with "device.unknown" if there is no such address.
Status forgetDevice(const std::string& address);

} // namespace lapidary
