// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/bundleformat.h"
#include "eval/evaluator.h"

#include <filesystem>

namespace lapidary {

constexpr auto goldenDatasetFile = "golden.json";
constexpr auto goldenListFile = "golden/images.csv";

/// Runs the model on `count` samples spread over a dataset (without one: on made-up inputs), and writes what went in
/// and came out below `folder`: the raw samples, a dataset file over them (golden.json), inputs and outputs as .npy.
/// Fills in the goldens and tolerances of `description`, whose inputs, outputs, preprocessing and classes are set. An
/// output's tolerance is four times what it changes by between ONNX Runtime's levels of optimization on this computer,
/// at least 1e-4: other computers choose other kernels. Fails with what datasets and runtime fail with, "bundle.output"
/// (an output that is no array of numbers), "bundle.preprocess" (the raw samples do not give the dataset's inputs).
Status writeGoldens(const Model& model, const std::filesystem::path& dataset, std::size_t count,
                    const std::filesystem::path& folder, BundleDescription& description, const Work& work = {});

/// golden.json and golden/images.csv as this description has them (the latter empty for arrays).
std::string goldenDatasetText(const BundleDescription& description);
std::string goldenListText(const BundleDescription& description);

/// How far two arrays of numbers are apart.
struct Deviation {
    double largest = 0;   ///< infinite where one is not finite and the other is something else
    double magnitude = 0; ///< largest of the expected
};
/// Fails with "bundle.shape" when they have different shapes, and for arrays that are no numbers.
Result<Deviation> deviationOf(const Tensor& expected, const Tensor& found);

} // namespace lapidary
