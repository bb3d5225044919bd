// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"

namespace lapidary {

/// A result that would not come out of the same work today, or need not: shown as stale, and measured anew when asked.
struct StaleResult {
    VariantId variant = 0;
    RecordId run = 0;                ///< 0: the variant itself (its calibration data or a pass has changed since)
    std::string kind;                ///< "evaluation", "profile", "variant"
    std::string subject;             ///< device id of a profile
    std::vector<Difference> reasons; ///< not empty
};

/// What a stored run was made with, compared with now. `dataHash`: of the evaluation data, empty if there is none.
std::vector<Difference> differencesSince(const RunRecord& run, const std::string& dataHash);

/// The newest evaluation of each variant, its newest profile on each device, and the variants themselves. Reads dataset
/// files when they were written since; for a job.
Result<std::vector<StaleResult>> staleResults(const ProjectSession& session);

} // namespace lapidary
