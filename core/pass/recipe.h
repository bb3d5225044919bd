// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "base/glob.h"
#include "pass/paramschema.h"

#include <cstdint>

namespace lapidary {

struct RecipeStep {
    std::string pass;
    int version = 0; ///< 0: whatever is installed
    ParamSet params; ///< non-default ones
    std::vector<std::string> nodes; ///< scope patterns, see resolveScope(); empty: everything
    bool enabled = true;
    bool operator==(const RecipeStep&) const = default;
};

/// An ordered list of passes: {"lapidary_recipe": 1, "name", "description", "seed", "steps": [{"pass", "version", "params",
/// "nodes", "enabled"}]}.
struct Recipe {
    std::string name;
    std::string description;
    std::uint64_t seed = 0;
    std::vector<RecipeStep> steps;

    Json toJson() const;
    /// Fails with "recipe.format", "recipe.version", "json.syntax"; names the step.
    static Result<Recipe> fromJson(const Json& json);
    static Result<Recipe> parse(std::string_view text);
    /// "simplify.graph; prune.channels ratio=0.3 @/layer1/*" for logs and titles.
    std::string toText() const;
    /// Of what the recipe does: seed and enabled steps, not names.
    std::string hash() const;
    bool operator==(const Recipe&) const = default;
};

} // namespace lapidary
