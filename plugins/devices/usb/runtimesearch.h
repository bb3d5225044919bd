// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace lapidary {

/// Where one of the libraries lies that `names` lists: LD_LIBRARY_PATH, then the system's and the vendors' usual
/// folders. Nothing is loaded. Empty if there is none.
std::filesystem::path findLibrary(const std::vector<std::string>& names);

} // namespace lapidary
