// SPDX-License-Identifier: GPL-3.0-or-later
#include "pass/recipediff.h"

#include <algorithm>
#include <set>

namespace lapidary {

namespace {

Json nodesJson(const std::vector<std::string>& nodes) {
    return Json::Array(nodes.begin(), nodes.end());
}

/// Settings of one side; a key that is not there stands at its default.
struct Settings {
    ParamSet given;
    const ParamSchema* schema = nullptr;

    std::pair<Json, bool> at(const std::string& key) const {
        if (const auto it = given.find(key); it != given.end())
            return {it->second, false};
        const auto* spec = schema ? schema->find(key) : nullptr;
        return {spec ? spec->defaultValue : Json(), true};
    }
};

Settings settingsOf(const SeededStep& seeded, const SchemaLookup& schemas) {
    const auto& step = seeded.step;
    Settings settings{step.params, schemas ? schemas(step.pass) : nullptr};
    if (settings.schema)
        std::erase_if(settings.given, [&](const auto& entry) {
            const auto* spec = settings.schema->find(entry.first);
            return spec && spec->defaultValue == entry.second;
        });
    return settings;
}

/// 1 and 1.0 are one number in a recipe.
bool equal(const Json& a, const Json& b) {
    return a == b || (a.isNumber() && b.isNumber() && a.toDouble() == b.toDouble());
}

std::vector<SettingChange> changesBetween(const SeededStep& a, const SeededStep& b, const SchemaLookup& schemas) {
    std::vector<SettingChange> changes;
    const auto left = settingsOf(a, schemas), right = settingsOf(b, schemas);
    std::set<std::string, std::less<>> keys;
    for (const auto* side : {&left, &right})
        for (const auto& [key, value] : side->given)
            keys.insert(key);
    for (const auto& key : keys) {
        auto [valueA, defaultA] = left.at(key);
        auto [valueB, defaultB] = right.at(key);
        if (!equal(valueA, valueB))
            changes.push_back({key, std::move(valueA), std::move(valueB), defaultA, defaultB});
    }
    const auto compare = [&](const char* key, Json valueA, Json valueB, bool defaultA, bool defaultB) {
        if (valueA != valueB)
            changes.push_back({key, std::move(valueA), std::move(valueB), defaultA, defaultB});
    };
    compare("nodes", nodesJson(a.step.nodes), nodesJson(b.step.nodes), a.step.nodes.empty(), b.step.nodes.empty());
    if (a.step.version != 0 && b.step.version != 0)
        compare("version", a.step.version, b.step.version, false, false);
    compare("enabled", a.step.enabled, b.step.enabled, a.step.enabled, b.step.enabled);
    compare("seed", a.seed, b.seed, a.seed == 0, b.seed == 0);
    return changes;
}

/// What a step that only one side has was given.
std::vector<SettingChange> given(const SeededStep& seeded, bool inB, const SchemaLookup& schemas) {
    SeededStep plain;
    plain.step.pass = seeded.step.pass;
    plain.seed = seeded.seed;
    plain.step.enabled = seeded.step.enabled;
    return inB ? changesBetween(plain, seeded, schemas) : changesBetween(seeded, plain, schemas);
}

class Alignment {
public:
    Alignment(const std::vector<SeededStep>& a, const std::vector<SeededStep>& b, const SchemaLookup& schemas)
        : m_a(a), m_b(b), m_schemas(schemas), m_cost((a.size() + 1) * (b.size() + 1), 0) {
        for (std::size_t i = a.size() + 1; i-- > 0;)
            for (std::size_t j = b.size() + 1; j-- > 0;)
                at(i, j) =
                    std::min({pairCost(i, j), i < a.size() ? at(i + 1, j) + gap : none,
                              j < b.size() ? at(i, j + 1) + gap : none, i == a.size() && j == b.size() ? 0 : none});
    }

    RecipeDiff steps() {
        RecipeDiff diff;
        std::size_t i = 0, j = 0;
        while (i < m_a.size() || j < m_b.size()) {
            StepDiff step;
            if (const int cost = pairCost(i, j); cost < none && at(i, j) == cost) {
                step.settings = changesBetween(m_a[i], m_b[j], m_schemas);
                step.change = step.settings.empty() ? StepChange::Same : StepChange::Changed;
                step.pass = m_a[i].step.pass;
                step.a = int(i++);
                step.b = int(j++);
            } else if (i < m_a.size() && at(i, j) == at(i + 1, j) + gap) {
                step.settings = given(m_a[i], false, m_schemas);
                step.change = StepChange::Removed;
                step.pass = m_a[i].step.pass;
                step.a = int(i++);
            } else {
                step.settings = given(m_b[j], true, m_schemas);
                step.change = StepChange::Added;
                step.pass = m_b[j].step.pass;
                step.b = int(j++);
            }
            diff.same += step.change == StepChange::Same;
            diff.changed += step.change == StepChange::Changed;
            diff.removed += step.change == StepChange::Removed;
            diff.added += step.change == StepChange::Added;
            diff.steps.push_back(std::move(step));
        }
        return diff;
    }

private:
    static constexpr int gap = 2, none = 1 << 28;

