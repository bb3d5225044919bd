// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/recipe.h"

#include <functional>

namespace lapidary {

/// A step with the seed of the recipe it was part of: what a variant's whole history is made of.
struct SeededStep {
    RecipeStep step;
    std::uint64_t seed = 0;
};
std::vector<SeededStep> seededSteps(const Recipe& recipe);

enum class StepChange { Same, Changed, Removed, Added };

/// A setting of a step under both recipes.
struct SettingChange {
    std::string key;                         ///< a parameter, or "nodes", "seed", "version", "enabled"
    Json a, b;                               ///< null: not given and the default is not known
    bool defaultA = false, defaultB = false; ///< not given: the value is the default
};

struct StepDiff {
    StepChange change = StepChange::Same;
    int a = -1, b = -1; ///< place in A's and B's steps; -1: not there
    std::string pass;
    std::vector<SettingChange> settings; ///< what differs; of one that is there only once: what it was given
};

/// What was done to get A and what to get B, step by step in both orders.
struct RecipeDiff {
    std::vector<StepDiff> steps;
    std::size_t same = 0, changed = 0, removed = 0, added = 0;

    bool identical() const { return changed + removed + added == 0; }
    /// One line a step: "  simplify.graph", "~ prune.channels: ratio 0.3 → 0.5", "- …", "+ …".
    std::string toText() const;
    Json toJson() const;
};

/// The parameters of a pass; null if it is not known.
using SchemaLookup = std::function<const ParamSchema*(const std::string& pass)>;

/// What an earlier version of a pass took for parameters not given, where that differs from today; else empty.
using EarlierDefaults = std::function<ParamSet(const std::string& pass, int version)>;

/// Steps of earlier versions with the defaults of their time written out, so that a difference names them.
std::vector<SeededStep> withDefaultsOfTheirTime(std::vector<SeededStep> steps, const EarlierDefaults& defaults);

/// Aligns the steps in order (fewest steps added, removed and changed; S. B. Needleman and C. D. Wunsch, J. Mol. Biol.
/// 48(3), 1970). Steps are taken for one only if they are of one pass. With `schemas`, a parameter that is given its
/// default and one that is not given are the same, and a default that took the other's place is named. O(n m).
RecipeDiff diffSteps(const std::vector<SeededStep>& a, const std::vector<SeededStep>& b,
                     const SchemaLookup& schemas = {});
RecipeDiff diffRecipes(const Recipe& a, const Recipe& b, const SchemaLookup& schemas = {});

} // namespace lapidary
