// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/query/querymatcher.h"

#include "graph/query/querytest.h"

#include <algorithm>

namespace lapidary {

namespace {

class Everything : public QueryTest {
public:
    bool node(const Node&) override { return true; }
    bool value(const Value&) override { return true; }
    int cost() const override { return 0; }
};

class Negation : public QueryTest {
public:
    explicit Negation(QueryTestPtr inner) : m_inner(std::move(inner)) {}
    bool node(const Node& node) override { return !m_inner->node(node); }
    bool value(const Value& value) override { return !m_inner->value(value); }
    int cost() const override { return m_inner->cost(); }

private:
    QueryTestPtr m_inner;
};

/// All of them, or one of them.
class Combination : public QueryTest {
public:
    Combination(std::vector<QueryTestPtr> parts, bool all) : m_parts(std::move(parts)), m_all(all) {
        std::stable_sort(m_parts.begin(), m_parts.end(),
                         [](const auto& a, const auto& b) { return a->cost() < b->cost(); });
    }

    bool node(const Node& node) override {
        return holds([&node](QueryTest& test) { return test.node(node); });
    }
    bool value(const Value& value) override {
        return holds([&value](QueryTest& test) { return test.value(value); });
    }
    int cost() const override {
        int sum = 0;
        for (const auto& part : m_parts)
            sum += part->cost();
        return sum;
    }

private:
    template <typename Ask>
    bool holds(Ask ask) {
        for (const auto& part : m_parts)
            if (ask(*part) != m_all)
                return !m_all;
        return m_all;
    }

    std::vector<QueryTestPtr> m_parts;
    bool m_all;
};

Result<QueryTestPtr> makeTerm(const QueryTerm& term, const QueryScene& scene) {
    switch (term.field) {
    case QueryField::Shape:
    case QueryField::InputShape:
    case QueryField::OutputShape:
    case QueryField::WeightShape:
        return makeShapeTest(term, scene);
    case QueryField::DataType:
    case QueryField::Precision:
        return makeTypeTest(term, scene);
    case QueryField::Attribute:
        return makeAttributeTest(term, scene);
    default:
        break;
    }
    switch (infoOf(term.field).kind) {
    case QueryValueKind::Number:
        return makeNumberTest(term, scene);
    case QueryValueKind::Choice:
        return makeChoiceTest(term, scene);
    case QueryValueKind::Node:
    case QueryValueKind::NodePair:
        return makeReachTest(term, scene);
    default:
        return makeTextTest(term, scene);
    }
}

class Binder {
public:
    explicit Binder(const QueryScene& scene) : m_scene(scene) {}

    Result<QueryTestPtr> bind(const QueryExpr& expr) {
        switch (expr.kind) {
        case QueryExpr::Kind::Everything:
            return QueryTestPtr(std::make_unique<Everything>());
        case QueryExpr::Kind::Term:
            return term(expr.term);
        default:
            break;
        }
        std::vector<QueryTestPtr> parts;
        for (const auto& child : expr.children) {
            auto part = bind(child);
            if (!part)
                return part;
            parts.push_back(std::move(*part));
        }
        if (expr.kind == QueryExpr::Kind::Not)
            return QueryTestPtr(std::make_unique<Negation>(std::move(parts.front())));
        return QueryTestPtr(std::make_unique<Combination>(std::move(parts), expr.kind == QueryExpr::Kind::And));
    }

    QueryPlace place() const { return m_place; }

private:
    Result<QueryTestPtr> term(const QueryTerm& term) {
        m_place = term.place;
        auto test = makeTerm(term, m_scene);
        // Numbers and attributes see to it themselves: what has no number is not unequal to one.
        const auto kind = infoOf(term.field).kind;
        const bool own = kind == QueryValueKind::Number || kind == QueryValueKind::Attribute;
        if (!test || own || term.compare != QueryCompare::NotEqual)
            return test;
        return QueryTestPtr(std::make_unique<Negation>(std::move(*test)));
    }

    const QueryScene& m_scene;
    QueryPlace m_place;
};

} // namespace

QueryMatcher::QueryMatcher() = default;
QueryMatcher::QueryMatcher(QueryMatcher&&) noexcept = default;
QueryMatcher& QueryMatcher::operator=(QueryMatcher&&) noexcept = default;
QueryMatcher::~QueryMatcher() = default;

Result<QueryMatcher> QueryMatcher::bind(const Query& query, const Graph& graph, const ShapeTable& shapes,
                                        const QueryFacts* facts, QueryProblem* problem) {
    const QueryScene scene{graph, shapes, facts};
    Binder binder(scene);
    auto root = binder.bind(query.root());
    if (!root) {
        Diagnostic diagnostic = root.error();
        diagnostic.message = "At character " + std::to_string(binder.place().begin + 1) + ": " + diagnostic.message;
        if (problem)
            *problem = {diagnostic, binder.place()};
        return diagnostic;
    }
    QueryMatcher matcher;
    matcher.m_graph = &graph;
    matcher.m_tensors = query.fitsTensors();
    matcher.m_root = std::move(*root);
    return matcher;
}

bool QueryMatcher::matches(const Node& node) {
    return m_root->node(node);
}

bool QueryMatcher::matches(const Value& value) {
    return m_tensors && m_root->value(value);
}

std::vector<NodeId> QueryMatcher::findAll() {
    std::vector<NodeId> found;
    for (const auto& node : m_graph->nodes())
        if (m_root->node(*node))
            found.push_back(node->id);
    return found;
}

} // namespace lapidary
