// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/nodesearch.h"

#include "analysis/modelqueryfacts.h"
#include "graph/query/querymatcher.h"
#include "pass/scope.h"

namespace lapidary {

namespace {

constexpr std::size_t quickNodes = 3000;
constexpr std::size_t nodesBetweenStops = 2048;

bool readsNothingSlow(const Query& query) {
    return !query.uses(QueryField::Sparsity) && !query.uses(QueryField::Is);
}

} // namespace

bool isQuickSearch(const AnalysedModel& model, const std::string& text) {
    if (model.model->graph->nodeCount() > quickNodes)
        return false;
    const auto query = Query::parse(text);
    return !query || readsNothingSlow(*query);
}

SearchHits searchModel(const AnalysedModel& model, const std::string& text, const SearchKnowledge& known,
                       const Work& work) {
    SearchHits hits;
    QueryProblem problem;
    const auto query = Query::parse(text, &problem);
    if (!query) {
        hits.problem = problem;
        return hits;
    }
    if (query->isEmpty())
        return hits;
    const auto& graph = *model.model->graph;
    ModelQueryFacts facts(*model.model, model.shapes, &model.cost);
    if (known.times)
        facts.setTimes(*known.times);
    if (!known.sparsity.empty())
        facts.setSparsity(known.sparsity);
    facts.setSelection(known.selection);
    auto matcher = QueryMatcher::bind(*query, graph, model.shapes, &facts, &problem);
    if (!matcher) {
        hits.problem = problem;
        return hits;
    }
    std::size_t asked = 0;
    const auto stopped = [&] { return ++asked % nodesBetweenStops == 0 && work.stopRequested(); };
    for (const auto& node : graph.nodes()) {
        if (stopped())
            return hits;
        if (matcher->matches(*node))
            hits.nodes.push_back(node->id);
    }
    if (query->fitsTensors())
        for (const auto id : graph.valueIds()) {
            if (stopped())
                return hits;
            if (matcher->matches(*graph.value(id)))
                hits.tensors.push_back(id);
        }
    hits.asScope = !hits.nodes.empty() && scopeKnows(*query);
    hits.scope = scopePattern(*query);
    return hits;
}

} // namespace lapidary
