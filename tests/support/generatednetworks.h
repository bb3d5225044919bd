// SPDX-License-Identifier: GPL-3.0-or-later
// ONNX networks of the usual kinds at any size, always the same, with small weights: for benchmarks.
#pragma once

#include "graph/model.h"

#include <string>
#include <string_view>
#include <vector>

namespace lapidary::test {

/// "residual", "inception", "transformer".
const std::vector<std::string>& generatedKinds();

/// At least so many nodes, and at most one block more. Throws std::logic_error for a kind there is none of.
ModelPtr generateNetwork(std::string_view kind, std::size_t nodes);

} // namespace lapidary::test
