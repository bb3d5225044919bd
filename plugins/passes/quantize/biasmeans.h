// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "int8plan.h"
#include "pass/calibration.h"

namespace lapidary {

/// Bias correction from the means of a layer's inputs (Nagel et al. 2019, "Data-free quantization through weight
/// equalization and bias correction", section 4.2, with means from data): the expected sum of (w - rounded w) * x, by
/// output channel, where a tap counts as often as it meets the input rather than padding. To be added to the bias.
/// `weights` and `rounded` are in the tensor's order; `shapes` are of batch 1. Costs no run of the model. Fails with
/// "calibration.layer" for layers of an unusual form and where the data has no means of their input.
Result<std::vector<double>> expectedLoss(const Graph& graph, const Int8Layer& layer, const ShapeTable& shapes,
                                         std::span<const float> weights, std::span<const float> rounded,
                                         const CalibrationData& data);

} // namespace lapidary
