// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/node.h"
#include "graph/query/queryfields.h"

#include <optional>

namespace lapidary {

/// What a query asks that the graph and its shapes do not tell. Whoever starts a search knows more, or says that it
/// does not. Called from the thread that matches; may compute at the first question.
class QueryFacts {
public:
    virtual ~QueryFacts() = default;
    /// Whether `number` has answers for a field that is `given` at all. Searching for what is not known is an error.
    virtual bool knows(QueryField field) const = 0;
    /// Nothing if this node has no such number; no comparison then holds.
    virtual std::optional<double> number(const Node& node, QueryField field) const = 0;
    /// The same for is:coupled, is:prunable, is:fenced and is:selected.
    virtual bool knows(QueryIs what) const = 0;
    virtual bool is(const Node& node, QueryIs what) const = 0;
};

} // namespace lapidary
