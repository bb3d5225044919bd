// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace lapidary {

/// Where the data files about devices are: `devices` in LAPIDARY_RESOURCES, or in share/lapidary beside the folder of
/// the program.
std::filesystem::path deviceDataFolder();

} // namespace lapidary
