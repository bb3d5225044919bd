// SPDX-License-Identifier: GPL-3.0-or-later
#include "graph/graphdiffvalues.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

namespace lapidary::diff {

namespace {

bool sameTensor(const TensorPtr& a, const TensorPtr& b) {
    return a == b || (a && b && sameData(*a, *b));
}

std::vector<std::string> namesOf(const Graph& graph, const std::vector<ValueId>& ids) {
    std::vector<std::string> names;
    for (const auto id : ids)
        names.push_back(nameOf(graph, id));
    return names;
}

bool sameAttributes(const std::vector<Attribute>& a, const std::vector<Attribute>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), sameAttribute);
}

bool sameGraph(const GraphPtr& a, const GraphPtr& b) {
    if (a == b || !a || !b)
        return a == b;
    const auto sameNode = [&](const NodePtr& x, const NodePtr& y) {
        return x->opType == y->opType && x->domain == y->domain && namesOf(*a, x->inputs) == namesOf(*b, y->inputs) &&
               namesOf(*a, x->outputs) == namesOf(*b, y->outputs) && sameAttributes(x->attributes, y->attributes);
    };
    if (!std::equal(a->nodes().begin(), a->nodes().end(), b->nodes().begin(), b->nodes().end(), sameNode))
        return false;
    const auto weights = [](const Graph& graph) {
        std::vector<TensorPtr> list;
        for (const auto id : graph.initializers())
            list.push_back(graph.value(id)->initializer);
        return list;
    };
    const auto weightsA = weights(*a), weightsB = weights(*b);
    return namesOf(*a, a->initializers()) == namesOf(*b, b->initializers()) &&
           namesOf(*a, a->outputs()) == namesOf(*b, b->outputs()) &&
           std::equal(weightsA.begin(), weightsA.end(), weightsB.begin(), weightsB.end(), sameTensor);
}

std::string numberText(float value) {
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, "%g", double(value));
    return buffer;
}

template <typename T, typename Text>
std::string listText(const std::vector<T>& values, Text text) {
    constexpr std::size_t shown = 8;
    std::string out = "[";
    for (std::size_t i = 0; i < std::min(values.size(), shown); ++i)
        out += (i > 0 ? ", " : "") + text(values[i]);
    return out + (values.size() > shown ? ", …]" : "]");
}

} // namespace

std::string nameOf(const Graph& graph, ValueId id) {
    const auto* value = graph.value(id);
    return value ? value->name : std::string();
}

bool sameData(const Tensor& a, const Tensor& b) {
    if (a.type != b.type || a.shape != b.shape || a.strings != b.strings || a.missing() != b.missing() ||
        a.data.size() != b.data.size())
        return false;
    return a.data.sharesWith(b.data) || a.data.empty() ||
           std::memcmp(a.data.bytes().data(), b.data.bytes().data(), a.data.size()) == 0;
}

bool sameAttribute(const Attribute& a, const Attribute& b) {
    if (a.name != b.name || a.value.index() != b.value.index() || a.refAttrName != b.refAttrName)
        return false;
    return std::visit(
        [&](const auto& value) {
            using T = std::decay_t<decltype(value)>;
            const auto& other = std::get<T>(b.value);
            if constexpr (std::is_same_v<T, TensorPtr>)
                return sameTensor(value, other);
            else if constexpr (std::is_same_v<T, GraphPtr>)
                return sameGraph(value, other);
            else if constexpr (std::is_same_v<T, std::vector<TensorPtr>>)
                return std::equal(value.begin(), value.end(), other.begin(), other.end(), sameTensor);
            else if constexpr (std::is_same_v<T, std::vector<GraphPtr>>)
                return std::equal(value.begin(), value.end(), other.begin(), other.end(), sameGraph);
            else
                return value == other;
        },
        a.value);
}

std::string tensorText(const Tensor& tensor) {
    return dataTypeName(tensor.type) + " " + shapeText(tensor.shape);
}

std::string valueText(const AttributeValue& value) {
    if (const auto* number = std::get_if<float>(&value))
        return numberText(*number);
    if (const auto* integer = std::get_if<std::int64_t>(&value))
        return std::to_string(*integer);
    if (const auto* text = std::get_if<std::string>(&value))
        return text->size() <= 40 ? *text : std::string();
    if (const auto* floats = std::get_if<std::vector<float>>(&value))
        return listText(*floats, numberText);
    if (const auto* integers = std::get_if<std::vector<std::int64_t>>(&value))
        return listText(*integers, [](std::int64_t v) { return std::to_string(v); });
    if (const auto* tensor = std::get_if<TensorPtr>(&value); tensor && *tensor)
        return tensorText(**tensor);
    return {};
}

std::string arrow(const std::string& from, const std::string& to) {
    return from + " → " + to;
}

} // namespace lapidary::diff
