// SPDX-License-Identifier: GPL-3.0-or-later
// One connected part of one level of a graph, drawn on its own: all steps from layers to lines.
#pragma once

#include "ui/graphview/layout/layering.h"
#include "ui/graphview/layout/layoutgraph.h"
#include "ui/graphview/layout/propergraph.h"
#include "ui/graphview/layout/routing.h"
#include "ui/graphview/layout/settle.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

namespace lapidary::layout {

/// Room beside a node for a line from the node to itself.
constexpr double loopRoom = 22;

/// With node numbers of its own; always drawn top-down. The vectors after `edges` are empty or have an entry per node.
struct Part {
    std::vector<LayoutNode> sizes;
    std::vector<bool> hasLoop;
    std::vector<DownEdge> edges; ///< without cycles
    std::vector<Border> border;
    std::vector<bool> fixedPorts; ///< frames: lines touch them where they pass through their border
    std::vector<double> spine;    ///< frames: where their main line runs, from the centre
    std::vector<Hold> holds;
};

struct PartLayout {
    Drawing drawing;
    std::vector<std::uint32_t> layers;
    std::uint64_t crossings = 0;
    double spine = 0; ///< where the main line runs across the flow
};

using PartLayoutPtr = std::shared_ptr<const PartLayout>;

/// Nothing when stopped.
std::optional<PartLayout> layoutPart(const Part& part, const LayoutOptions& options, const std::stop_token& stop);

} // namespace lapidary::layout
