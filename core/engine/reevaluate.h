// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/engine.h"
#include "eval/activationcache.h"
#include "eval/evaluator.h"

namespace lapidary {

/// A cache for values inside networks: in memory, and beyond it in the user's cache folder.
std::shared_ptr<ActivationCache> makeActivationCache(std::uint64_t memoryBytes = std::uint64_t(512) << 20);

/// Where `edited` may be entered with values that `base` gives too, for data of so many samples. Takes a moment for
/// large weights (they are hashed once). Any thread.
PrefixPlan planSince(const AnalysedModel& base, const AnalysedModel& edited, std::size_t samples,
                     ActivationCache& cache);

} // namespace lapidary
