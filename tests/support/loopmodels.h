// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"

namespace lapidary::test {

/// Three rounds of a residual convolution in a Loop named "refine", between a stem and a head. The weights belong to
/// the graph outside; the body ends each round with an If ("settled") that goes on with the result or its half.
ModelPtr loopModel();

/// A recurrent cell of six nodes in a Scan named "steps": state {8}, input {5, 4}, all weights from outside.
ModelPtr scanModel();

} // namespace lapidary::test
