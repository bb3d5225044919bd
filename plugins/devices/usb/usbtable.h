// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace lapidary {

/// What is known about one kind of stick. Data: resources/devices/usb.json.
struct UsbKind {
    std::vector<std::string> ids; ///< "03e7:2485", lower case
    std::string name, silicon;
    std::string precisions, notPrecisions;
    std::string estimate; ///< id of the silicon profile
    std::string provider; ///< the execution provider that can run it
    std::map<std::string, std::string> providerOptions;
    std::string runtime;                ///< its maker's software
    std::vector<std::string> libraries; ///< any of which shows that the runtime is there
    std::string how;                    ///< how to get it
};

/// Fails with "usb.table" naming file and entry.
Result<std::vector<UsbKind>> readUsbTable(const std::filesystem::path& file);
/// Null if no entry has this "vendor:product".
const UsbKind* findUsbKind(const std::vector<UsbKind>& table, const std::string& id);

} // namespace lapidary
