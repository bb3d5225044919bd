// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/workspace.h"

namespace lapidary {

constexpr auto int8Pass = "quantize.int8";

/// Why nothing about 8 bits can be measured for the variant on the screen; empty if it can. UI thread.
QString whyNotQuantize(const Workspace& workspace);

/// Workspace::apply() for the whole graph, whatever is selected. UI thread.
void applyToWholeGraph(Workspace& workspace, const RecipeStep& step);

/// A provider over the first samples of the project's calibration data, or of its evaluation data where there is none.
/// For the worker of a job. Fails with "quantize.no_data" and as the dataset does.
Result<std::unique_ptr<CalibrationProvider>> projectCalibrator(const ProjectSession& session, std::size_t samples);

} // namespace lapidary
