// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>

namespace lapidary::test {

/// Writes the sample network with one layer that 8 bits ruin as long as its weight has one scale: a weight of thousands
/// times the others meets a channel that is always 0. Returns the file.
std::filesystem::path writeWeakModel(const std::filesystem::path& folder);

} // namespace lapidary::test
