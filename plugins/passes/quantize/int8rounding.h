// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "int8plan.h"

namespace lapidary {

/// Rounds the weights of every layer of the plan so that the output of the layer in float changes least over the
/// calibration data (OptimalRounder; with correct_bias the mean does not count, for the bias takes it up), and puts
/// them into plan.rounded. Layers whose inputs cannot be unfolded are left out and round to nearest. `shapes` are of
/// the model, batch 1. Fails when cancelled and as the data does.
Status roundToData(const ModelPtr& model, Int8Plan& plan, const PassInput& input, const Int8Options& options,
                   CalibrationProvider& calibration, const Work& work);

} // namespace lapidary
