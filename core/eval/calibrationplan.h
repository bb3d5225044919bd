// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "graph/model.h"
#include "graph/shapetable.h"
#include "pass/calibration.h"

namespace lapidary {

/// One run over the data: the model cut down to what leads to these values, with the values as its outputs.
struct CalibrationGroup {
    ModelPtr model;
    std::vector<std::string> values; ///< in the order of the model's outputs
    std::uint64_t bytes = 0;         ///< of the values of one batch, as far as shapes are known
};

struct CalibrationPlan {
    std::vector<CalibrationGroup> groups;
    std::vector<std::string> inputs;    ///< requested values that are inputs of the model
    std::vector<std::string> constants; ///< requested values that never change
};

/// Splits the request into groups whose values together take at most `capBytes` for `batch` samples (as far as shapes
/// are known; a single larger value gets a run of its own). Fails with "calibration.value" for names the graph does not
/// have.
Result<CalibrationPlan> planCalibration(const Model& model, const CalibrationRequest& request, const ShapeTable& shapes,
                                        std::uint64_t capBytes);

} // namespace lapidary
