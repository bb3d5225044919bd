// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "context.h"

namespace lapidary::cli {

struct ProfileRequest {
    std::string model, device = "host", against;
    double sustain = 0;
    std::vector<std::string> matrix, providerOptions;
    std::vector<int> cores;
    ProfileOptions settings;
    double width = 2; ///< of the interval, percent
};

/// A against B in turns. Gives the exit code.
int runAgainst(const ProfileRequest& request, Context& context, Device& device, const Model& model);
/// Throughput over time.
int runSustained(const ProfileRequest& request, Context& context, Device& device, const Model& model);
/// Threads × batch.
int runMatrix(const ProfileRequest& request, Context& context, Device& device, const Model& model);

/// "threads=1,2" and "batch=1,4" into numbers; fails with "device.matrix".
Result<std::pair<std::vector<int>, std::vector<int>>> parseMatrix(const std::vector<std::string>& words,
                                                                  const ProfileOptions& defaults);

} // namespace lapidary::cli
