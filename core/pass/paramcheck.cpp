// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/paramcheck.h"

#include "base/nearest.h"

#include <cmath>

namespace lapidary {

namespace {

Diagnostic wrongType(const ParamSpec& spec, const Json& value) {
    return errorDiagnostic("param.type", "Parameter '" + spec.key + "' wants " + std::string(paramTypeName(spec.type)) +
                                             ", not " + value.dump());
}

std::string rangeText(const ParamSpec& spec) {
    const std::string unit = spec.unit.empty() ? "" : " " + spec.unit;
    if (spec.minimum && spec.maximum)
        return Json(*spec.minimum).dump() + " to " + Json(*spec.maximum).dump() + unit;
    return spec.minimum ? "at least " + Json(*spec.minimum).dump() + unit
                        : "at most " + Json(*spec.maximum).dump() + unit;
}

Status inRange(const ParamSpec& spec, double number) {
    if ((!spec.minimum || number >= *spec.minimum) && (!spec.maximum || number <= *spec.maximum))
        return {};
    return errorDiagnostic("param.range", "Parameter '" + spec.key + "' is " + Json(number).dump() + "; allowed is " +
                                              rangeText(spec));
}

Result<Json> canonicalNumber(const ParamSpec& spec, const Json& value, bool integral) {
    if (!value.isNumber() || !std::isfinite(value.toDouble()))
        return wrongType(spec, value);
    if (const auto status = inRange(spec, value.toDouble()); !status)
        return status;
    if (!integral)
        return Json(value.toDouble());
    if (!value.isInteger() &&
        (std::nearbyint(value.toDouble()) != value.toDouble() || std::abs(value.toDouble()) >= 9e15))
        return wrongType(spec, value);
    return Json(value.toInteger());
}

Result<Json> canonicalChoice(const ParamSpec& spec, const Json& value) {
    if (!value.isString())
        return wrongType(spec, value);
    std::vector<std::string> keys;
    for (const auto& option : spec.options) {
        if (option.key == value.toString())
            return value;
        keys.push_back(option.key);
    }
    return errorDiagnostic("param.choice", "Parameter '" + spec.key + "' cannot be '" + value.toString() + "'",
                           nearestHint(value.toString(), keys));
}

Result<Json> canonicalNumbers(const ParamSpec& spec, const Json& value) {
    if (spec.type == ParamType::NumberList ? !value.isArray() : !value.isObject())
        return wrongType(spec, value);
    if (spec.type == ParamType::NumberList) {
        Json::Array list;
        for (const auto& element : value.array()) {
            auto number = canonicalNumber(spec, element, false);
            if (!number)
                return number;
            list.push_back(*std::move(number));
        }
        return Json(std::move(list));
    }
    Json::Object table;
    for (const auto& [node, element] : value.object()) {
        auto number = canonicalNumber(spec, element, false);
        if (!number) {
            Diagnostic problem = number.error();
            return std::move(problem).atNode(node);
        }
        table[node] = *std::move(number);
    }
    return Json(std::move(table));
}

} // namespace

std::string_view paramTypeName(ParamType type) {
    switch (type) {
    case ParamType::Bool:
        return "true or false";
    case ParamType::Integer:
        return "integer";
    case ParamType::Number:
        return "number";
    case ParamType::Choice:
        return "choice";
    case ParamType::String:
        return "text";
    case ParamType::NumberList:
        return "list of numbers";
    case ParamType::NodeNumbers:
        return "numbers by node name";
    case ParamType::File:
        return "file";
    case ParamType::Dataset:
        return "dataset";
    }
    return "value";
}

Result<Json> canonicalValue(const ParamSpec& spec, const Json& value) {
    switch (spec.type) {
    case ParamType::Bool:
        return value.isBool() ? Result<Json>(value) : Result<Json>(wrongType(spec, value));
    case ParamType::Integer:
        return canonicalNumber(spec, value, true);
    case ParamType::Number:
        return canonicalNumber(spec, value, false);
    case ParamType::Choice:
        return canonicalChoice(spec, value);
    case ParamType::NumberList:
    case ParamType::NodeNumbers:
        return canonicalNumbers(spec, value);
    case ParamType::String:
    case ParamType::File:
    case ParamType::Dataset:
        return value.isString() ? Result<Json>(value) : Result<Json>(wrongType(spec, value));
    }
    return wrongType(spec, value);
}

} // namespace lapidary
