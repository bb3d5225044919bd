// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "analysis/prefixcut.h"
#include "base/json.h"

namespace lapidary {

/// How an evaluation may be spared the beginning of an edited network.
struct PrefixPlan {
    std::vector<std::string> values;       ///< names in the edited model: where it is entered
    std::vector<std::string> hashes;       ///< their content
    std::vector<std::string> firstChanged; ///< nodes that the changes begin at, the first few
    std::size_t changed = 0;               ///< nodes that compute something else than before
    std::size_t unchanged = 0;
    std::uint64_t bytesPerSample = 0; ///< of the values
    double savedShare = 0;            ///< of the work of a full run, 0..1; an estimate by operations
    std::string reason;               ///< why the whole network is run after all; empty: it is not

    bool useful() const { return reason.empty(); }
    /// values[], first_changed[], changed, unchanged, bytes_per_sample, saved_share, reason (if any).
    Json toJson() const;
};

struct PrefixPlanOptions {
    std::size_t samples = 0;          ///< that will be gone through
    std::uint64_t limitBytes = ~0ull; ///< for the values of all of them; smaller values further up are tried first
    double leastSavedShare = 0.05;    ///< below it the whole network is run
    TensorHashes* tensorHashes = nullptr;
};

/// `shapes` and `cost` are of `edited`, at batch 1.
PrefixPlan planPrefix(const Model& base, const Model& edited, const ShapeTable& shapes, const CostReport& cost,
                      const PrefixPlanOptions& options = {});

} // namespace lapidary