    int& at(std::size_t i, std::size_t j) { return m_cost[i * (m_b.size() + 1) + j]; }
    /// Taking a[i] and b[j] for one step, and the rest at its best.
    int pairCost(std::size_t i, std::size_t j) {
        if (i >= m_a.size() || j >= m_b.size() || m_a[i].step.pass != m_b[j].step.pass)
            return none;
        return at(i + 1, j + 1) + (changesBetween(m_a[i], m_b[j], m_schemas).empty() ? 0 : 1);
    }

    const std::vector<SeededStep>& m_a;
    const std::vector<SeededStep>& m_b;
    const SchemaLookup& m_schemas;
    std::vector<int> m_cost;
};

std::string valueText(const Json& value, bool isDefault) {
    std::string text = value.isString() ? value.toString() : value.isNull() ? std::string() : value.dump();
    if (value.isArray() && isDefault)
        return "all";
    if (!isDefault)
        return text;
    return text.empty() ? "default" : text + " (default)";
}

constexpr std::string_view changeName(StepChange change) {
    constexpr std::string_view names[] = {"same", "changed", "removed", "added"};
    return names[std::size_t(change)];
}

Json settingJson(const SettingChange& setting, StepChange change) {
    Json json;
    json.set("key", setting.key);
    if (change != StepChange::Added) {
        json.set("a", setting.a);
        json.set("default_a", setting.defaultA);
    }
    if (change != StepChange::Removed) {
        json.set("b", setting.b);
        json.set("default_b", setting.defaultB);
    }
    return json;
}

} // namespace

std::vector<SeededStep> seededSteps(const Recipe& recipe) {
    std::vector<SeededStep> steps;
    for (const auto& step : recipe.steps)
        steps.push_back({step, recipe.seed});
    return steps;
}

std::vector<SeededStep> withDefaultsOfTheirTime(std::vector<SeededStep> steps, const EarlierDefaults& defaults) {
    for (auto& seeded : steps)
        if (seeded.step.version != 0)
            seeded.step.params.merge(defaults(seeded.step.pass, seeded.step.version));
    return steps;
}

RecipeDiff diffSteps(const std::vector<SeededStep>& a, const std::vector<SeededStep>& b, const SchemaLookup& schemas) {
    return Alignment(a, b, schemas).steps();
}

RecipeDiff diffRecipes(const Recipe& a, const Recipe& b, const SchemaLookup& schemas) {
    return diffSteps(seededSteps(a), seededSteps(b), schemas);
}

std::string RecipeDiff::toText() const {
    constexpr std::string_view marks[] = {"  ", "~ ", "- ", "+ "};
    std::string text;
    for (const auto& step : steps) {
        text += std::string(marks[std::size_t(step.change)]) + step.pass;
        const char* separator = ": ";
        for (const auto& setting : step.settings) {
            text += separator + setting.key + " ";
            if (step.change == StepChange::Changed)
                text += valueText(setting.a, setting.defaultA) + " → " + valueText(setting.b, setting.defaultB);
            else
                text += step.change == StepChange::Added ? valueText(setting.b, setting.defaultB)
                                                         : valueText(setting.a, setting.defaultA);
            separator = ", ";
        }
        text += '\n';
    }
    return text;
}

Json RecipeDiff::toJson() const {
    Json json;
    Json::Array list;
    for (const auto& step : steps) {
        Json entry;
        entry.set("change", changeName(step.change));
        entry.set("pass", step.pass);
        if (step.a >= 0)
            entry.set("a", step.a);
        if (step.b >= 0)
            entry.set("b", step.b);
        Json::Array settings;
        for (const auto& setting : step.settings)
            settings.push_back(settingJson(setting, step.change));
        entry.set("settings", std::move(settings));
        list.push_back(std::move(entry));
    }
    json.set("steps", std::move(list));
    json.set("same", std::uint64_t(same));
    json.set("changed", std::uint64_t(changed));
    json.set("removed", std::uint64_t(removed));
    json.set("added", std::uint64_t(added));
    return json;
}

} // namespace lapidary
