// SPDX-License-Identifier: GPL-3.0-or-later
// Layered drawing of a directed graph after Sugiyama, Tagawa and Toda, "Methods for visual understanding of
// hierarchical system structures", IEEE SMC 1981: break cycles, assign layers, order each layer, place, route.
#pragma once

#include "ui/graphview/layout/layoutgraph.h"

#include <optional>
#include <stop_token>

namespace lapidary {

/// Lays out a graph. Deterministic: the same input gives the same numbers. Time grows about linearly with nodes,
/// edges and bends. Edges that name a node out of range are left without a line. Guarantees: nodes do not overlap,
/// and a line crosses no node but the two it joins. Returns nothing when stopped. Throws only std::bad_alloc.
std::optional<LayoutResult> layoutLayered(const LayoutGraph& graph, const LayoutOptions& options = {},
                                          std::stop_token stop = {});

} // namespace lapidary
