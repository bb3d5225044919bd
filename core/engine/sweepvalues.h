// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/sweep.h"

namespace lapidary {

/// "prune 30 %", "quantize format qdq, per_channel on".
std::string sweepPointName(const PassInfo& pass, const std::vector<std::pair<const ParamSpec*, Json>>& values);

} // namespace lapidary
