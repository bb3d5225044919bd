// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"

namespace lapidary {

/// Nodes whose name, operator, or an input's or output's name contains `text` (letter case ignored; `op:Conv` matches the
/// operator alone), in graph order.
std::vector<NodeId> findNodes(const Graph& graph, const std::string& text);

} // namespace lapidary
