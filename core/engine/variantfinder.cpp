// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/variantfinder.h"

#include <algorithm>

namespace lapidary {

Result<VariantFinder> VariantFinder::over(const ProjectSession& session) {
    const auto records = session.project().variants();
    if (!records)
        return records.status();
    VariantFinder finder(session.engine());
    Diagnostics ignored;
    const auto data = session.calibration(&ignored);
    for (const auto& record : *records) {
        const auto recipe = Recipe::fromJson(record.recipe);
        if (record.parent == 0 || !recipe)
            continue;
        const auto changes = differencesSince(record, provenanceNow(session.engine(), *recipe, data.get(), true));
        const bool old = std::any_of(changes.begin(), changes.end(), [](const Difference& difference) {
            return difference.kind == "data" || difference.kind == "pass";
        });
        if (!old)
            finder.add(record.id, record.parent, *recipe);
    }
    return finder;
}

std::string VariantFinder::keyOf(const Recipe& recipe) const {
    Recipe plain = recipe;
    for (auto& step : plain.steps) {
        step.version = 0;
        const auto pass = m_engine.passes().find(step.pass);
        const auto complete = pass ? (*pass)->info().schema.complete(step.params) : Result<ParamSet>(pass.status());
        if (complete)
            step.params = (*pass)->info().schema.nonDefault(*complete);
    }
    return plain.hash();
}

VariantId VariantFinder::find(VariantId parent, const Recipe& recipe) const {
    const auto found = m_ids.find({parent, keyOf(recipe)});
    return found == m_ids.end() ? 0 : found->second;
}

void VariantFinder::add(VariantId id, VariantId parent, const Recipe& recipe) {
    m_ids.try_emplace({parent, keyOf(recipe)}, id);
}

} // namespace lapidary
