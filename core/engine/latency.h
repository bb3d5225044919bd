// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "device/latency/latencymodel.h"
#include "engine/engine.h"

namespace lapidary {

/// Latency models of devices, kept as JSON files under cacheFolder()/latency, one per device and number of threads. All
/// functions: any thread; one process at a time writes a file whole or not at all.

/// The file of a model; it need not exist.
std::filesystem::path latencyFile(const std::string& device, int threads);
/// What was learned so far; an empty model if nothing was. Fails with "latency.format".
Result<std::unique_ptr<LatencyModel>> loadLatencyModel(const std::string& device, int threads);
/// Adds a profile with times per node to its device's model and stores that. Returns the number of layers it had times
/// for.
Result<std::size_t> learnLatency(const AnalysedModel& model, const Profile& profile);

/// The model to predict changes of `model` with: what was learned so far about the profile's device and threads, the
/// profile included. Null (ok) if nothing is known: an estimate, or another batch than 1 and nothing learned before.
Result<std::shared_ptr<const LatencyModel>> latencyModelFor(const AnalysedModel& model, const Profile& profile);

/// What a step would do to the latency. Always an estimate.
struct LatencyForecast {
    double beforeMs = 0, afterMs = 0;
    double beforeErrorMs = 0, afterErrorMs = 0; ///< one standard deviation
    std::size_t unknown = 0;                    ///< layers that nothing is known about, before and after alike
    std::map<NodeId, std::pair<double, double>>
        nodes;           ///< milliseconds before and after, of nodes that the step changes
    Json toJson() const; ///< estimate: true, before_ms, after_ms, before_error_ms, after_error_ms, unknown
};
/// Milliseconds before and after a previewed step; takes as long as a look at each node.
LatencyForecast forecastLatency(const AnalysedModel& model, const PassPreview& preview, const LatencyModel& latency);

/// Fills the parameters 'layer_ms' and 'layer_fixed_ms' of a step whose pass has them, so that a latency target is kept
/// by this device's times; what the step already names stays. The numbers become part of the recipe, which so gives the
/// same bytes anywhere. `layer_fixed_ms` is what would remain of a layer's time if its multiplications went, from the
/// model's answers for the layer at full and at half width. Fails with "latency.unknown" when nothing is known of any
/// layer.
Status fillLatencyTimes(RecipeStep& step, const AnalysedModel& model, const LatencyModel& latency,
                        const PassRegistry& passes);

} // namespace lapidary
