// SPDX-License-Identifier: GPL-3.0-or-later
// The bound form of one term. Only the query's own sources include this.
#pragma once

#include "graph/query/querymatcher.h"

namespace lapidary {

/// What every test may look at.
struct QueryScene {
    const Graph& graph;
    const ShapeTable& shapes;
    const QueryFacts* facts;
};

class QueryTest {
public:
    virtual ~QueryTest() = default;
    virtual bool node(const Node& node) = 0;
    virtual bool value(const Value&) { return false; }
    /// Roughly how long it takes; the quick ones are asked first.
    virtual int cost() const { return 1; }
};
using QueryTestPtr = std::unique_ptr<QueryTest>;

// Each makes the tests of some fields. Terms that were parsed are well formed, so they fail for what the graph or the
// facts do not know only.
Result<QueryTestPtr> makeTextTest(const QueryTerm& term, const QueryScene& scene);
Result<QueryTestPtr> makeAttributeTest(const QueryTerm& term, const QueryScene& scene);
Result<QueryTestPtr> makeShapeTest(const QueryTerm& term, const QueryScene& scene);
Result<QueryTestPtr> makeTypeTest(const QueryTerm& term, const QueryScene& scene);
Result<QueryTestPtr> makeNumberTest(const QueryTerm& term, const QueryScene& scene);
Result<QueryTestPtr> makeChoiceTest(const QueryTerm& term, const QueryScene& scene);
Result<QueryTestPtr> makeReachTest(const QueryTerm& term, const QueryScene& scene);

/// Whether a number stands to a term's as it says.
bool compareNumber(const QueryTerm& term, double number);

/// A node's name for people without a copy where it has one.
class NodeName {
public:
    explicit NodeName(const Node& node) : m_made(node.name.empty() ? displayName(node) : std::string()), m_node(node) {}
    std::string_view text() const { return m_made.empty() ? std::string_view(m_node.name) : m_made; }

private:
    std::string m_made;
    const Node& m_node;
};

} // namespace lapidary
