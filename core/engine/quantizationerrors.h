// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/engine.h"
#include "eval/layererrors.h"

namespace lapidary {

/// measureLayerErrors() for a step of quantize.int8: written as Q/DQ pairs and without equalization, whatever the step
/// says, so that layers can be compared one by one. `quantized`: what the step gives, if that is known already and
/// can be used; null: the step is run. In graph order. Fails as the pass and the calibration do.
Result<std::vector<LayerError>> quantizationErrors(const Engine& engine, const AnalysedModel& model,
                                                   CalibrationProvider& calibration, const RecipeStep& step,
                                                   std::uint64_t seed, const Work& work,
                                                   const ModelPtr& quantized = nullptr);

/// The step as quantizationErrors() runs it.
RecipeStep comparableStep(const RecipeStep& step);

} // namespace lapidary
