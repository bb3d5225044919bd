// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/pairedruns.h"
#include "engine/variantrecipe.h"

namespace lapidary {

/// One variant of a comparison of several.
struct ComparedVariant {
    VariantSummary summary;
    std::optional<PairedComparison> paired; ///< against the reference; nothing for the reference, or without data
    /// The chance of a difference this large among all that are compared (S. Holm, "A simple sequentially rejective
    /// multiple test procedure", Scandinavian Journal of Statistics 6:65-70, 1979); nothing without labels.
    std::optional<double> adjustedP;
};

/// One layer through all variants.
struct ComparedLayer {
    std::string name, opType;
    std::vector<std::optional<double>> ms;          ///< by variant; nothing: not there, or not profiled alike
    std::vector<std::optional<std::uint64_t>> macs; ///< by variant; nothing: not there
};

/// One step that some variant was made by.
struct ComparedStep {
    std::string pass;
    std::vector<std::optional<std::string>>
        settings; ///< by variant: "ratio=0.5", "" for the defaults; nothing: not done
    bool differs() const;
};

/// Variants side by side in columns, the reference first.
struct ManyComparison {
    std::vector<ComparedVariant> variants;
    std::vector<ComparedLayer> layers; ///< that compute: most time in the reference first, then most MACs
    std::vector<ComparedStep> steps;   ///< in the order of the recipes
    std::string pairedProblem;         ///< why the answers were not compared
    std::string timesProblem;          ///< why there are no times, if there are none

    Json toJson() const;
};

struct ManyRequest {
    std::vector<VariantId> variants; ///< the reference first; at least two, no two alike
    std::size_t limit = 0;           ///< samples at most; 0: all
    PairedOptions options;
};

/// Compares every variant with the first: stored numbers, answers sample by sample on the evaluation data (kept, see
/// compareVariants()), times and MACs layer by layer, and steps. Times are those of the newest profiles with node
/// times, where device, threads and batch are the reference's. Fails with "compare.few" and what reading fails with;
/// without data, or with models that cannot be compared, only the answers are missing. For a job.
Result<ManyComparison> compareMany(ProjectSession& session, const ManyRequest& request, const Work& work = {});

/// P-values of several tests made at once, each the least level at which Holm's procedure rejects its hypothesis.
std::vector<double> holmAdjusted(const std::vector<double>& p);

} // namespace lapidary
