// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "passbench.h"

namespace lapidary::test {

// What tests of passes that change the weights of layers share.

/// Convolutions "first", "second" (w1), "grouped" (w2), "depthwise" and a product "last" (wf) on 8 x 10 x 10 numbers.
ModelPtr convolutions();
/// Products "one", "two" and "three" on rows of 24 numbers.
ModelPtr perceptron();

std::vector<float> weightOf(const Model& model, const std::string& name);
const LayerReport* reportOf(const RunReport& report, const std::string& node); ///< null: there is none
std::string fenceOf(const RunReport& report, const std::string& node);         ///< the reason; empty: not fenced
bool noted(const Diagnostics& notes, const std::string& code);

/// Inputs that depend on each other, around a mean.
std::vector<std::vector<float>> correlatedSamples(std::size_t width, std::size_t count);
/// One pass with these samples as calibration data.
Result<RunReport> applyOnData(const ModelPtr& model, const std::string& pass, ParamSet params,
                              const std::vector<std::vector<float>>& samples, int threads = 2);
/// Squared difference of the outputs over all samples, relative to the power of the first model's around its mean.
double measuredError(const Model& a, const Model& b, const std::vector<std::vector<float>>& samples);

} // namespace lapidary::test
