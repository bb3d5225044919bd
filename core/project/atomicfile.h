// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <filesystem>
#include <string_view>

namespace lapidary {

/// Writes to a temporary file beside `path`, syncs it and renames it over `path`; folders are made as needed. Whatever
/// happens, a power cut included, `path` holds the old bytes or the new ones. Fails with "file.full" (no space, quota
/// or largest size of a file) or "file.write".
Status writeFileAtomically(const std::filesystem::path& path, std::string_view bytes);

} // namespace lapidary
