// SPDX-License-Identifier: GPL-3.0-or-later
#include "device/devicedata.h"

#include <cstdlib>

namespace lapidary {

std::filesystem::path deviceDataFolder() {
    if (const char* given = std::getenv("LAPIDARY_RESOURCES"); given && *given)
        return std::filesystem::path(given) / "devices";
    std::error_code problem;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", problem);
    return program.parent_path().parent_path() / "share/lapidary/devices";
}

} // namespace lapidary
