// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"
#include "engine/engine.h"
#include "eval/metrics.h"

#include <optional>

namespace lapidary {

struct GuardOptions {
    ParamSet params;                ///< of quantize.int8; what "exclude" names stays in float whatever is measured
    std::vector<std::string> nodes; ///< scope of the step; empty: everything
    /// Exactly one of the two. Points of top-1 lost, on the labelled evaluation data; or the energy of the error over
    /// the energy of the output in percent, on the calibration data (1 % is 20 dB).
    std::optional<double> maxDrop, maxErrorPercent;
    /// Layers that leave 8 bits keep their weights in 16-bit floats (quantize.float16, weights only): half the bytes of
    /// float32, and the same kernels on processors. 32 bits are tried where 16 do not hold the limit.
    bool sixteenBits = true;
    std::size_t evaluations = 32; ///< candidates measured at most, at least 2
    int threads = 2;              ///< of the evaluation
    std::uint64_t seed = 0;
};

/// One candidate: everything in 8 bits but these layers, which compute in float.
struct GuardMeasurement {
    std::vector<std::string> floatLayers; ///< those the guard chose, in graph order
    int weightBits = 32;                  ///< of these layers' weights: 16 or 32
    std::optional<Proportion> top1;       ///< with maxDrop
    double lost = 0;                      ///< points, or percent of the output's energy
    bool met = false;
    std::uint64_t bytes = 0; ///< of the parameters
    double seconds = 0;
};

/// What 8 bits do to a layer's output on the calibration data, see LayerError. Percent of the output's energy.
struct GuardLayer {
    std::string node;
    double weightsPercent = -1, activationsPercent = -1, errorPercent = -1;
};

/// What one layer that left 8 bits costs and is good for, measured against the same choice with this layer in 8 bits.
struct GuardCost {
    std::string node;
    int weightBits = 32;
    std::int64_t bytes = 0; ///< more than in 8 bits
    double lost = 0;        ///< points, or percent of the output's energy, that 8 bits here would lose besides
};

struct GuardResult {
    bool met = false;
    std::vector<std::string> floatLayers;       ///< in graph order
    int weightBits = 32;                        ///< of their weights: 16 or 32
    std::vector<GuardCost> costs;               ///< in graph order; only layers that were measured for themselves
    RecipeStep step;                            ///< plain quantize.int8: gives the same model anywhere
    std::optional<RecipeStep> halfStep;         ///< follows `step` where weightBits is 16
    RunReport run;                              ///< of these steps
    std::optional<Proportion> original;         ///< top-1 of the original, with maxDrop
    std::vector<GuardMeasurement> measurements; ///< in the order they were made; the first leaves nothing in float
    std::size_t chosen = 0;                     ///< of the measurements
    std::vector<GuardLayer> layers;             ///< worst first: the order in which layers are given up
    ModelTotals before;
    double seconds = 0;
    Recipe recipe(std::uint64_t seed = 0) const; ///< both steps
    Json toJson() const;
};

/// Quantizes to 8 bits and leaves the fewest layers in float with which the limit holds, by measurement:
///  1. everything in 8 bits; if the limit holds, that is all;
///  2. layers are ranked by the error 8 bits cause in their own output (measureLayerErrors, one run over the data);
///  3. the shortest beginning of this list that holds the limit, by doubling and bisection;
///  4. layers are given back to 8 bits one by one, the least bad first, as long as the limit holds.
/// Weights of these layers have 16 bits if that holds the limit (all of this is measured so), else 32, for which the
/// search begins anew.
/// Deterministic; stops measuring at options.evaluations. Where not even all ranked layers in float hold the limit,
/// `met` is false and the result is the best candidate. `evaluation`: needed for maxDrop. Fails with "guard.limit",
/// "guard.labels", and what the pass, the evaluation and the calibration fail with.
Result<GuardResult> guardAccuracy(const Engine& engine, const AnalysedModel& model, CalibrationProvider& calibration,
                                  const DatasetPtr& evaluation, const GuardOptions& options, const Work& work = {});

/// An "exclude" parameter that names exactly these nodes, after what is there already.
std::string excludeText(const std::string& before, const std::vector<std::string>& names);

} // namespace lapidary
