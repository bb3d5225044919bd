// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/variantrecipe.h"

#include <algorithm>

namespace lapidary {

Result<VariantHistory> historyOf(const Project& project, VariantId id) {
    std::vector<VariantRecord> line;
    for (auto at = id; at != 0;) {
        auto record = project.variant(at);
        if (!record)
            return record.status();
        at = record->parent;
        line.push_back(std::move(*record));
    }
    if (line.empty())
        return errorDiagnostic("project.unknown", "There is no variant " + std::to_string(id) + ".");
    VariantHistory history;
    history.source = line.back().id;
    history.sourceName = line.back().name;
    history.sourceHash = line.back().modelHash;
    for (auto it = line.rbegin(); it != line.rend(); ++it) {
        if (it->recipe.isNull())
            continue;
        const auto recipe = Recipe::fromJson(it->recipe);
        if (!recipe)
            return recipe.status();
        for (auto& step : seededSteps(*recipe)) {
            const Json recorded = it->provenance["passes"];
            const int made = recorded.isObject() ? int(recorded[step.step.pass].toInteger()) : 0;
            history.versions.push_back(step.step.version != 0 ? step.step.version : made);
            history.steps.push_back(std::move(step));
            history.variants.push_back(it->name);
        }
    }
    return history;
}

SchemaLookup schemasOf(const PassRegistry& passes) {
    return [&passes](const std::string& id) -> const ParamSchema* {
        const auto pass = passes.find(id);
        return pass ? &(*pass)->info().schema : nullptr;
    };
}

namespace {

std::vector<SeededStep> asMade(const VariantHistory& history, const PassRegistry& passes) {
    auto steps = history.steps;
    for (std::size_t i = 0; i < steps.size(); ++i)
        steps[i].step.version = history.versions[i];
    return withDefaultsOfTheirTime(std::move(steps), [&passes](const std::string& id, int version) -> ParamSet {
        const auto pass = passes.find(id);
        if (!pass)
            return {};
        const auto& earlier = (*pass)->info().earlierDefaults;
        const auto at = earlier.find(version);
        return at == earlier.end() ? ParamSet() : at->second;
    });
}

} // namespace

Result<VariantRecipeDiff> diffVariantRecipes(const Project& project, const PassRegistry& passes, VariantId a,
                                             VariantId b) {
    auto left = historyOf(project, a);
    if (!left)
        return left.status();
    auto right = historyOf(project, b);
    if (!right)
        return right.status();
    VariantRecipeDiff result;
    result.diff = diffSteps(asMade(*left, passes), asMade(*right, passes), schemasOf(passes));
    result.a = std::move(*left);
    result.b = std::move(*right);
    return result;
}

Json VariantRecipeDiff::toJson() const {
    auto json = diff.toJson();
    json.set("source_a", a.sourceName);
    json.set("source_b", b.sourceName);
    json.set("same_source", sameSource());
    return json;
}

} // namespace lapidary
