// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"

namespace lapidary {

/// What is wrong with a model that could be read: undefined or doubly defined names, missing weight data, weights whose
/// bytes do not fit their shape, nodes without operator, unknown domains, duplicate node names (warning), outputs nobody
/// makes, subgraph captures that resolve to nothing. Errors first. Never fails, never throws.
Diagnostics verify(const Model& model);

} // namespace lapidary
