// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"

namespace lapidary::test {

inline constexpr int encoderLayerNodes = 34;

/// A transformer encoder of equal layers that all add one attention mask: attention with its residual, then two dense
/// layers with theirs. `named`: nodes are called "/encoder/layer.3/attention/query/MatMul" and the like; otherwise only
/// by operator and number.
ModelPtr encoderModel(int layers, bool named);

} // namespace lapidary::test
