// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/reevaluate.h"

namespace lapidary {

std::shared_ptr<ActivationCache> makeActivationCache(std::uint64_t memoryBytes) {
    ActivationCache::Limits limits;
    limits.memoryBytes = memoryBytes;
    limits.folder = cacheFolder() / "activations";
    return std::make_shared<ActivationCache>(std::move(limits));
}

PrefixPlan planSince(const AnalysedModel& base, const AnalysedModel& edited, std::size_t samples,
                     ActivationCache& cache) {
    PrefixPlanOptions options;
    options.samples = samples;
    const auto& limits = cache.limits();
    options.limitBytes = limits.memoryBytes + (limits.folder.empty() ? 0 : limits.diskBytes);
    options.tensorHashes = &cache.tensorHashes();
    return planPrefix(*base.model, *edited.model, edited.shapes, edited.cost, options);
}

} // namespace lapidary
