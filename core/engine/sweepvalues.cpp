// SPDX-License-Identifier: GPL-3.0-or-later
// The values that a parameter takes, as people type them, and what the members of a row are called.
#include "engine/sweepvalues.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace lapidary {

namespace {

Diagnostic badSyntax(std::string_view text) {
    return errorDiagnostic("sweep.syntax", "'" + std::string(text) + "' is no parameter with its values",
                           "Write KEY=FROM:TO:STEP, as in ratio=0.1:0.9:0.1, or KEY=VALUE,VALUE,…");
}

std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts;
    for (;;) {
        const auto end = text.find(at);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return parts;
        text.remove_prefix(end + 1);
    }
}

std::optional<double> numberOf(const std::string& text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size() && std::isfinite(number);
    return whole ? std::optional(number) : std::nullopt;
}

std::string shortNumber(double number) {
    char text[32];
    std::snprintf(text, sizeof text, "%.12g", number);
    return text;
}

/// 0.30000000000000004 is nobody's wish.
double tidy(double number) {
    return *numberOf(shortNumber(number));
}

Result<std::vector<Json>> rangeOf(const ParamSpec& spec, const std::vector<std::string>& parts, std::string_view text) {
    std::vector<double> numbers;
    for (const auto& part : parts)
        if (const auto number = numberOf(part))
            numbers.push_back(*number);
        else
            return badSyntax(text);
    const double from = numbers[0], to = numbers[1];
    const bool whole = spec.type == ParamType::Integer;
    double step = numbers.size() > 2 ? numbers[2] : spec.step > 0 ? spec.step : whole ? 1 : (to - from) / 10;
    if (from > to && step > 0)
        step = -step;
    const double count = step != 0 ? std::floor((to - from) / step + 1e-9) + 1 : from == to ? 1 : 0;
    if (!(count >= 1) || (whole && (std::floor(from) != from || std::floor(step) != step)))
        return badSyntax(text);
    if (count > double(largestSweep))
        return errorDiagnostic("sweep.size",
                               "The range '" + std::string(text) + "' has more than " + std::to_string(largestSweep) +
                                   " values",
                               "Take a larger step.");
    std::vector<Json> values;
    for (int i = 0; i < int(count); ++i) {
        const double value = tidy(from + i * step);
        values.push_back(whole ? Json(std::int64_t(value)) : Json(value));
    }
    return values;
}

void addOnce(std::vector<Json>& values, Json value) {
    if (std::find(values.begin(), values.end(), value) == values.end())
        values.push_back(std::move(value));
}

bool isShare(const ParamSpec& spec) {
    return spec.type == ParamType::Number && spec.minimum && *spec.minimum >= 0 && spec.maximum && *spec.maximum <= 1;
}

std::string valueText(const ParamSpec& spec, const Json& value) {
    if (value.isBool())
        return value.toBool() ? "on" : "off";
    if (!value.isNumber())
        return value.isString() ? value.toString() : value.dump();
    if (isShare(spec))
        return shortNumber(value.toDouble() * 100) + " %";
    return shortNumber(value.toDouble()) + (spec.unit.empty() ? "" : " " + spec.unit);
}

} // namespace

Result<SweepParameter> parseSweepParameter(const ParamSchema& schema, std::string_view text) {
    const auto equals = text.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size())
        return badSyntax(text);
    SweepParameter parameter{std::string(text.substr(0, equals)), {}};
    const auto rest = text.substr(equals + 1);
    const auto* spec = schema.find(parameter.key);
    const auto range = split(rest, ':');
    const bool numeric = spec && (spec->type == ParamType::Number || spec->type == ParamType::Integer);
    if (numeric && (range.size() == 2 || range.size() == 3)) {
        auto values = rangeOf(*spec, range, text);
        if (!values)
            return values.status();
        parameter.values = std::move(*values);
    } else {
        for (const auto& item : split(rest, ',')) {
            auto parsed = schema.parseAssignments({parameter.key + "=" + item});
            if (!parsed)
                return parsed.status();
            if (!parsed->empty())
                addOnce(parameter.values, parsed->begin()->second);
        }
    }
    for (const auto& value : parameter.values)
        if (auto status = schema.validate(parameter.key, value); !status)
            return status;
    return parameter;
}

std::vector<Json> evenSweepValues(const ParamSpec& spec, double from, double to, int count) {
    std::vector<Json> values;
    for (int i = 0; i < count; ++i) {
        const double value = count == 1 ? from : from + (to - from) * i / (count - 1);
        addOnce(values, spec.type == ParamType::Integer ? Json(std::int64_t(std::llround(value))) : Json(tidy(value)));
    }
    return values;
}

std::string sweepPointName(const PassInfo& pass, const std::vector<std::pair<const ParamSpec*, Json>>& values) {
    std::string name = pass.id.substr(0, pass.id.find('.'));
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto& [spec, value] = values[i];
        const bool obvious = i == 0 && isShare(*spec); // "prune 30 %"
        name += (i > 0 ? ", " : " ") + (obvious ? std::string() : spec->key + " ") + valueText(*spec, value);
    }
    return name;
}

} // namespace lapidary
