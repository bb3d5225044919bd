// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"

#include <string>
#include <vector>

namespace lapidary {

/// Names of the values that what stands before `position` in the graph's order hands on to what stands there or behind,
/// by value id: recorded by a stream, they let the next one begin there. O(values + uses).
std::vector<std::string> crossingValues(const Graph& graph, std::size_t position);

} // namespace lapidary
