// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "int8plan.h"

namespace lapidary {

/// The model that a plan is made for.
struct PreparedModel {
    ModelPtr model;
    Diagnostics notes;
};

/// Raises the opset as far as 8 bits need it, drops what nothing uses, and, where biases are to be corrected, gives
/// every layer that will be quantized and can have a bias one of zeros. Node and value ids stay. Fails as
/// raiseOpset() and planInt8().
Result<PreparedModel> prepareModel(const PassInput& input, const Int8Options& options);

/// Cross-layer equalization of what is in scope and not kept in float; a note says what was scaled and what was not.
Status equalizePrepared(PreparedModel& prepared, const PassInput& input, const Int8Options& options);

} // namespace lapidary
