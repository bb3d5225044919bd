// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/operatortraits.h"
#include "graph/query/querytest.h"
#include "graph/query/queryvalues.h"

#include <algorithm>
#include <cmath>

namespace lapidary {

namespace {

class TextTest : public QueryTest {
public:
    TextTest(QueryField field, TextMatcher matcher, const QueryScene& scene)
        : m_field(field), m_matcher(std::move(matcher)), m_graph(scene.graph) {}

    bool node(const Node& node) override {
        switch (m_field) {
        case QueryField::Name:
            return m_matcher.matches(NodeName(node).text());
        case QueryField::Operator:
            return m_matcher.matches(node.opType);
        case QueryField::Domain:
            return m_matcher.matches(node.isOnnx() ? std::string_view("ai.onnx") : std::string_view(node.domain));
        case QueryField::Category:
            return m_matcher.matches(categoryName(categoryOf(node)));
        case QueryField::Tensor:
            return tensors(node);
        default:
            return m_matcher.matches(NodeName(node).text()) || m_matcher.matches(node.opType) || tensors(node) ||
                   attributes(node);
        }
    }

    bool value(const Value& value) override { return m_matcher.matches(value.name); }
    int cost() const override { return m_field == QueryField::Any ? 8 : m_field == QueryField::Tensor ? 4 : 2; }

private:
    bool tensors(const Node& node) {
        const auto matches = [this](ValueId id) {
            const auto* value = id.valid() ? m_graph.value(id) : nullptr;
            return value && m_matcher.matches(value->name);
        };
        return std::any_of(node.outputs.begin(), node.outputs.end(), matches) ||
               std::any_of(node.inputs.begin(), node.inputs.end(), matches);
    }

    bool attributes(const Node& node) {
        return std::any_of(node.attributes.begin(), node.attributes.end(), [this](const Attribute& attribute) {
            return m_matcher.matches(attribute.name) || m_matcher.matches(attributeText(attribute.value));
        });
    }

    QueryField m_field;
    TextMatcher m_matcher;
    const Graph& m_graph;
};

class AttributeTest : public QueryTest {
public:
    AttributeTest(const QueryTerm& term, TextMatcher name, TextMatcher text)
        : m_term(term), m_name(std::move(name)), m_text(std::move(text)) {}

    bool node(const Node& node) override {
        return std::any_of(node.attributes.begin(), node.attributes.end(), [this](const Attribute& attribute) {
            return m_name.matches(attribute.name) && (m_term.attributeOnly || holds(attribute.value));
        });
    }
    int cost() const override { return 3; }

private:
    bool holds(const AttributeValue& value) {
        if (m_term.compare == QueryCompare::NotEqual)
            return !equals(value);
        if (m_term.compare == QueryCompare::Match)
            return equals(value);
        return anyNumber(value, [this](double number) { return compareNumber(m_term, number); });
    }

    bool equals(const AttributeValue& value) {
        if (m_text.matches(attributeText(value)))
            return true;
        // 0.1 as a float is not 0.1 as a double.
        const bool single = std::holds_alternative<float>(value) || std::holds_alternative<std::int64_t>(value);
        return single && m_term.isNumber && anyNumber(value, [this](double number) {
                   return std::abs(number - m_term.low) <= 1e-6 * std::abs(m_term.low);
               });
    }

    template <typename Test>
    static bool anyNumber(const AttributeValue& value, Test test) {
        const auto any = [&test](const auto& list) {
            return std::any_of(list.begin(), list.end(), [&test](auto number) { return test(double(number)); });
        };
        if (const auto* real = std::get_if<float>(&value))
            return test(double(*real));
        if (const auto* whole = std::get_if<std::int64_t>(&value))
            return test(double(*whole));
        if (const auto* reals = std::get_if<std::vector<float>>(&value))
            return any(*reals);
        if (const auto* wholes = std::get_if<std::vector<std::int64_t>>(&value))
            return any(*wholes);
        return false;
    }

    QueryTerm m_term;
    TextMatcher m_name, m_text;
};

/// Element types are few: each is compared once.
class TypeTest : public QueryTest {
public:
    TypeTest(QueryField field, TextMatcher matcher, const QueryScene& scene)
        : m_field(field), m_matcher(std::move(matcher)), m_scene(scene) {}

    bool node(const Node& node) override {
        if (m_field == QueryField::Precision)
            return type(nodeWeightType(node, m_scene.graph, m_scene.shapes));
        return std::any_of(node.outputs.begin(), node.outputs.end(),
                           [this](ValueId id) { return id.valid() && type(m_scene.shapes.type(id)); });
    }

    bool value(const Value& value) override { return type(m_scene.shapes.type(value.id)); }

private:
    bool type(DataType type) {
        if (type == DataType::Undefined)
            return false;
        const auto number = std::size_t(type);
        if (number >= m_answers.size())
            return m_matcher.matches(dataTypeName(type));
        if (m_answers[number] < 0)
            m_answers[number] = m_matcher.matches(dataTypeName(type)) ? 1 : 0;
        return m_answers[number] == 1;
    }

    QueryField m_field;
    TextMatcher m_matcher;
    QueryScene m_scene;
    std::vector<int> m_answers = std::vector<int>(64, -1);
};

} // namespace

Result<QueryTestPtr> makeTextTest(const QueryTerm& term, const QueryScene& scene) {
    auto matcher = TextMatcher::compile(term.text);
    if (!matcher)
        return matcher.status();
    return QueryTestPtr(std::make_unique<TextTest>(term.field, *std::move(matcher), scene));
}

Result<QueryTestPtr> makeAttributeTest(const QueryTerm& term, const QueryScene&) {
    const bool glob = term.attribute.find_first_of("*?") != std::string::npos;
    auto name = TextMatcher::compile({glob ? TextPattern::Kind::Glob : TextPattern::Kind::Exact, term.attribute});
    auto text = TextMatcher::compile(term.text);
    if (!name || !text)
        return name ? text.status() : name.status();
    return QueryTestPtr(std::make_unique<AttributeTest>(term, *std::move(name), *std::move(text)));
}

Result<QueryTestPtr> makeTypeTest(const QueryTerm& term, const QueryScene& scene) {
    auto matcher = TextMatcher::compile(term.text);
    if (!matcher)
        return matcher.status();
    return QueryTestPtr(std::make_unique<TypeTest>(term.field, *std::move(matcher), scene));
}

} // namespace lapidary
