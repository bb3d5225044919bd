// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"

namespace lapidary {

/// Where the sample network, its dataset files and recipes are: LAPIDARY_RESOURCES, or beside the executable.
std::filesystem::path sampleFolder();
/// Opens the sample project in `folder`, making it if it is not there: the network imported, datasets set.
Result<std::unique_ptr<ProjectSession>> openSampleProject(const Engine& engine, const std::filesystem::path& folder,
                                                          const Work& work = {});
/// Recipes that come with the sample, sorted by file name. Fails with "recipe.*" naming the file.
Result<std::vector<Recipe>> sampleRecipes();

} // namespace lapidary
