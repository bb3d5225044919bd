// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/rebase.h"

#include "engine/variantfinder.h"

#include <set>

namespace lapidary {

Result<std::vector<VariantRecord>> planRebase(const Project& project, VariantId branch, VariantId onto) {
    for (const auto id : {branch, onto})
        if (const auto record = project.variant(id); !record)
            return record.status();
    auto records = project.variants();
    if (!records)
        return records.status();
    return planRebase(std::move(*records), branch, onto);
}

Result<std::vector<VariantRecord>> planRebase(std::vector<VariantRecord> records, VariantId branch, VariantId onto) {
    std::set<VariantId> below; // parents have smaller numbers than their children
    std::vector<VariantRecord> plan;
    for (auto& record : records)
        if (record.id != onto && (record.parent == branch || below.count(record.parent) > 0)) {
            below.insert(record.id);
            plan.push_back(std::move(record));
        }
    if (plan.empty() || branch == onto)
        return errorDiagnostic("rebase.nothing",
                               branch == onto ? "A branch cannot be put onto the variant that it grows from"
                                              : "There is nothing below variant " + std::to_string(branch),
                               "Choose the variant whose branch is to be made again, and another one to put it onto.");
    return plan;
}

Result<RebaseOutcome> rebaseBranch(ProjectSession& session, VariantId branch, VariantId onto, const Work& work) {
    if (auto status = session.project().writable(); !status)
        return status;
    const auto plan = planRebase(session.project(), branch, onto);
    if (!plan)
        return plan.status();
    const auto finder = VariantFinder::over(session);
    if (!finder)
        return finder.status();
    RebaseOutcome outcome;
    std::map<VariantId, VariantId> counterpart{{branch, onto}}; // 0: none could be made
    for (std::size_t i = 0; i < plan->size(); ++i) {
        const auto& old = plan->at(i);
        if (auto status = work.check(); !status)
            return status;
        RebasedVariant entry{old.id, old.name, 0, false, {}};
        const auto parent = counterpart[old.parent];
        const auto recipe = Recipe::fromJson(old.recipe);
        if (parent == 0) {
            entry.failure = errorDiagnostic("rebase.parent", "What it was made from could not be made");
        } else if (!recipe) {
            entry.failure = recipe.error();
        } else if ((entry.made = finder->find(parent, *recipe)) != 0) {
            entry.reused = true;
        } else {
            const auto made = session.apply({parent, *recipe, old.name, old.note, old.tags, old.color},
                                            work.step(i, plan->size(), old.name));
            if (made)
                entry.made = *made;
            else if (isCancelled(made.error()) || made.error().code == "project.full")
                return made.status();
            else
                entry.failure = made.error();
        }
        counterpart[old.id] = entry.made;
        ++(entry.failure ? outcome.failed : entry.reused ? outcome.reused : outcome.made);
        outcome.variants.push_back(std::move(entry));
    }
    return outcome;
}

} // namespace lapidary
