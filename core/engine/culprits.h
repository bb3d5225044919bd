// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/engine.h"
#include "eval/layererrors.h"

#include <optional>

namespace lapidary {

/// What may be done about an error.
enum class QuantizationFix {
    PerChannel,      ///< a weight scale per channel
    OptimalRounding, ///< weights rounded to the data
    CorrectBias,
    RoundAndCorrect, ///< both
    Equalize,
    OtherRange,      ///< another way to choose the ranges of activations
    WideActivations, ///< 16-bit activations
    LeaveFloat       ///< the worst layers stay in float
};
std::string_view fixName(QuantizationFix fix); ///< "per_channel" …, for JSON

/// What causes most of a layer's error.
enum class ErrorCause { None, Weights, Activations, Both };
std::string_view causeName(ErrorCause cause);

/// A fix that was tried: the whole model with it, measured.
struct TriedFix {
    QuantizationFix fix = QuantizationFix::PerChannel;
    std::vector<std::string> layers; ///< left in float
    std::string value;               ///< OtherRange: the method
    RecipeStep step;                 ///< what to run instead
    std::int64_t bytes = 0;          ///< more (or fewer) than without
    double outputErrorPercent = 0;
};

struct CulpritLayer {
    NodeId id; ///< in the model that was analysed
    std::string node, opType;
    double weightsPercent = -1, activationsPercent = -1, errorPercent = -1; ///< of the output's energy, see LayerError
    ErrorCause cause = ErrorCause::None;
    QuantizationFix advice = QuantizationFix::LeaveFloat; ///< the cheapest that goes to the cause
    std::uint64_t floatBytes = 0;                         ///< more, if the layer stays in float
    std::optional<double> outputErrorWithoutPercent;      ///< measured: the model's error with this layer in float
};

struct CulpritReport {
    RecipeStep step;
    OutputErrors output;              ///< of the whole model
    std::vector<CulpritLayer> layers; ///< worst first
    std::vector<TriedFix> fixes;      ///< those that lower the model's error, best first
    std::uint64_t samples = 0, bytes = 0;
    double seconds = 0;
    Json toJson() const;
};

struct CulpritOptions {
    RecipeStep step;       ///< of quantize.int8
    std::size_t worst = 5; ///< layers measured at the model's output
    bool tryFixes = true;
    std::uint64_t seed = 0;
};

/// The step with these layers left in float besides those it leaves there already.
RecipeStep leavingInFloat(RecipeStep step, const std::vector<std::string>& layers);

/// Says which layers lose accuracy in 8 bits, whether by weights or by activations, and what each remedy brings and
/// costs, all measured on the calibration data. One run for the layers, one for each of the worst and for each fix.
/// Deterministic. Fails as the pass and the calibration do.
Result<CulpritReport> findCulprits(const Engine& engine, const AnalysedModel& model, CalibrationProvider& calibration,
                                   const CulpritOptions& options, const Work& work = {});

} // namespace lapidary
