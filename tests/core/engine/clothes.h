// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"
#include "tests/support/testsupport.h"

namespace lapidary::test {

inline const std::filesystem::path sampleFiles = std::filesystem::path(LAPIDARY_SOURCE_DIR) / "resources/sample";

/// 200 pictures of noise with made-up labels, in the form of the sample's data; returns the dataset file.
std::filesystem::path writeClothes(const std::filesystem::path& folder, std::uint64_t seed = 1);

/// "01-simplify.json" …
Recipe clothesRecipe(const std::string& name);

} // namespace lapidary::test
