// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "pass/runner.h"
#include "plugin/pluginmanager.h"
#include "runtime/session.h"

namespace lapidary::test {

/// The plugins of the build tree, loaded once.
const PluginManager& plugins();
/// Shapes by ONNX's inference, the passes of plugins(), calibration on a few random samples.
RunEnvironment passEnvironment();
/// Plain statistics over everything at once, on random samples: what the streaming service gives, by other means.
CalibrationProvider& randomCalibration();
/// One pass as a recipe of one step.
Result<RunReport> applyPass(ModelPtr model, const std::string& pass, ParamSet params = {},
                            std::vector<std::string> nodes = {}, const Work& work = {});
/// The input of a pass as the runner would prepare it.
Result<PassInput> passInput(ModelPtr model, const std::string& pass, ParamSet params = {}, std::uint64_t seed = 0);

/// Seeded numbers for every required input; extents the model leaves open become `open`.
std::vector<TensorPtr> randomInputs(const Model& model, std::uint64_t seed, std::int64_t open = 1);
/// The model's outputs without ONNX Runtime rewriting anything itself.
Result<std::vector<TensorPtr>> runModel(const Model& model, const std::vector<TensorPtr>& inputs);
/// Largest |a - b| over all outputs, divided by the largest |a| of that output; infinity when types or shapes differ or
/// a number is finite on one side only.
double relativeError(const std::vector<TensorPtr>& a, const std::vector<TensorPtr>& b);

/// Nodes of this operator.
std::size_t countOps(const Model& model, const std::string& op);

} // namespace lapidary::test
