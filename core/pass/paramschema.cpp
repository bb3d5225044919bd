// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/paramschema.h"

#include "base/nearest.h"
#include "pass/paramcheck.h"

#include <algorithm>
#include <set>

namespace lapidary {

namespace {

std::string_view typeKey(ParamType type) {
    switch (type) {
    case ParamType::Bool:
        return "bool";
    case ParamType::Integer:
        return "integer";
    case ParamType::Number:
        return "number";
    case ParamType::Choice:
        return "choice";
    case ParamType::String:
        return "string";
    case ParamType::NumberList:
        return "number_list";
    case ParamType::NodeNumbers:
        return "node_numbers";
    case ParamType::File:
        return "file";
    case ParamType::Dataset:
        return "dataset";
    }
    return "unknown";
}

Diagnostic unsound(const ParamSpec& spec, const std::string& what) {
    return errorDiagnostic("param.schema", "Parameter '" + spec.key + "': " + what);
}

bool isLowerCaseKey(std::string_view key) {
    return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

Json specToJson(const ParamSpec& spec) {
    Json out;
    out.set("key", spec.key);
    out.set("type", typeKey(spec.type));
    out.set("label", spec.label);
    out.set("help", spec.help);
    out.set("default", spec.defaultValue);
    if (spec.minimum)
        out.set("minimum", *spec.minimum);
    if (spec.maximum)
        out.set("maximum", *spec.maximum);
    if (spec.step > 0)
        out.set("step", spec.step);
    if (spec.logarithmic)
        out.set("logarithmic", true);
    if (!spec.unit.empty())
        out.set("unit", spec.unit);
    if (spec.type == ParamType::Choice) {
        Json::Array options;
        for (const auto& option : spec.options) {
            Json entry;
            entry.set("key", option.key);
            entry.set("label", option.label);
            entry.set("help", option.help);
            options.push_back(std::move(entry));
        }
        out.set("options", std::move(options));
    }
    if (spec.advanced)
        out.set("advanced", true);
    if (!spec.dependsOn.empty()) {
        out.set("depends_on", spec.dependsOn);
        out.set("depends_values", Json::Array(spec.dependsValues));
    }
    return out;
}

std::vector<std::string> keysOf(const std::vector<ParamSpec>& specs) {
    std::vector<std::string> keys;
    for (const auto& spec : specs)
        keys.push_back(spec.key);
    return keys;
}

Diagnostic unknownKey(std::string_view key, const std::vector<ParamSpec>& specs) {
    return errorDiagnostic("param.unknown", "There is no parameter '" + std::string(key) + "'",
                           specs.empty() ? "This pass has no parameters" : nearestHint(key, keysOf(specs)));
}

Status checkDependence(const ParamSpec& spec, const ParamSchema& schema) {
    if (spec.dependsOn.empty())
        return {};
    const ParamSpec* other = schema.find(spec.dependsOn);
    if (!other || other == &spec)
        return unsound(spec, "depends on '" + spec.dependsOn + "', which is not another parameter");
    if (spec.dependsValues.empty())
        return unsound(spec, "depends on '" + spec.dependsOn + "' but names no value of it");
    for (const auto& value : spec.dependsValues)
        if (!canonicalValue(*other, value))
            return unsound(spec, "depends on a value that '" + spec.dependsOn + "' cannot have: " + value.dump());
    return {};
}

Status checkOptions(const ParamSpec& spec) {
    if ((spec.type == ParamType::Choice) == spec.options.empty())
        return unsound(spec, spec.options.empty() ? "a choice without options" : "options, but it is not a choice");
    std::set<std::string> keys;
    for (const auto& option : spec.options)
        if (option.key.empty() || option.label.empty() || !keys.insert(option.key).second)
            return unsound(spec, "every option needs a key of its own and a label");
    return {};
}

} // namespace

const ParamSpec* ParamSchema::find(std::string_view key) const {
    const auto it =
        std::find_if(m_specs.begin(), m_specs.end(), [&](const ParamSpec& spec) { return spec.key == key; });
    return it == m_specs.end() ? nullptr : &*it;
}

Result<ParamSet> ParamSchema::complete(const ParamSet& given) const {
    ParamSet out;
    for (const auto& spec : m_specs) {
        auto value = canonicalValue(spec, spec.defaultValue);
        out[spec.key] = value ? *std::move(value) : spec.defaultValue;
    }
    for (const auto& [key, value] : given) {
        const ParamSpec* spec = find(key);
        if (!spec)
            return unknownKey(key, m_specs);
        auto canonical = canonicalValue(*spec, value);
        if (!canonical)
            return canonical.error();
        out[key] = *std::move(canonical);
    }
    return out;
}

Status ParamSchema::validate(std::string_view key, const Json& value) const {
    const ParamSpec* spec = find(key);
    return spec ? canonicalValue(*spec, value).status() : Status(unknownKey(key, m_specs));
}

ParamSet ParamSchema::nonDefault(const ParamSet& params) const {
    ParamSet out;
    for (const auto& [key, value] : params) {
        const ParamSpec* spec = find(key);
        if (!spec) {
            out[key] = value;
            continue;
        }
        const auto canonical = canonicalValue(*spec, value);
        const auto fallback = canonicalValue(*spec, spec->defaultValue);
        if (!canonical || !fallback || !(*canonical == *fallback))
            out[key] = canonical ? *canonical : value;
    }
    return out;
}

Json ParamSchema::toJson() const {
    Json::Array out;
    for (const auto& spec : m_specs)
        out.push_back(specToJson(spec));
    return out;
}

Status ParamSchema::check() const {
    std::set<std::string> keys;
    for (const auto& spec : m_specs) {
        if (!isLowerCaseKey(spec.key))
            return unsound(spec, "a key is made of a-z, 0-9 and _");
        if (!keys.insert(spec.key).second)
            return unsound(spec, "the key occurs twice");
        if (spec.label.empty())
            return unsound(spec, "it has no label");
        if (spec.minimum && spec.maximum && *spec.minimum > *spec.maximum)
            return unsound(spec, "the minimum is above the maximum");
        if (const auto status = checkOptions(spec); !status)
            return status;
        if (const auto value = canonicalValue(spec, spec.defaultValue); !value)
            return unsound(spec, "the default is not allowed: " + value.error().message);
        if (const auto status = checkDependence(spec, *this); !status)
            return status;
    }
    return {};
}

Json toJson(const ParamSet& params) {
    return Json::Object(params.begin(), params.end());
}

Result<ParamSet> paramSetFromJson(const Json& json) {
    if (!json.isObject())
        return errorDiagnostic("param.type", "Parameters are written as an object {\"key\": value}");
    return ParamSet(json.object().begin(), json.object().end());
}

} // namespace lapidary
