// SPDX-License-Identifier: GPL-3.0-or-later
#include "onnx/operatordoc.h"

#include <onnx/defs/schema.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace lapidary {

namespace {

using onnx::AttributeProto;
using onnx::OpSchema;

std::string trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos)
        return {};
    return std::string(text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1));
}

/// Up to the first full stop that ends a sentence, or the first empty line; on one line.
std::string firstSentence(std::string_view text) {
    std::string sentence;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const char next = i + 1 < text.size() ? text[i + 1] : '\n';
        if (c == '\n' && next == '\n')
            break;
        if (std::isspace(std::uint8_t(c))) {
            if (!sentence.empty() && sentence.back() != ' ')
                sentence += ' ';
            continue;
        }
        sentence += c;
        const bool abbreviation =
            sentence.ends_with("i.e.") || sentence.ends_with("e.g.") || sentence.ends_with("etc.");
        if (c == '.' && std::isspace(std::uint8_t(next)) && !abbreviation)
            break;
    }
    return trimmed(sentence);
}

template <typename List, typename Text>
std::string listText(const List& list, Text text) {
    std::string result;
    for (const auto& one : list)
        result += (result.empty() ? "" : ", ") + text(one);
    return "[" + result + "]";
}

std::string floatText(float value) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

std::string integerText(std::int64_t value) {
    return std::to_string(value);
}
std::string stringText(const std::string& value) {
    return value;
}

std::optional<std::string> valueText(const AttributeProto& value) {
    switch (value.type()) {
    case AttributeProto::FLOAT:
        return floatText(value.f());
    case AttributeProto::INT:
        return integerText(value.i());
    case AttributeProto::STRING:
        return value.s();
    case AttributeProto::FLOATS:
        return listText(value.floats(), floatText);
    case AttributeProto::INTS:
        return listText(value.ints(), integerText);
    case AttributeProto::STRINGS:
        return listText(value.strings(), stringText);
    default:
        return std::nullopt;
    }
}

std::string typeText(AttributeProto::AttributeType type) {
    auto name = AttributeProto::AttributeType_Name(type);
    std::transform(name.begin(), name.end(), name.begin(), [](char c) { return char(std::tolower(std::uint8_t(c))); });
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

std::string typesText(const onnx::DataTypeSet& types) {
    std::vector<std::string> names;
    for (const auto& type : types) {
        std::string name = *type;
        if (name.starts_with("tensor(") && name.ends_with(")"))
            name = name.substr(7, name.size() - 8);
        names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    std::string text;
    for (const auto& name : names)
        text += (text.empty() ? "" : ", ") + name;
    return text;
}

std::vector<OperatorDoc::Port> ports(const std::vector<OpSchema::FormalParameter>& parameters) {
    std::vector<OperatorDoc::Port> result;
    for (const auto& parameter : parameters)
        result.push_back({parameter.GetName(), trimmed(parameter.GetDescription()), typesText(parameter.GetTypes()),
                          parameter.GetOption() == OpSchema::Optional, parameter.GetOption() == OpSchema::Variadic});
    return result;
}

const OperatorDoc::Port* portAt(const std::vector<OperatorDoc::Port>& ports, std::size_t index) {
    if (index < ports.size())
        return &ports[index];
    return !ports.empty() && ports.back().variadic ? &ports.back() : nullptr;
}

OperatorDoc described(const OpSchema& schema) {
    OperatorDoc doc;
    doc.name = schema.Name();
    doc.domain = schema.domain();
    doc.description = trimmed(schema.doc() ? schema.doc() : "");
    doc.summary = firstSentence(doc.description);
    doc.inputs = ports(schema.inputs());
    doc.outputs = ports(schema.outputs());
    for (const auto& [name, attribute] : schema.attributes())
        doc.attributes.push_back({name, trimmed(attribute.description), typeText(attribute.type), attribute.required,
                                  valueText(attribute.default_value)});
    doc.sinceVersion = schema.SinceVersion();
    doc.deprecated = schema.Deprecated();
    return doc;
}

} // namespace

const OperatorDoc::Attribute* OperatorDoc::attribute(std::string_view wanted) const {
    const auto it =
        std::find_if(attributes.begin(), attributes.end(), [&](const auto& one) { return one.name == wanted; });
    return it == attributes.end() ? nullptr : &*it;
}

const OperatorDoc::Port* OperatorDoc::input(std::size_t index) const {
    return portAt(inputs, index);
}
const OperatorDoc::Port* OperatorDoc::output(std::size_t index) const {
    return portAt(outputs, index);
}

std::optional<OperatorDoc> operatorDoc(std::string_view opType, std::string_view domain, std::int64_t opset) {
    try {
        const std::string name(domain == "ai.onnx" ? std::string_view() : domain);
        const auto ranges = onnx::OpSchemaRegistry::DomainToVersionRange::Instance().Map();
        const auto range = ranges.find(name);
        if (range == ranges.end())
            return std::nullopt;
        const auto known = std::int64_t(range->second.second);
        const auto version = int(std::clamp<std::int64_t>(opset > 0 ? opset : known, 1, known));
        const auto* schema = onnx::OpSchemaRegistry::Schema(std::string(opType), version, name);
        if (!schema)
            return std::nullopt;
        auto doc = described(*schema);
        doc.askedVersion = opset;
        doc.knownVersion = known;
        return doc;
    } catch (const std::exception&) {
        return std::nullopt; // a registry that cannot be read documents nothing
    }
}

} // namespace lapidary
