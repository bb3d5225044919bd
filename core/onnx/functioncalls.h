// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"

namespace lapidary {

/// True if following calls of the model's local functions ends, and soon: no recursion, no deep chain, no explosion. A
/// hostile file may have all three, and ONNX's inference follows every call.
bool functionsAreTame(const Model& model);

} // namespace lapidary
