// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace lapidary {

/// Small file operations of the agent's cache. Symbolic links are never followed at the last step.

/// Makes the folder and its parents; new ones are for this user only. Fails with "agent.cache".
Status makePrivateFolder(const std::filesystem::path& folder);
/// Writes beside the file and renames, so that it is whole or not there. Fails with "agent.cache".
Status replaceFile(const std::filesystem::path& file, std::string_view bytes);
/// `length` bytes from `offset`; nothing if the file is missing or shorter.
std::optional<std::string> readPart(const std::filesystem::path& file, std::uint64_t offset, std::size_t length);
/// 0 if it is not there or no plain file.
std::uint64_t plainFileSize(const std::filesystem::path& file);
Diagnostic cacheProblem(const std::filesystem::path& file, const std::string& what, int error = 0);

} // namespace lapidary
