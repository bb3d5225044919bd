// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"
#include "graph/query/query.h"
#include "graph/shapetable.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lapidary {

/// The nodes of `model`'s graph (not of its subgraphs) that a recipe step's patterns choose, all together. A pattern is
/// - a glob over display names, "/layer1/*";
/// - a glob over operator types after the prefix "op:", "op:Conv*"; letter case counts in both;
/// - or a node query that names a field, "name:/layer3/ channels>256" (see Query). What matches as a glob stays one.
/// Empty patterns choose nothing, which a step takes as everything. Fails with "recipe.no_match" when a pattern matches
/// no node, and with "query.*" when it begins as a query and is none.
Result<std::set<NodeId>> resolveScope(const Model& model, const ShapeTable& shapes,
                                      const std::vector<std::string>& patterns);

/// The query a scope pattern would be read as where it matches no name; nothing if it can only be a glob.
std::optional<Result<Query>> scopeQuery(const std::string& pattern);

/// A pattern that is read as this query and as nothing else.
std::string scopePattern(const Query& query);

/// Whether everything the query asks is known when a recipe runs: not the times of a profile, not what is selected.
bool scopeKnows(const Query& query);

} // namespace lapidary
