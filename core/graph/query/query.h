// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/result.h"
#include "graph/query/queryfields.h"
#include "graph/query/textpattern.h"

#include <string>
#include <string_view>
#include <vector>

namespace lapidary {

/// How a value stands to what a node has. Text fields know Match, Equal and NotEqual, numbers all but Match.
enum class QueryCompare : std::uint8_t { Match, Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual, Range };

/// Bytes of the query's text.
struct QueryPlace {
    std::size_t begin = 0;
    std::size_t length = 0;
};

/// One condition: "op:Conv", "channels>256", "layer3".
struct QueryTerm {
    QueryField field = QueryField::Any;
    QueryCompare compare = QueryCompare::Match;
    TextPattern text;           ///< the value as text; unused by numbers and choices
    TextPattern text2;          ///< second node of between:
    std::string attribute;      ///< attr: the attribute's name
    bool attributeOnly = false; ///< attr: whether it is there
    bool isNumber =
        false; ///< the value is (also) a number: always for numbers, for attributes if it can be read as one
    double low = 0;
    double high = 0;  ///< Range: low..high, both included
    int choice = -1;  ///< QueryHas or QueryIs
    QueryPlace place; ///< where it stood; equal terms may stand in different places
    bool operator==(const QueryTerm& other) const;
};

struct QueryExpr {
    enum class Kind : std::uint8_t { Everything, Term, Not, And, Or };
    Kind kind = Kind::Everything;
    QueryTerm term;
    std::vector<QueryExpr> children; ///< Not: one; And, Or: two or more
    bool operator==(const QueryExpr&) const = default;
};

/// Why a text is no query, and where in it.
struct QueryProblem {
    Diagnostic diagnostic;
    QueryPlace place;
};

/// A search for nodes: `op:Conv shape:*x64x* name:/layer3/ channels>256`. Terms side by side must all hold; `or`, `not`
/// or a leading `-`, and parentheses combine them; quotes take text as it stands. A plain value, immutable; bind it to
/// a graph with QueryMatcher.
class Query {
public:
    /// An empty text matches everything. Fails with "query.syntax", "query.field", "query.value" or "query.regex", with
    /// a hint; the message tells the place, `problem` (may be null) has it as numbers.
    static Result<Query> parse(std::string_view text, QueryProblem* problem = nullptr);

    const QueryExpr& root() const { return m_root; }
    bool isEmpty() const { return m_root.kind == QueryExpr::Kind::Everything; }
    /// Whether a term looks at `field`.
    bool uses(QueryField field) const;
    /// Whether a term named its field in the text; bare words do not.
    bool namesFields() const { return m_namesFields; }
    /// Whether every term can be asked of a tensor too.
    bool fitsTensors() const;

    /// Parses to an equal query.
    std::string toText() const;
    /// The same with every bare word as any:word, so that it cannot be taken for a name.
    std::string toExplicitText() const;
    bool operator==(const Query& other) const { return m_root == other.m_root; }

private:
    friend class QueryParser;
    QueryExpr m_root;
    bool m_namesFields = false;
};

} // namespace lapidary
