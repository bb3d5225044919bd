// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/json.h"
#include "base/result.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lapidary {

enum class ParamType { Bool, Integer, Number, Choice, String, NumberList, NodeNumbers, File, Dataset };

/// One parameter. Values travel as Json: Bool, integer, number, string (Choice: the key), array of numbers, object
/// node name → number (NodeNumbers: per-layer overrides), path.
struct ParamSpec {
    struct Option {
        std::string key;
        std::string label;
        std::string help;
    };

    std::string key; ///< lower_case, unique in its schema
    ParamType type = ParamType::Number;
    std::string label;
    std::string help; ///< one or two sentences for the tooltip and the reference page
    Json defaultValue;
    std::optional<double> minimum;
    std::optional<double> maximum;
    double step = 0;       ///< 0: the form chooses
    bool logarithmic = false;
    std::string unit;      ///< "%", "bits", "ms"
    std::vector<Option> options; ///< Choice only
    bool advanced = false; ///< folded away in the form
    /// Shown and used only while another parameter has one of these values: {"mode", {"global"}}; empty key: always.
    std::string dependsOn;
    std::vector<Json> dependsValues;
};

/// Values by key. Missing keys mean the default.
using ParamSet = std::map<std::string, Json, std::less<>>;

/// The one description that makes a form, command line options, validation, JSON, documentation and search space.
class ParamSchema {
public:
    ParamSchema() = default;
    explicit ParamSchema(std::vector<ParamSpec> specs) : m_specs(std::move(specs)) {}

    const std::vector<ParamSpec>& specs() const { return m_specs; }
    const ParamSpec* find(std::string_view key) const;

    /// The defaults overlaid with `given`. Fails with "param.unknown" (hint: nearest key), "param.type", "param.range",
    /// "param.choice"; the message names the key, the value and what is allowed.
    Result<ParamSet> complete(const ParamSet& given) const;
    Status validate(std::string_view key, const Json& value) const;
    /// Parses a "key=value" of the command line by the parameter's type.
    Result<ParamSet> parseAssignments(const std::vector<std::string>& assignments) const;
    /// Only what differs from the defaults; what recipes store.
    ParamSet nonDefault(const ParamSet& params) const;
    Json toJson() const;
    /// The schema itself must be sound: unique keys, defaults inside the limits. For the registry and the tests.
    Status check() const;

private:
    std::vector<ParamSpec> m_specs;
};

Json toJson(const ParamSet& params);
Result<ParamSet> paramSetFromJson(const Json& json);

} // namespace lapidary
