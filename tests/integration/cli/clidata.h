// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>

namespace lapidary::test {

/// Noise in the form of the sample's data: images.idx, labels.idx and data.json in `folder`.
void writeDataset(const std::filesystem::path& folder, std::uint32_t samples, int side = 28);

} // namespace lapidary::test
