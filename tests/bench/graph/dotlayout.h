// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "bench/graph/drawingquality.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace lapidary::bench {

/// Whether Graphviz is installed.
bool hasDot();

struct DotDrawing {
    std::vector<Curve> curves;
    double ms = 0; ///< wall time of the whole program
};

/// Has Graphviz `dot` draw a graph with the same node sizes and gaps; `folder` takes the files. Groups become clusters.
/// Nothing when it fails or takes more than a minute.
std::optional<DotDrawing> drawWithDot(const LayoutGraph& graph, const std::filesystem::path& folder);

} // namespace lapidary::bench
