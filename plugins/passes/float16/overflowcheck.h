// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/pass.h"

#include <map>
#include <set>

namespace lapidary {

/// What calibration data shows of values that float16 cannot hold (beyond +-65504).
struct OverflowCheck {
    std::set<ValueId> values;
    std::map<NodeId, std::string> nodes; ///< that make or read one, and why they have to stay in float32
    std::uint64_t samples = 0;
};

/// Looks at every float32 value that a node in scope makes or reads. Fails as calibration does.
Result<OverflowCheck> findOverflows(const PassInput& input, CalibrationProvider& calibration, const Work& work);

} // namespace lapidary
