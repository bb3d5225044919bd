// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/dataset.h"
#include "eval/recordedbatches.h"

namespace lapidary {

struct StreamOptions {
    std::size_t batch = 16; ///< capped to the models' fixed batch, if they have one
    int threads = 2;
    std::uint64_t batchCapBytes = std::uint64_t(128) << 20; ///< for the values of one batch; smaller batches keep to it
};

/// Implements CalibrationProvider::stream over a dataset. What is recorded counts against `budget` and goes to a file
/// beyond it.
Result<StreamResult> streamValues(const Dataset& data, const StreamOptions& options,
                                  const std::shared_ptr<MemoryBudget>& budget, const std::vector<StreamedModel>& models,
                                  const StreamConsumer& consume, const Work& work);

/// A value that is there already, by its name.
struct GivenValue {
    std::string name;
    TypeInfo type;
};

/// `model` cut down to what leads from `given` (which become inputs) to `wanted`. Values that nobody needs disappear
/// from `given`.
struct CutModel {
    ModelPtr model;
    std::vector<std::string> given; ///< inputs taken from what is given, in the order of the model's inputs
    bool readsData = false;         ///< an input of the whole model is still needed
};
Result<CutModel> cutModelBetween(const Model& model, const std::vector<GivenValue>& given,
                                 const std::vector<std::string>& wanted);
/// Typed by a recording; null: nothing is given.
Result<CutModel> cutModelBetween(const Model& model, const RecordedBatches* given,
                                 const std::vector<std::string>& wanted);

} // namespace lapidary
