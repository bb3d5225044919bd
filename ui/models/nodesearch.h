// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/progress.h"
#include "engine/engine.h"
#include "graph/query/query.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace lapidary {

/// What a search may ask that the model alone does not tell; by NodeId::number.
struct SearchKnowledge {
    std::optional<std::vector<std::optional<double>>> times; ///< milliseconds; absent: not profiled
    std::vector<std::optional<double>> sparsity;             ///< empty: zeros are counted when asked for
    std::set<NodeId> selection;
};

struct SearchHits {
    std::vector<NodeId> nodes;    ///< in graph order
    std::vector<ValueId> tensors; ///< if the query can be asked of tensors
    std::optional<QueryProblem> problem;
    bool asScope = false;         ///< whether a pass can have the query as its scope, see scopePattern()
    std::string scope;            ///< the pattern
};

/// Nodes and tensors that a query finds (see Query). An empty text finds nothing. Any thread; stops when asked to, with
/// what it has.
SearchHits searchModel(const AnalysedModel& model, const std::string& text, const SearchKnowledge& known,
                       const Work& work = {});

/// Whether the search is over in a few milliseconds, so that it may be made on the UI thread.
bool isQuickSearch(const AnalysedModel& model, const std::string& text);

} // namespace lapidary
