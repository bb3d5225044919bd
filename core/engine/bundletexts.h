// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/bundleformat.h"
#include "graph/model.h"

#include <filesystem>

namespace lapidary {

/// Writes samples/ below `folder`: a program in C++ (with contract.h, made from the description) and one in Python that
/// preprocess as the description says and run the model. Nothing when the description has no preprocessing; no C++ when
/// the input has a type it does not fill. They are free of conditions (0BSD). Fails with "file.write".
Status writeBundleSamples(const BundleDescription& description, const std::filesystem::path& folder);

/// README.md: what is in the bundle, the numbers, how to run it.
std::string bundleReadme(const BundleDescription& description);
/// LICENCES.md: what is known of the model's licence, and those of what comes with it.
std::string bundleLicences(const BundleDescription& description, const Model& model);

} // namespace lapidary
