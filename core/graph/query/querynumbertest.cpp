// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/query/querytest.h"
#include "graph/query/queryvalues.h"

#include <algorithm>
#include <charconv>

namespace lapidary {

namespace {

/// A shape's text without touching the heap, as shapeText() writes it; longer ones do.
class ShapeLine {
public:
    std::string_view write(const Shape& shape) {
        if (shape.empty())
            return "scalar";
        char* at = m_buffer;
        char* const end = m_buffer + sizeof m_buffer;
        for (const auto extent : shape) {
            if (end - at < 24)
                return m_long = shapeText(shape);
            if (at != m_buffer)
                *at++ = 'x';
            if (extent < 0)
                *at++ = '?';
            else
                at = std::to_chars(at, end, extent).ptr;
        }
        return {m_buffer, std::size_t(at - m_buffer)};
    }

private:
    char m_buffer[256];
    std::string m_long;
};

class ShapeTest : public QueryTest {
public:
    ShapeTest(QueryField field, TextMatcher matcher, const QueryScene& scene)
        : m_field(field), m_matcher(std::move(matcher)), m_scene(scene) {}

    bool node(const Node& node) override {
        const auto any = [this](const std::vector<ValueId>& ids, auto wanted) {
            return std::any_of(ids.begin(), ids.end(),
                               [&](ValueId id) { return id.valid() && wanted(id) && shaped(id); });
        };
        const auto all = [](ValueId) { return true; };
        const auto constant = [this](ValueId id) { return isConstant(id); };
        const auto running = [this](ValueId id) { return !isConstant(id); };
        switch (m_field) {
        case QueryField::InputShape:
            return any(node.inputs, running);
        case QueryField::OutputShape:
            return any(node.outputs, all);
        case QueryField::WeightShape:
            return any(node.inputs, constant);
        default:
            return any(node.outputs, all) || any(node.inputs, all);
        }
    }

    bool value(const Value& value) override { return shaped(value.id); }
    int cost() const override { return 3; }

private:
    bool isConstant(ValueId id) const { return m_scene.graph.constant(id) != nullptr; }

    bool shaped(ValueId id) {
        const auto* type = m_scene.shapes.find(id);
        return type && type->shape && m_matcher.matches(m_line.write(*type->shape));
    }

    QueryField m_field;
    TextMatcher m_matcher;
    QueryScene m_scene;
    ShapeLine m_line;
};

class NumberTest : public QueryTest {
public:
    NumberTest(const QueryTerm& term, const QueryScene& scene) : m_term(term), m_scene(scene) {
        if (term.field == QueryField::Producers || term.field == QueryField::Consumers)
            m_seen.resize(scene.graph.nodeIdLimit(), 0);
    }

    bool node(const Node& node) override {
        const auto number = numberOf(node);
        return number && compareNumber(m_term, *number);
    }

    bool value(const Value& value) override {
        const int rank = m_scene.shapes.rank(value.id);
        return m_term.field == QueryField::Rank && rank >= 0 && compareNumber(m_term, rank);
    }

    int cost() const override { return infoOf(m_term.field).given ? 5 : 2; }

private:
    static std::optional<double> known(std::int64_t number) {
        return number < 0 ? std::nullopt : std::optional(double(number));
    }

    static double present(const std::vector<ValueId>& ids) {
        return double(std::count_if(ids.begin(), ids.end(), [](ValueId id) { return id.valid(); }));
    }

    /// Different nodes, each counted once.
    double neighbours(const Node& node) {
        ++m_stamp;
        double count = 0;
        const auto visit = [&](NodeId id) {
            if (id != node.id && std::exchange(m_seen[id.number], m_stamp) != m_stamp)
                ++count;
        };
        if (m_term.field == QueryField::Consumers) {
            for (const auto output : node.outputs)
                if (output.valid())
                    for (const Use& use : m_scene.graph.uses(output))
                        visit(use.node);
            return count;
        }
        for (const auto input : node.inputs)
            if (const auto* maker = input.valid() ? m_scene.graph.producer(input) : nullptr)
                visit(maker->id);
        for (const auto& [attribute, subgraph] : node.subgraphs())
            if (subgraph)
                for (const auto& name : outerNames(*subgraph))
                    if (const auto* value = m_scene.graph.findValue(name))
                        if (const auto* maker = m_scene.graph.producer(value->id))
                            visit(maker->id);
        return count;
    }

    std::optional<double> numberOf(const Node& node) {
        switch (m_term.field) {
        case QueryField::Channels:
            return known(nodeChannels(node, m_scene.graph, m_scene.shapes));
        case QueryField::Rank:
            return known(m_scene.shapes.rank(node.output()));
        case QueryField::Inputs:
            return present(node.inputs);
        case QueryField::Outputs:
            return present(node.outputs);
        case QueryField::Producers:
        case QueryField::Consumers:
            return neighbours(node);
        default:
            return m_scene.facts->number(node, m_term.field);
        }
    }

    QueryTerm m_term;
    QueryScene m_scene;
    std::vector<std::uint32_t> m_seen;
    std::uint32_t m_stamp = 0;
};

} // namespace

bool compareNumber(const QueryTerm& term, double number) {
    switch (term.compare) {
    case QueryCompare::Less:
        return number < term.low;
    case QueryCompare::LessEqual:
        return number <= term.low;
    case QueryCompare::Greater:
        return number > term.low;
    case QueryCompare::GreaterEqual:
        return number >= term.low;
    case QueryCompare::NotEqual:
        return number != term.low;
    case QueryCompare::Range:
        return number >= term.low && number <= term.high;
    default:
        return number == term.low;
    }
}

Result<QueryTestPtr> makeShapeTest(const QueryTerm& term, const QueryScene& scene) {
    auto matcher = TextMatcher::compile(term.text);
    if (!matcher)
        return matcher.status();
    return QueryTestPtr(std::make_unique<ShapeTest>(term.field, *std::move(matcher), scene));
}

Result<QueryTestPtr> makeNumberTest(const QueryTerm& term, const QueryScene& scene) {
    const auto& info = infoOf(term.field);
    if (info.given && !(scene.facts && scene.facts->knows(term.field)))
        return errorDiagnostic("query.not_known", "'" + std::string(info.name) + "' is not known here",
                               term.field == QueryField::TimeMs ? "It takes a profile of this model"
                                                                : "Leave this condition out");
    return QueryTestPtr(std::make_unique<NumberTest>(term, scene));
}

} // namespace lapidary
