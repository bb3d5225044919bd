// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/query/query.h"
#include "graph/query/queryfacts.h"
#include "graph/shapetable.h"

#include <memory>

namespace lapidary {

class QueryTest;

/// A query made ready for one graph. Asks about its nodes and values, not those of subgraphs. One object per thread;
/// graph, shapes and facts must outlive it.
class QueryMatcher {
public:
    /// Fails with "query.unknown_node" (upstream: and the like name no node) and "query.not_known" (facts do not know
    /// what is asked). `facts` may be null: then it knows nothing. `problem` may be null.
    static Result<QueryMatcher> bind(const Query& query, const Graph& graph, const ShapeTable& shapes,
                                     const QueryFacts* facts = nullptr, QueryProblem* problem = nullptr);
    QueryMatcher(QueryMatcher&&) noexcept;
    QueryMatcher& operator=(QueryMatcher&&) noexcept;
    ~QueryMatcher();

    bool matches(const Node& node);
    /// Whether the query, asked of a tensor, holds. Always false if it has a term that cannot be asked of one.
    bool matches(const Value& value);
    /// In graph order.
    std::vector<NodeId> findAll();

private:
    QueryMatcher();
    const Graph* m_graph = nullptr;
    bool m_tensors = false;
    std::unique_ptr<QueryTest> m_root;
};

} // namespace lapidary
