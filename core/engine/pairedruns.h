// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/projectsession.h"
#include "eval/pairedcomparison.h"

namespace lapidary {

struct PairedRequest {
    VariantId reference = 0; ///< A
    std::vector<VariantId> others;
    std::size_t limit = 0; ///< samples at most; 0: all
    PairedOptions options;
};

/// Variants of a project sample by sample on its evaluation data, each against the reference; one result for each of
/// `others`, in their order. Kept as runs of kind "comparison" of the other variant, by models, data and options: what
/// was compared before is read, only the rest runs. Fails with "eval.no_data" and what comparePaired() fails with.
Result<std::vector<PairedComparison>> compareVariants(ProjectSession& session, const PairedRequest& request,
                                                      const Work& work = {});

} // namespace lapidary
