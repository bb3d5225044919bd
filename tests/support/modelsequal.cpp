// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/testsupport.h"

#include <algorithm>
#include <cstring>

namespace lapidary::test {

namespace {

std::string differ(bool equal, const std::string& what) {
    return equal ? std::string() : what;
}

/// The first non-empty text of a list of checks that are only made while nothing was found.
class First {
public:
    template <typename Check>
    First& check(Check&& find, const std::string& prefix = {}) {
        if (m_text.empty())
            if (auto text = find(); !text.empty())
                m_text = prefix + text;
        return *this;
    }
    First& same(bool equal, const std::string& what) {
        return check([&] { return differ(equal, what); });
    }
    std::string text() const { return m_text; }

private:
    std::string m_text;
};

bool sameFloat(float a, float b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}

std::string attributesDiffer(const Attribute& a, const Attribute& b) {
    First first;
    first.same(a.name == b.name, "name").same(a.value.index() == b.value.index(), "kind");
    first.same(a.refAttrName == b.refAttrName && a.refKind == b.refKind, "reference");
    first.same(a.doc == b.doc, "doc").same(a.unknownFields == b.unknownFields, "unknown fields");
    if (!first.text().empty())
        return first.text();
    return std::visit(
        [&](const auto& value) -> std::string {
            using T = std::decay_t<decltype(value)>;
            const auto& other = std::get<T>(b.value);
            if constexpr (std::is_same_v<T, TensorPtr>) {
                return tensorsDiffer(*value, *other);
            } else if constexpr (std::is_same_v<T, GraphPtr>) {
                return graphsDiffer(*value, *other);
            } else if constexpr (std::is_same_v<T, float>) {
                return differ(sameFloat(value, other), "value");
            } else if constexpr (std::is_same_v<T, std::vector<float>>) {
                return differ(std::equal(value.begin(), value.end(), other.begin(), other.end(), sameFloat), "values");
            } else if constexpr (std::is_same_v<T, std::vector<TensorPtr>> ||
                                 std::is_same_v<T, std::vector<GraphPtr>>) {
                if (value.size() != other.size())
                    return "number of values";
                for (std::size_t i = 0; i < value.size(); ++i) {
                    std::string text;
                    if constexpr (std::is_same_v<T, std::vector<TensorPtr>>)
                        text = tensorsDiffer(*value[i], *other[i]);
                    else
                        text = graphsDiffer(*value[i], *other[i]);
                    if (!text.empty())
                        return text;
                }
                return {};
            } else {
                return differ(value == other, "value");
            }
        },
        a.value);
}

std::string attributeListsDiffer(const std::vector<Attribute>& a, const std::vector<Attribute>& b) {
    if (a.size() != b.size())
        return "number of attributes";
    for (std::size_t i = 0; i < a.size(); ++i)
        if (auto text = attributesDiffer(a[i], b[i]); !text.empty())
            return "attribute " + a[i].name + ": " + text;
    return {};
}

std::vector<std::string> names(const Graph& graph, std::span<const ValueId> ids) {
    std::vector<std::string> out;
    for (const auto id : ids)
        out.push_back(id.valid() ? graph.value(id)->name : std::string());
    return out;
}

std::string nodesDiffer(const Graph& ga, const Node& a, const Graph& gb, const Node& b) {
    First first;
    first.same(a.name == b.name, "name").same(a.opType == b.opType, "operator").same(a.domain == b.domain, "domain");
    first.same(a.overload == b.overload, "overload").same(a.doc == b.doc, "doc");
    first.same(a.metadata == b.metadata, "metadata").same(a.unknownFields == b.unknownFields, "unknown fields");
    first.same(names(ga, a.inputs) == names(gb, b.inputs), "inputs");
    first.same(names(ga, a.outputs) == names(gb, b.outputs), "outputs");
    first.check([&] { return attributeListsDiffer(a.attributes, b.attributes); });
    return first.text();
}

std::string valuesDiffer(const Value& a, const Value& b) {
    First first;
    first.same(a.type == b.type, "declared type")
        .same(a.doc == b.doc, "doc")
        .same(a.metadata == b.metadata, "metadata");
    first.same(a.unknownFields == b.unknownFields, "unknown fields").same(a.outer == b.outer, "outer");
    first.same(!a.initializer == !b.initializer, "initializer");
    first.check([&] { return a.initializer ? tensorsDiffer(*a.initializer, *b.initializer) : std::string(); });
    return first.text();
}

std::string functionsDiffer(const Function& a, const Function& b) {
    First first;
    first.same(a.name == b.name, "name")
        .same(a.domain == b.domain, "domain")
        .same(a.overload == b.overload, "overload");
    first.same(a.doc == b.doc, "doc")
        .same(a.attributes == b.attributes, "attributes")
        .same(a.opsets == b.opsets, "opsets");
    first.same(a.metadata == b.metadata, "metadata").same(a.unknownFields == b.unknownFields, "unknown fields");
    first.check([&] { return attributeListsDiffer(a.attributeDefaults, b.attributeDefaults); });
    first.check([&] { return graphsDiffer(*a.body, *b.body); });
    return first.text();
}

} // namespace

std::string tensorsDiffer(const Tensor& a, const Tensor& b) {
    First first;
    first.same(a.type == b.type, "element type")
        .same(a.shape == b.shape, "shape")
        .same(a.strings == b.strings, "strings");
    first.same(a.doc == b.doc, "doc").same(a.unknownFields == b.unknownFields, "unknown fields");
    first.same(a.missing() == b.missing(), "missing");
    first.same(std::ranges::equal(a.data.bytes(), b.data.bytes()), "data");
    return first.text();
}

std::string graphsDiffer(const Graph& a, const Graph& b) {
    First first;
    first.same(a.name() == b.name(), "graph name").same(a.doc() == b.doc(), "graph doc");
    first.same(a.metadata() == b.metadata(), "graph metadata");
    first.same(a.unknownFields() == b.unknownFields(), "graph unknown fields");
    first.same(names(a, a.inputs()) == names(b, b.inputs()), "graph inputs");
    first.same(names(a, a.outputs()) == names(b, b.outputs()), "graph outputs");
    first.same(names(a, a.initializers()) == names(b, b.initializers()), "initializers");
    first.same(names(a, a.valueInfo()) == names(b, b.valueInfo()), "value_info");
    first.same(a.nodeCount() == b.nodeCount(), "number of nodes");
    if (!first.text().empty())
        return first.text();
    for (std::size_t i = 0; i < a.nodeCount(); ++i)
        if (auto text = nodesDiffer(a, *a.nodes()[i], b, *b.nodes()[i]); !text.empty())
            return "node " + displayName(*a.nodes()[i]) + ": " + text;
    for (const auto id : a.valueIds()) {
        const Value& value = *a.value(id);
        const Value* other = b.findValue(value.name);
        if (!other)
            return "value " + value.name + " is only in the first";
        if (auto text = valuesDiffer(value, *other); !text.empty())
            return "value " + value.name + ": " + text;
    }
    return differ(a.valueIds().size() == b.valueIds().size(), "number of values");
}

std::string modelsDiffer(const Model& a, const Model& b) {
    First first;
    first.same(a.irVersion == b.irVersion, "ir_version").same(a.opsets == b.opsets, "opsets");
    first.same(a.producerName == b.producerName && a.producerVersion == b.producerVersion, "producer");
    first.same(a.domain == b.domain, "domain").same(a.modelVersion == b.modelVersion, "model_version");
    first.same(a.doc == b.doc, "doc").same(a.metadata == b.metadata, "metadata");
    first.same(a.unknownFields == b.unknownFields, "unknown fields");
    first.same(a.functions.size() == b.functions.size(), "number of functions");
    first.check([&] { return graphsDiffer(*a.graph, *b.graph); });
    for (std::size_t i = 0; i < std::min(a.functions.size(), b.functions.size()); ++i)
        first.check([&] { return functionsDiffer(*a.functions[i], *b.functions[i]); },
                    "function " + a.functions[i]->name + ": ");
    return first.text();
}

} // namespace lapidary::test
