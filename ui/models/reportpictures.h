// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "engine/report.h"

namespace lapidary {

/// What became of the source in a variant as one graph, unchanged stretches folded, data flowing down. Pure; any
/// thread. Fails with "layout.memory" and as cancelled.
Result<ReportPicture> reportGraph(const AnalysedModelPtr& source, const AnalysedModelPtr& variant, const Work& work);

} // namespace lapidary
