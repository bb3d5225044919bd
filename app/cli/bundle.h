// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "context.h"

#include "engine/bundle.h"

#include <memory>

namespace lapidary::cli {

struct BundleRequest {
    std::string folder;
    BundleOptions options;
};

/// --goldens, --no-samples, --replace.
void addBundleOptions(CLI::App& command, const std::shared_ptr<BundleRequest>& request);
Json bundleJson(const WrittenBundle& bundle);
std::string bundleText(const WrittenBundle& bundle);
/// `project verify`.
void addVerify(CLI::App& group, Context& context, Commands& commands);

} // namespace lapidary::cli
