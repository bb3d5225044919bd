// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"
#include "pass/calibration.h"

namespace lapidary {

/// Runs the first readable sample through the model and reads from ONNX Runtime's profile in which kernel every node
/// ran after its optimizations. Nodes that were fused into others are absent. Fails as opening and running the model
/// do, and with "calibration.data" if there is no sample.
Result<std::map<NodeId, UsedKernel>> findUsedKernels(const Model& model, const Dataset& data, int threads,
                                                     const Work& work);

} // namespace lapidary
