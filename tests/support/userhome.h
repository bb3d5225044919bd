// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/testsupport.h"

#include <functional>

namespace lapidary::test {

/// Makes `home` the place of settings, projects and caches, so that no test sees or changes anyone's own. Before an
/// Engine or a window is made.
void useHome(const std::filesystem::path& home);
std::filesystem::path resourcesFolder();

/// Writes `count` 28 x 28 images of ten simple figures with their labels as idx files, and a dataset file for the
/// sample network beside them. Returns the dataset file.
std::filesystem::path writeFigures(const std::filesystem::path& folder, int count);

/// Runs the event loop until `condition` holds; false after `seconds`.
bool waitUntil(const std::function<bool()>& condition, int seconds = 30);

} // namespace lapidary::test
