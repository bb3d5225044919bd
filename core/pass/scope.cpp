// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/scope.h"

#include "pass/nearest.h"
#include "pass/recipe.h"

namespace lapidary {

namespace {

Diagnostic noMatch(const Graph& graph, const std::string& pattern, bool byOperator) {
    std::set<std::string> names;
    for (const auto& node : graph.nodes())
        names.insert(byOperator ? node->opType : displayName(*node));
    const std::string wanted = byOperator ? pattern.substr(3) : pattern;
    const auto near = nearestName(wanted, {names.begin(), names.end()});
    return errorDiagnostic("recipe.no_match", "No node matches the pattern '" + pattern + "'",
                           near.empty() ? "Patterns are node names with * and ?, or op: and an operator type"
                                        : "Did you mean '" + (byOperator ? "op:" + near : near) + "'?");
}

} // namespace

Result<std::set<NodeId>> resolveScope(const Graph& graph, const std::vector<std::string>& patterns) {
    std::set<NodeId> scope;
    for (const auto& pattern : patterns) {
        const bool byOperator = pattern.starts_with("op:");
        const std::string_view glob = std::string_view(pattern).substr(byOperator ? 3 : 0);
        bool matched = false;
        for (const auto& node : graph.nodes())
            if (globMatch(glob, byOperator ? node->opType : displayName(*node))) {
                scope.insert(node->id);
                matched = true;
            }
        if (!matched)
            return noMatch(graph, pattern, byOperator);
    }
    return scope;
}

} // namespace lapidary
