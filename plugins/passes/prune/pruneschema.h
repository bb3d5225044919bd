// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "allocate.h"
#include "pass/pass.h"
#include "repair.h"

namespace lapidary {

/// The parameters of prune.channels, and what they mean. Inputs must be complete.
ParamSchema pruneSchema();
Importance importanceOf(const std::string& key);
/// Fails with "recipe.no_match" for protected layers that are not there.
Result<ChannelSelectionOptions> selectionOptions(const PassInput& input);
TargetOptions targetOptions(const PassInput& input);
Distribution distributionOf(const PassInput& input);
RepairOptions repairOptions(const PassInput& input);

} // namespace lapidary
