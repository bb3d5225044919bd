// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/scope.h"

#include "analysis/modelqueryfacts.h"
#include "base/glob.h"
#include "base/nearest.h"
#include "graph/query/querymatcher.h"

#include <algorithm>

namespace lapidary {

namespace {

constexpr std::string_view operatorPrefix = "op:";

/// "op:" and one word: meant operator types before there were queries, and still does.
bool isOperatorGlob(std::string_view pattern) {
    return pattern.starts_with(operatorPrefix) && pattern.find_first_of(" \t\n\r\f\v()\"") == std::string_view::npos;
}

std::vector<NodeId> globMatches(const Graph& graph, const std::string& pattern) {
    const bool byOperator = pattern.starts_with(operatorPrefix);
    const std::string_view glob = std::string_view(pattern).substr(byOperator ? operatorPrefix.size() : 0);
    std::vector<NodeId> found;
    for (const auto& node : graph.nodes())
        if (globMatch(glob, byOperator ? node->opType : displayName(*node)))
            found.push_back(node->id);
    return found;
}

Diagnostic noMatch(const Graph& graph, const std::string& pattern) {
    const bool byOperator = isOperatorGlob(pattern);
    std::set<std::string> names;
    for (const auto& node : graph.nodes())
        names.insert(byOperator ? node->opType : displayName(*node));
    const std::string wanted = byOperator ? pattern.substr(operatorPrefix.size()) : pattern;
    const auto near = nearestName(wanted, {names.begin(), names.end()});
    return errorDiagnostic("recipe.no_match", "No node matches the pattern '" + pattern + "'",
                           near.empty() ? "Patterns are node names with * and ?, op: and an operator type, or a query such "
                                          "as op:Conv channels>256"
                                        : "Did you mean '" + (byOperator ? "op:" + near : near) + "'?");
}

Result<std::vector<NodeId>> queryMatches(const Model& model, const ShapeTable& shapes, const std::string& pattern,
                                         const Query& query) {
    const ModelQueryFacts facts(model, shapes);
    auto matcher = QueryMatcher::bind(query, *model.graph, shapes, &facts);
    if (!matcher)
        return matcher.status();
    auto found = matcher->findAll();
    if (found.empty())
        return errorDiagnostic("recipe.no_match", "No node matches the query '" + pattern + "'",
                               "lapidary-cli find, or the search field above the graph, shows what a query finds");
    return found;
}

/// Whether a text that is no query was probably meant as one: it begins with a field and its sign.
bool beginsAsQuery(std::string_view pattern) {
    const auto begin = std::min(pattern.find_first_not_of("-( "), pattern.size());
    const auto sign = std::min(pattern.find_first_of(":<>=! ", begin), pattern.size());
    return sign < pattern.size() && pattern[sign] != ' ' && findQueryField(pattern.substr(begin, sign - begin)) != nullptr;
}

} // namespace

std::optional<Result<Query>> scopeQuery(const std::string& pattern) {
    if (isOperatorGlob(pattern))
        return std::nullopt;
    auto query = Query::parse(pattern);
    if (query ? query->namesFields() : beginsAsQuery(pattern))
        return query;
    return std::nullopt;
}

std::string scopePattern(const Query& query) {
    const auto text = query.toExplicitText();
    return isOperatorGlob(text) ? "(" + text + ")" : text;
}

bool scopeKnows(const Query& query) {
    if (query.uses(QueryField::TimeMs))
        return false;
    std::vector<const QueryExpr*> open{&query.root()};
    while (!open.empty()) {
        const auto* expr = open.back();
        open.pop_back();
        if (expr->kind == QueryExpr::Kind::Term && expr->term.field == QueryField::Is &&
            expr->term.choice == int(QueryIs::Selected))
            return false;
        for (const auto& child : expr->children)
            open.push_back(&child);
    }
    return true;
}

Result<std::set<NodeId>> resolveScope(const Model& model, const ShapeTable& shapes,
                                      const std::vector<std::string>& patterns) {
    std::set<NodeId> scope;
    for (const auto& pattern : patterns) {
        auto found = globMatches(*model.graph, pattern);
        if (found.empty()) {
            const auto query = scopeQuery(pattern);
            if (!query)
                return noMatch(*model.graph, pattern);
            if (!*query)
                return query->status();
            auto matched = queryMatches(model, shapes, pattern, **query);
            if (!matched)
                return matched.status();
            found = *std::move(matched);
        }
        scope.insert(found.begin(), found.end());
    }
    return scope;
}

} // namespace lapidary
