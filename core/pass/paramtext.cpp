// SPDX-License-Identifier: GPL-3.0-or-later
// Parameters as people type them on a command line.
#include "base/nearest.h"
#include "pass/paramcheck.h"

#include <charconv>

namespace lapidary {

namespace {

std::vector<std::string_view> splitAtCommas(std::string_view text) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const auto comma = text.find(',');
        parts.push_back(text.substr(0, comma));
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    }
    return parts;
}

/// A number, or the text itself as a string: then the type check that follows refuses it with a message naming the key.
Json numberOrText(std::string_view text) {
    std::int64_t integer = 0;
    if (const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), integer);
        error == std::errc() && end == text.data() + text.size())
        return integer;
    double number = 0;
    if (const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        error == std::errc() && end == text.data() + text.size())
        return number;
    return text;
}

Json boolOrText(std::string_view text) {
    for (const std::string_view yes : {"true", "yes", "on", "1"})
        if (text == yes)
            return true;
    for (const std::string_view no : {"false", "no", "off", "0"})
        if (text == no)
            return false;
    return text;
}

Json listFrom(std::string_view text) {
    Json::Array list;
    for (const auto part : splitAtCommas(text))
        list.push_back(numberOrText(part));
    return list;
}

/// "name=0.3,other=0.5": names may hold anything but commas, so the last '=' of a part divides it.
Json tableFrom(std::string_view text) {
    Json::Object table;
    for (const auto part : splitAtCommas(text)) {
        const auto equals = part.rfind('=');
        if (equals == std::string_view::npos)
            return text;
        table[std::string(part.substr(0, equals))] = numberOrText(part.substr(equals + 1));
    }
    return table;
}

Result<Json> valueFrom(const ParamSpec& spec, std::string_view text) {
    switch (spec.type) {
    case ParamType::Bool:
        return boolOrText(text);
    case ParamType::Integer:
    case ParamType::Number:
        return numberOrText(text);
    case ParamType::NumberList:
        return text.starts_with('[') ? Json::parse(text) : Result<Json>(listFrom(text));
    case ParamType::NodeNumbers:
        return text.starts_with('{') ? Json::parse(text) : Result<Json>(tableFrom(text));
    default:
        return Json(text);
    }
}

} // namespace

Result<ParamSet> ParamSchema::parseAssignments(const std::vector<std::string>& assignments) const {
    ParamSet out;
    for (const auto& assignment : assignments) {
        const auto equals = assignment.find('=');
        if (equals == std::string::npos || equals == 0)
            return errorDiagnostic("param.syntax", "'" + assignment + "' is not of the form key=value");
        const std::string key = assignment.substr(0, equals);
        const ParamSpec* spec = find(key);
        if (!spec)
            return validate(key, {}).error();
        auto parsed = valueFrom(*spec, std::string_view(assignment).substr(equals + 1));
        if (!parsed)
            return parsed.error();
        auto value = canonicalValue(*spec, *parsed);
        if (!value)
            return value.error();
        if (spec->type == ParamType::NodeNumbers && out.count(key) > 0) {
            // Repeating the option adds nodes, so that long tables need not be one argument.
            for (const auto& [node, number] : value->object())
                out[key].set(node, number);
            continue;
        }
        out[key] = *std::move(value);
    }
    return out;
}

} // namespace lapidary
