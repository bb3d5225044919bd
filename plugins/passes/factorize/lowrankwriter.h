// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "factors.h"

namespace lapidary {

/// `model` with the layer split: new nodes named after it ("conv1/reduce", "conv1/core") stand before it, and the layer
/// itself, with its id, name, bias and output, becomes the last part, so that selection and diffs follow it. Strides,
/// pads and dilations go to the part that has the kernel axis. `biasShift` may be empty.
Result<ModelPtr> storeFactors(const Model& model, const LowRankLayer& layer, const Factors& factors,
                              const Eigen::VectorXd& biasShift);

} // namespace lapidary
