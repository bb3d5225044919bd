// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "runtime/session.h"

namespace lapidary {

/// Inputs to time a model with: uniform numbers in [0, 1), the same each time, of the declared shapes; a free first
/// axis takes `batch`, other free axes 1. Timing of dense kernels does not depend on the values, but zeros can trigger
/// denormal or early-out paths. Integers are 0, so that indices stay inside. Fails with "device.input" for types that
/// cannot be made up, "device.batch" where no input has a first axis of that size.
Result<std::vector<TensorPtr>> syntheticInputs(const std::vector<PortInfo>& ports, int batch);

} // namespace lapidary
