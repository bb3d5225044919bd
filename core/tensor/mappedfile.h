// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "tensor/blob.h"

#include <filesystem>

namespace lapidary {

/// Maps a regular file read-only. The mapping lives as long as a Blob made from it. Fails with "file.open",
/// "file.not_regular" or "file.map". An empty file gives an empty blob.
Result<Blob> mapFile(const std::filesystem::path& path);

} // namespace lapidary
