// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "int8plan.h"

namespace lapidary {

/// Empirical bias correction (Nagel et al. 2019, "Data-free quantization through weight equalization and bias
/// correction", appendix D): layer by layer in the order of computation, the mean over samples and positions of what
/// the layer gives in float minus what it gives with everything up to it quantized is added to its bias, per channel.
/// Fills plan.biases for every layer of the plan that has a bias. The layers before a layer are corrected when it is
/// looked at; values between two layers are kept by the provider, so that all costs about one run of each model.
/// Returns how many layers were corrected. Fails when cancelled, and as the provider does.
Result<std::size_t> correctBiases(const ModelPtr& model, Int8Plan& plan, const PassInput& input,
                                  const Int8Options& options, const CalibrationData& data,
                                  CalibrationProvider& calibration, const Work& work);

} // namespace lapidary
