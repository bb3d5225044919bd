// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/node.h"

namespace lapidary {

/// The tensor a Constant node makes (value, value_float(s), value_int(s)); null for other nodes and other kinds.
TensorPtr constantOfNode(const Node& node);

} // namespace lapidary
