// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"
#include "graph/shapetable.h"

namespace lapidary {

/// Shapes as ONNX Runtime finds them: every value is made an output and its declared type read back. `known` is kept where
/// the runtime knows no more. Fails if the runtime cannot load the model.
Result<ShapeTable> inferRuntimeShapes(const Model& model, const ShapeTable& known);

} // namespace lapidary
