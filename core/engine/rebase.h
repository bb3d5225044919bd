// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"

namespace lapidary {

/// What became of one variant of the old branch.
struct RebasedVariant {
    VariantId old = 0;
    std::string name;
    VariantId made = 0;                ///< 0: none
    bool reused = false;               ///< was in the project already
    std::optional<Diagnostic> failure; ///< which step no longer applies and why; "rebase.parent" below such a one
};

struct RebaseOutcome {
    std::vector<RebasedVariant> variants; ///< parents before children
    std::size_t made = 0, reused = 0, failed = 0;
};

/// The variants below `branch` that would be made again, parents before children; those at and below `onto` are left
/// out (a step put between a variant and its branch). Fails with "project.unknown", and "rebase.nothing" when there is
/// nothing below.
Result<std::vector<VariantRecord>> planRebase(const Project& project, VariantId branch, VariantId onto);
/// The same among these records, which are sorted by id.
Result<std::vector<VariantRecord>> planRebase(std::vector<VariantRecord> records, VariantId branch, VariantId onto);

/// Applies what was done below `branch` to `onto`: each variant below gets a counterpart with the same recipe, name,
/// note, tags and colour. The old branch stays. A recipe that no longer applies is reported, what is below it is left
/// out, the rest goes on. Cancelled: what was made stays, and a second call goes on from there. For a job.
Result<RebaseOutcome> rebaseBranch(ProjectSession& session, VariantId branch, VariantId onto, const Work& work = {});

} // namespace lapidary
