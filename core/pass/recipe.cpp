// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/recipe.h"

#include "base/sha256.h"
#include "base/nearest.h"

#include <algorithm>
#include <limits>

namespace lapidary {

namespace {

constexpr int recipeVersion = 1;

Diagnostic badFormat(const std::string& where, const std::string& what, std::string hint = {}) {
    return errorDiagnostic("recipe.format", where + ": " + what, std::move(hint));
}

/// A misspelt key would otherwise be ignored without a word and the recipe would do something else than it says.
Status onlyKeys(const Json& object, const std::string& where, const std::vector<std::string>& keys) {
    for (const auto& entry : object.object())
        if (std::find(keys.begin(), keys.end(), entry.first) == keys.end())
            return badFormat(where, "there is no member \"" + entry.first + "\"", nearestHint(entry.first, keys));
    return {};
}

Result<std::string> optionalText(const Json& object, std::string_view key, const std::string& where) {
    const Json& value = object[key];
    if (!value.isNull() && !value.isString())
        return badFormat(where, "\"" + std::string(key) + "\" is text");
    return value.toString();
}

Result<std::vector<std::string>> patternsFrom(const Json& json, const std::string& where) {
    std::vector<std::string> out;
    if (!json.isNull() && !json.isArray())
        return badFormat(where, "\"nodes\" is a list of name patterns");
    for (const auto& pattern : json.array()) {
        if (!pattern.isString() || pattern.toString().empty())
            return badFormat(where, "a pattern in \"nodes\" is a text that is not empty");
        out.push_back(pattern.toString());
    }
    return out;
}

Result<RecipeStep> stepFrom(const Json& json, const std::string& where) {
    if (!json.isObject())
        return badFormat(where, "a step is an object");
    if (const auto status = onlyKeys(json, where, {"pass", "version", "params", "nodes", "enabled"}); !status)
        return status;
    RecipeStep step;
    step.pass = json["pass"].toString();
    if (step.pass.empty())
        return badFormat(where, "\"pass\" must name a pass");
    const Json& version = json["version"];
    if (!version.isNull() &&
        (!version.isInteger() || version.toInteger() < 0 || version.toInteger() > std::numeric_limits<int>::max()))
        return badFormat(where, "\"version\" is a whole number from 0");
    step.version = int(version.toInteger());
    if (json.contains("params")) {
        auto params = paramSetFromJson(json["params"]);
        if (!params)
            return badFormat(where, params.error().message);
        step.params = *std::move(params);
    }
    auto patterns = patternsFrom(json["nodes"], where);
    if (!patterns)
        return patterns.error();
    step.nodes = *std::move(patterns);
    if (json.contains("enabled") && !json["enabled"].isBool())
        return badFormat(where, "\"enabled\" is true or false");
    step.enabled = json["enabled"].toBool(true);
    return step;
}

Json stepToJson(const RecipeStep& step) {
    Json out;
    out.set("pass", step.pass);
    if (step.version != 0)
        out.set("version", step.version);
    if (!step.params.empty())
        out.set("params", toJson(step.params));
    if (!step.nodes.empty()) {
        Json::Array patterns(step.nodes.begin(), step.nodes.end());
        out.set("nodes", std::move(patterns));
    }
    if (!step.enabled)
        out.set("enabled", false);
    return out;
}

} // namespace

Json Recipe::toJson() const {
    Json out;
    out.set("lapidary_recipe", recipeVersion);
    out.set("name", name);
    if (!description.empty())
        out.set("description", description);
    out.set("seed", seed);
    Json::Array list;
    for (const auto& step : steps)
        list.push_back(stepToJson(step));
    out.set("steps", std::move(list));
    return out;
}

Result<Recipe> Recipe::fromJson(const Json& json) {
    const std::string where = "Recipe";
    if (!json.isObject() || !json["lapidary_recipe"].isInteger())
        return badFormat(where, "this is no recipe", "A recipe is a JSON object with \"lapidary_recipe\": 1");
    if (const auto version = json["lapidary_recipe"].toInteger(); version != recipeVersion)
        return errorDiagnostic("recipe.version",
                               "The recipe has format " + std::to_string(version) + "; this program reads format " +
                                   std::to_string(recipeVersion),
                               version > recipeVersion ? "It was made by a newer Lapidary" : "");
    if (const auto status = onlyKeys(json, where, {"lapidary_recipe", "name", "description", "seed", "steps"}); !status)
        return status;
    Recipe recipe;
    auto name = optionalText(json, "name", where);
    auto description = optionalText(json, "description", where);
    if (!name || !description)
        return name ? description.error() : name.error();
    recipe.name = *std::move(name);
    recipe.description = *std::move(description);
    if (json.contains("seed") && !json["seed"].isInteger())
        return badFormat(where, "\"seed\" is a whole number");
    recipe.seed = std::uint64_t(json["seed"].toInteger());
    if (!json["steps"].isArray())
        return badFormat(where, "\"steps\" is a list");
    for (const auto& entry : json["steps"].array()) {
        auto step = stepFrom(entry, "Step " + std::to_string(recipe.steps.size() + 1));
        if (!step)
            return step.error();
        recipe.steps.push_back(*std::move(step));
    }
    return recipe;
}

Result<Recipe> Recipe::parse(std::string_view text) {
    auto json = Json::parse(text);
    return json ? fromJson(*json) : Result<Recipe>(json.error());
}

std::string Recipe::toText() const {
    std::string out;
    for (const auto& step : steps) {
        if (!step.enabled)
            continue;
        out += (out.empty() ? "" : "; ") + step.pass;
        for (const auto& [key, value] : step.params)
            out += " " + key + "=" + (value.isString() ? value.toString() : value.dump());
        for (const auto& pattern : step.nodes)
            out += " @" + pattern;
    }
    return out;
}

std::string Recipe::hash() const {
    Json meaning;
    meaning.set("seed", seed);
    Json::Array list;
    for (const auto& step : steps)
        if (step.enabled)
            list.push_back(stepToJson(step));
    meaning.set("steps", std::move(list));
    return sha256(meaning.dump());
}

} // namespace lapidary
