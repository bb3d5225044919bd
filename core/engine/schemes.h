// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"
#include "engine/engine.h"
#include "eval/layererrors.h"
#include "eval/metrics.h"
#include "pass/activationrange.h"

#include <optional>

namespace lapidary {

/// A way to quantize to 8 bits.
struct QuantizationScheme {
    RangeMethod method = RangeMethod::Mse;
    bool perChannel = true; ///< weights; false: one scale for each
    bool symmetric = false; ///< activations
    bool operator==(const QuantizationScheme&) const = default;
};

/// Every combination, methods first.
std::vector<QuantizationScheme> schemesOf(const std::vector<RangeMethod>& methods, const std::vector<bool>& perChannel,
                                          const std::vector<bool>& symmetric);

/// A scheme that was measured on the calibration data.
struct MeasuredScheme {
    QuantizationScheme scheme;
    RecipeStep step;                ///< makes the variant
    std::uint64_t bytes = 0;        ///< of the parameters
    double outputErrorPercent = 0;  ///< of the energy of the model's output
    std::vector<LayerError> layers; ///< in graph order
    std::optional<Proportion> top1; ///< on the evaluation data, if that was asked for and has labels

    /// Where 8 bits lose most; null without layers.
    const LayerError* worst() const;
};

struct SchemeComparison {
    std::vector<MeasuredScheme> schemes; ///< as they were asked for
    std::uint64_t samples = 0;           ///< of the calibration data
    std::optional<Proportion> original;  ///< top-1 of the model itself
    std::uint64_t originalBytes = 0;     ///< of its parameters
    double seconds = 0;
};

struct SchemeOptions {
    RecipeStep base; ///< of quantize.int8; the schemes set its calibration, per_channel and symmetric_activations
    std::vector<QuantizationScheme> schemes;
    DatasetPtr evaluation; ///< for top-1; null: not evaluated
    int threads = 2;
    std::uint64_t seed = 1; ///< that of Workspace::apply, so that the variant is what was measured
};

/// Quantizes the model with every scheme and measures each: the error of its output and of every layer on the
/// calibration data, its bytes, and its accuracy. One run of the calibration serves all schemes with a provider that
/// remembers. Deterministic. Fails with "schemes.none" and as pass, calibration and evaluation do.
Result<SchemeComparison> compareSchemes(const Engine& engine, const AnalysedModel& model,
                                        CalibrationProvider& calibration, const SchemeOptions& options,
                                        const Work& work = {});

} // namespace lapidary
