// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/graph.h"

#include <set>
#include <string>
#include <vector>

namespace lapidary {

/// The nodes of `graph` (not of its subgraphs) that a recipe step's patterns choose: globs over display names, or over
/// operator types after the prefix "op:". Empty patterns choose nothing, which a step takes as everything. Fails with
/// "recipe.no_match" when a pattern matches no node.
Result<std::set<NodeId>> resolveScope(const Graph& graph, const std::vector<std::string>& patterns);

} // namespace lapidary
