// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"
#include "pass/recipediff.h"

namespace lapidary {

/// What was done to a source model to get a variant.
struct VariantHistory {
    VariantId source = 0;
    std::string sourceName, sourceHash;
    std::vector<SeededStep> steps;     ///< from the source on
    std::vector<int> versions;         ///< by step: of the pass that made it, as recorded; 0: not known
    std::vector<std::string> variants; ///< by step: the name of the variant it led to
};
/// Fails with "project.unknown" and what a stored recipe fails with.
Result<VariantHistory> historyOf(const Project& project, VariantId id);

/// Looks parameters up among the passes there are. The registry must outlive it.
SchemaLookup schemasOf(const PassRegistry& passes);

/// The steps of both; `sameSource` tells whether they start from one model.
struct VariantRecipeDiff {
    VariantHistory a, b;
    RecipeDiff diff;
    bool sameSource() const { return a.sourceHash == b.sourceHash; }
    Json toJson() const; ///< RecipeDiff::toJson with "source_a", "source_b", "same_source"
};
Result<VariantRecipeDiff> diffVariantRecipes(const Project& project, const PassRegistry& passes, VariantId a,
                                             VariantId b);

} // namespace lapidary
